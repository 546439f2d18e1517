import type { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import { Secret } from "./secret.ts";
import { ACCESSOR_ROLE, accessLatest, type SecretVersion } from "./secret-manager-access.ts";
import { createSecretManagerCalls, type SecretManagerLimits, secretManagerLimits } from "./secret-manager-calls.ts";
import { openSecretManagerClient } from "./secret-manager-client.ts";
import { SecretManagerError, toSecretManagerError } from "./secret-manager-errors.ts";
import type { SecretName, SecretStore } from "./secrets.ts";

export interface SecretManagerStoreOptions {
  projectId: string;
  log: Log;
  clock: Clock;
  /** A new version is in use at the latest this long after it was added. Default 300 s. */
  refreshMs?: number;
  /** Default: Google's client with the application default credentials. */
  openClient?: () => Promise<SecretManagerServiceClient>;
  limits?: SecretManagerLimits;
}

const REFRESH_MS = 300_000;
/** What is missing may be added, and what failed may recover, at any moment. */
const ASK_AGAIN_MS = 30_000;
/** A reader that has a value waits no longer than this for a newer one. */
const REFRESH_WAIT_MS = 2_000;

interface Holding {
  /** What the last good answer said; `{}` is the answer "there is none". Absent before the first good answer. */
  held?: Partial<SecretVersion>;
  failure?: SecretManagerError;
  readAtMs: number;
  freshUntilMs: number;
  reading?: Promise<void>;
}

/**
 * The secrets of a Google Cloud project, each read when first asked for, kept in memory and read again after
 * `refreshMs`, so that a new version is picked up without a restart. While the version stays the same the same `Secret`
 * object is returned: a reader sees a rotation by comparing. A secret that does not exist, or whose latest version is
 * disabled, is `undefined`. One line end at the end of a value is not part of the secret. When a refresh fails the last good value stays in use and a warning is logged; without
 * any good value `read` throws a `SecretManagerError` that names the secret and the remedy.
 */
export function createSecretManagerStore(options: SecretManagerStoreOptions): SecretStore {
  const { projectId, log, clock, refreshMs = REFRESH_MS } = options;
  const calls = createSecretManagerCalls(
    options.openClient ?? (() => openSecretManagerClient(projectId)),
    options.limits ?? secretManagerLimits,
  );
  const holdings = new Map<SecretName, Holding>();
  const askAgainMs = Math.min(refreshMs, ASK_AGAIN_MS);
  const nowMs = () => clock.now().getTime();

  async function ask(name: SecretName): Promise<Partial<SecretVersion>> {
    try {
      const latest = await accessLatest(calls, projectId, name);
      if (!latest) return {};
      return { version: latest.version, secret: new Secret(latest.secret.reveal().replace(/\r?\n$/, "")) };
    } catch (error) {
      // Who disables the latest version withdraws the secret: Secret Manager never falls back to an older one.
      if (error instanceof SecretManagerError && error.reason === "version_disabled") return {};
      throw error;
    }
  }

  async function refresh(name: SecretName, holding: Holding): Promise<void> {
    let keepMs = askAgainMs;
    try {
      const found = await ask(name);
      tellChange(log, name, holding.held, found);
      if (found.version === undefined || found.version !== holding.held?.version) holding.held = found;
      holding.failure = undefined;
      if (found.secret) keepMs = refreshMs;
    } catch (error) {
      holding.failure = toSecretManagerError(error, { projectId, secret: name, role: ACCESSOR_ROLE });
      tellFailure(log, holding.failure, holding.held !== undefined);
    }
    holding.readAtMs = nowMs();
    holding.freshUntilMs = holding.readAtMs + keepMs;
  }

  /** A clock that was set back must not keep a value fresh for longer. */
  const isFresh = (holding: Holding) => nowMs() < holding.freshUntilMs && nowMs() >= holding.readAtMs;

  return {
    read: async (name) => {
      const holding = holdings.get(name) ?? { readAtMs: 0, freshUntilMs: 0 };
      holdings.set(name, holding);
      if (isFresh(holding)) return answer(holding);
      holding.reading ??= refresh(name, holding).finally(() => {
        holding.reading = undefined;
      });
      await (holding.held ? soon(clock, holding.reading) : holding.reading);
      return answer(holding);
    },
  };
}

function answer({ held, failure }: Holding): Secret | undefined {
  if (!held && failure) throw failure;
  return held?.secret;
}

/** Waits for the work, but not for long. */
async function soon(clock: Clock, work: Promise<void>): Promise<void> {
  const enough = new AbortController();
  await Promise.race([work, clock.sleep(REFRESH_WAIT_MS, enough.signal)]);
  enough.abort();
}

function tellChange(
  log: Log,
  name: SecretName,
  before: Partial<SecretVersion> | undefined,
  now: Partial<SecretVersion>,
) {
  if (before?.version === now.version) return;
  if (now.version === undefined) {
    log.warn(`Secret ${name}: removed or its latest version disabled; it is no longer used`, { was: before?.version });
  } else {
    log.info(`Secret ${name}: version ${now.version} is in use`, { was: before?.version });
  }
}

function tellFailure(log: Log, failure: SecretManagerError, hasLastGood: boolean): void {
  const fields = { error_type: failure.reason };
  if (hasLastGood) log.warn(`Not refreshed, the last good value stays in use: ${failure.message}`, fields);
  else log.error(failure.message, fields);
}
