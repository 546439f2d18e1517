import { ConstantBackoff, ExponentialBackoff, handleWhen, retry, wrap } from "cockatiel";
import { type Config, ConfigError } from "./config.ts";
import { JWT_KEY_BYTES_MIN } from "./platform/auth.ts";
import { systemClock } from "./platform/clock.ts";
import { type DataFolder, lockDataFolder } from "./platform/data-folder.ts";
import {
  type Database,
  type DatabaseAddress,
  isDatabaseUnavailable,
  openDatabase,
  sqlState,
} from "./platform/database.ts";
import { developmentKey } from "./platform/development-key.ts";
import { type EmbeddedDatabase, startEmbeddedDatabase } from "./platform/embedded-database.ts";
import type { Log } from "./platform/log.ts";
import type { Secret } from "./platform/secret.ts";
import { createSecretManagerStore } from "./platform/secret-manager.ts";
import { SecretManagerError } from "./platform/secret-manager-errors.ts";
import {
  createFixedSecretStore,
  createFolderSecretStore,
  layerSecretStores,
  type SecretName,
  type SecretStore,
} from "./platform/secrets.ts";
import { createRotatingKeys, type SigningKeys } from "./platform/signing-keys.ts";

const CONNECTIONS_MAX = 10;
const HOT_CONNECTIONS_MAX = 4;

export interface OpenedDatabase {
  database: Database;
  /** The schema of an embedded database is brought up to date by its only user; a server's by `scripts/migrate.ts`. */
  embedded: boolean;
  close(): Promise<void>;
}

/**
 * Where secrets come from in this configuration: Secret Manager in production, a folder elsewhere. What the environment
 * gives directly wins.
 */
export function configuredSecrets(config: Config, log: Log): SecretStore {
  const fromEnvironment = createFixedSecretStore({ "jwt-secret-key": config.jwtSecretKey?.reveal() });
  if (config.secretsDir) return layerSecretStores(fromEnvironment, createFolderSecretStore(config.secretsDir));
  if (config.environment !== "production") return fromEnvironment;
  if (!config.gcpProjectId) {
    log.warn("GCP_PROJECT_ID is not set: every provider whose credentials are in Secret Manager stays disabled");
    return fromEnvironment;
  }
  const refreshMs = config.secretsRefreshSeconds * 1000;
  const manager = createSecretManagerStore({ projectId: config.gcpProjectId, log, clock: systemClock, refreshMs });
  return layerSecretStores(fromEnvironment, manager);
}

/** A secret that the start depends on: what Secret Manager refuses is told with its remedy. */
async function readAtStart(secrets: SecretStore, name: SecretName): Promise<Secret | undefined> {
  try {
    return await secrets.read(name);
  } catch (error) {
    if (error instanceof SecretManagerError) throw new ConfigError(error.message);
    throw error;
  }
}

/** The key that signs and verifies bearer tokens. Throws a `ConfigError` with the remedy when there is none or a weak one. */
export async function signingKey(config: Config, secrets: SecretStore): Promise<Secret> {
  const key = await readAtStart(secrets, "jwt-secret-key");
  if (key && Buffer.byteLength(key.reveal()) < JWT_KEY_BYTES_MIN) {
    throw new ConfigError(`secret jwt-secret-key: must have at least ${JWT_KEY_BYTES_MIN} bytes (HS256)`);
  }
  if (key) return key;
  if (config.environment === "production") {
    throw new ConfigError("JWT_SECRET_KEY: production needs it; set it from the secret jwt-secret-key (--set-secrets)");
  }
  return developmentKey(config.dataDir);
}

/** Tokens live no longer than a day in practice; a replaced key is accepted for as long. */
const KEEP_PREVIOUS_KEY_MS = 24 * 3_600_000;

/** The signing key of the start, and every one that replaces it in the store while the gateway runs. */
export function rotatingKeys(config: Config, deps: { initial: Secret; secrets: SecretStore; log: Log }): SigningKeys {
  return createRotatingKeys({
    initial: deps.initial,
    previous: config.jwtPreviousSecretKey,
    read: async () => {
      const found = await deps.secrets.read("jwt-secret-key");
      return found && Buffer.byteLength(found.reveal()) >= JWT_KEY_BYTES_MIN ? found : undefined;
    },
    refreshMs: config.secretsRefreshSeconds * 1000,
    keepPreviousMs: KEEP_PREVIOUS_KEY_MS,
    clock: systemClock,
    log: deps.log,
  });
}

/** The embedded database has one connection, which all wait for. */
const EMBEDDED_STATEMENT_MS_MAX = 60_000;

/**
 * Opens the configured database, or the embedded one in the data folder, which is locked against other processes.
 * `statementMsMax`: what one statement of a server's database may take; for scripts that read or change much at once.
 */
export async function openConfiguredDatabase(
  config: Config,
  secrets: SecretStore,
  options: { statementMsMax?: number } = {},
): Promise<OpenedDatabase> {
  if (config.database) {
    const address = await withPassword(config.database, secrets);
    const database = openDatabase({
      ...{ address, connectionsMax: CONNECTIONS_MAX, hotConnectionsMax: HOT_CONNECTIONS_MAX },
      ...options,
    });
    await untilItAnswers(database);
    return { database, embedded: false, close: () => database.close() };
  }
  const folder = await lockDataFolder(config.dataDir);
  let engine: EmbeddedDatabase;
  try {
    engine = await startEmbeddedDatabase(folder.path);
  } catch (error) {
    await folder.release();
    throw error;
  }
  // One connection for everything: the embedded database is one session, and interleaved statements would collide in it.
  const database = openDatabase({
    ...{ address: engine.address, connectionsMax: 1, hotConnectionsMax: 0 },
    statementMsMax: EMBEDDED_STATEMENT_MS_MAX,
  });
  return { database, embedded: true, close: () => closeEmbedded(database, engine, folder) };
}

/** A database beside the gateway may need a moment longer to start: about 6 s in all. */
const startRetry = retry(handleWhen(isDatabaseUnavailable), {
  maxAttempts: 5,
  backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 2_000 }),
});

/** A database that answers that it is starting or recovering is there, and is waited for: about a minute in all. */
const recoveryRetry = retry(handleWhen(isStarting), { maxAttempts: 60, backoff: new ConstantBackoff(1_000) });

async function untilItAnswers(database: Database): Promise<void> {
  try {
    await wrap(recoveryRetry, startRetry).execute(() => database.ping());
  } catch (error) {
    await database.close();
    throw new ConfigError(isStarting(error) ? STILL_STARTING : refusalOf(error));
  }
}

const STILL_STARTING =
  "DATABASE_URL: the database has been starting or recovering for a minute (57P03); see its own log";

function refusalOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown fault";
  return `DATABASE_URL: the database does not let us in (${code}); check address, name, user and password, and that it runs`;
}

/** SQLSTATE `cannot_connect_now`. */
function isStarting(error: unknown): boolean {
  return sqlState(error) === "57P03";
}

async function closeEmbedded(database: Database, engine: EmbeddedDatabase, folder: DataFolder): Promise<void> {
  await database.close();
  await engine.close();
  await folder.release();
}

async function withPassword(address: DatabaseAddress, secrets: SecretStore): Promise<DatabaseAddress> {
  if ("url" in address || address.password !== undefined) return address;
  const password = await readAtStart(secrets, "database-password");
  return password ? { ...address, password: password.reveal() } : address;
}
