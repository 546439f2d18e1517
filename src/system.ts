import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Contract } from "@luckygas/gateway-client";
import type { Health } from "./http/health.ts";
import type { AuditTrail } from "./platform/audit.ts";
import { type AuditEntry, stateOf } from "./platform/audit-entry.ts";
import { listEntries } from "./platform/audit-store.ts";
import { mintToken } from "./platform/auth.ts";
import type { Platform } from "./platform/capability.ts";
import { invalidInput, OperationError } from "./platform/errors.ts";
import type { LoginGuard } from "./platform/login-guard.ts";
import type { CallContext, Caller, Handlers } from "./platform/rpc.ts";
import type { Secret } from "./platform/secret.ts";
import type { SigningKeys } from "./platform/signing-keys.ts";

/** The one account that signs in here; everybody else's token comes from LuckyGas's back end. */
const SUPERUSER = "admin";
const TOKEN_SECONDS = 8 * 3600;

export interface SystemDeps {
  health: Health;
  platform: Pick<Platform, "clock" | "database" | "log" | "secrets">;
  audit: AuditTrail;
  loginGuard: LoginGuard;
  keys: SigningKeys;
  issuer?: string | undefined;
  audience?: string | undefined;
  /** Told of every refused attempt to sign in. */
  onRefused?(): void;
}

/** What concerns the gateway itself. */
export function createSystemHandlers(deps: SystemDeps): Handlers<Contract["system"]> {
  return {
    health: () => deps.health.report(),
    whoAmI: async (_input, { caller }) => ({ subject: caller.subject, role: caller.role }),
    login: (input, context) => login(deps, input, context),
    listAuditEntries: async ({ cursor, limit, ...filter }) => {
      const beforeSeq = cursor === undefined ? undefined : readCursor(cursor);
      const entries = await listEntries(deps.platform.database.db, { ...filter, beforeSeq, limit: limit + 1 });
      const items = entries.slice(0, limit);
      const last = items.at(-1);
      return {
        items: items.map(auditEntryView),
        nextCursor: entries.length > limit && last ? String(last.seq) : null,
      };
    },
  };
}

function readCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw invalidInput("cursor", "must be a cursor of this list");
  return Number(cursor);
}

function auditEntryView({ at, previousHash: _previous, ...entry }: AuditEntry) {
  return { ...entry, at: at.toISOString() };
}

type LoginInput = { username: string; password: string };

/**
 * Signs in the superuser. Every attempt is counted in a row before it is judged; the comparison takes the same time for
 * every input, and an unknown name goes the same way as a wrong password.
 */
async function login(deps: SystemDeps, input: LoginInput, context: CallContext<Caller | undefined>) {
  const account = input.username === SUPERUSER ? SUPERUSER : "(unknown)";
  const record = (phase: "applied" | "refused", outcome: string) =>
    deps.audit.record({
      callId: crypto.randomUUID(),
      phase,
      actor: account,
      role: phase === "applied" ? "super_admin" : null,
      action: "system.login",
      object: account,
      requestId: context.requestId,
      before: null,
      after: stateOf({ outcome }),
    });

  const entry = await deps.loginGuard.enter(account);
  if (!entry.allowed) {
    // No entry in the audit chain: whoever hammers at a locked account must not fill it.
    context.log.warn("A sign-in was refused: the account is locked", { service: "system", account });
    deps.onRefused?.();
    throw new OperationError("rate_limited", "too many wrong passwords; wait before the next attempt", {
      reason: "login_locked",
      retryAfterSeconds: entry.retryAfterSeconds,
    });
  }
  const right = isSame(input.password, await deps.platform.secrets.read("first-superuser-password"));
  if (!right || account !== SUPERUSER) {
    deps.onRefused?.();
    await record("refused", "wrong_credentials");
    throw new OperationError("unauthenticated", "name or password is wrong", { reason: "wrong_credentials" });
  }
  await deps.loginGuard.succeed(account);
  await record("applied", "signed_in");
  return signIn(deps);
}

async function signIn({ platform, keys, issuer, audience }: SystemDeps) {
  const now = platform.clock.now();
  const request = { subject: SUPERUSER, role: "super_admin", validForSeconds: TOKEN_SECONDS } as const;
  const token = await mintToken(keys.current(), { ...request, issuer, audience }, now);
  const expiresAt = new Date(now.getTime() + TOKEN_SECONDS * 1000).toISOString();
  return { token, expiresAt, subject: request.subject, role: request.role };
}

/** Compares digests of equal length, so that neither length nor content shows in the time. No secret: nothing is the same. */
function isSame(given: string, expected: Secret | undefined): boolean {
  const digest = (text: string) => createHash("sha256").update(text, "utf8").digest();
  const wanted = expected ? digest(expected.reveal()) : randomBytes(32);
  return timingSafeEqual(digest(given), wanted) && expected !== undefined && expected.reveal() !== "";
}
