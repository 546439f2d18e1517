import { sql } from "drizzle-orm";
import { Counter, Gauge, type Registry } from "prom-client";
import type { Health } from "./http/health.ts";
import type { Platform } from "./platform/capability.ts";
import type { CallerLimits } from "./platform/rate-limit.ts";
import type { Caller } from "./platform/rpc.ts";
import { secretNames } from "./secret-names.ts";

const statusValues = { healthy: 1, degraded: 0.5, unhealthy: 0, disabled: -1 } as const;
/** A scrape does not wait longer for the database. */
const WAIT_MS = 2_000;
/** Several scrapers share one look. */
const KEPT_MS = 5_000;

export interface StateMetrics {
  refused(caller: Caller): void;
  loginRefused(): void;
}

/** States that the database knows, counted when somebody scrapes: what waits for a person, and what is not usable. */
export function createStateMetrics(
  registry: Registry,
  deps: { health: Health; platform: Platform; limits: CallerLimits },
): StateMetrics {
  const registers = [registry];
  // A registry asks all its metrics at once: each gauge waits for the one look that fills them all.
  const gauge = <const L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name, help, labelNames, registers, collect: () => look() });
  const services = gauge("gateway_service_status", "1 healthy, 0.5 degraded, 0 unhealthy, -1 disabled", ["service"]);
  const secrets = gauge("gateway_secret_available", "1 when the secret can be read, else 0", ["secret"]);
  const batches = gauge("gateway_bank_batches", "Bank batches that are not at their end, by status", ["status"]);
  const messages = gauge("gateway_sms_messages", "SMS messages that are not at their end, by status", ["status"]);
  const busiest = gauge("gateway_busiest_caller_calls", "Calls in one minute of the busiest caller", ["role"]);
  const known = gauge("gateway_state_known", "1 when the latest look at states succeeded, else 0 and they are old");
  const refused = new Counter({
    name: "gateway_callers_refused_total",
    help: "Times that a caller ran into its limit, counted once a minute for each caller",
    labelNames: ["role"],
    registers,
  });
  const loginRefused = new Counter({
    name: "gateway_logins_refused_total",
    help: "Refused attempts to sign in",
    registers,
  });

  async function collect(): Promise<void> {
    for (const [role, calls] of deps.limits.busiest()) busiest.set({ role }, calls);
    const report = await deps.health.report();
    services.reset();
    for (const [service, { status }] of Object.entries(report.services))
      services.set({ service }, statusValues[status]);
    for (const secret of secretNames) {
      const found = await deps.platform.secrets.read(secret).catch(() => undefined);
      secrets.set({ secret }, found ? 1 : 0);
    }
    if (report.status === "unhealthy") return;
    await countOpen(deps.platform, "bank_batches", openBatches, (status, count) => batches.set({ status }, count));
    await countOpen(deps.platform, "sms_messages", openMessages, (status, count) => messages.set({ status }, count));
  }

  let looking: Promise<void> | undefined;
  let lookedMs = Number.NEGATIVE_INFINITY;

  function look(): Promise<void> {
    if (performance.now() - lookedMs < KEPT_MS) return Promise.resolve();
    looking ??= lookOnce().finally(() => {
      looking = undefined;
      lookedMs = performance.now();
    });
    return looking;
  }

  async function lookOnce(): Promise<void> {
    const giveUp = new AbortController();
    const late = deps.platform.clock.sleep(WAIT_MS, giveUp.signal).then(() => false);
    const collected = collect().then(
      () => true,
      () => false, // the reason is in the log of whoever needed the database
    );
    known.set((await Promise.race([collected, late])) ? 1 : 0);
    giveUp.abort();
  }

  return { refused: ({ role }) => refused.inc({ role }), loginRefused: () => loginRefused.inc() };
}

const openBatches = ["draft", "sealed", "approved", "sending", "sent", "indeterminate", "held"] as const;
const openMessages = ["queued", "deferred", "dispatching", "unknown"] as const;

/** Rows by status; a status without rows is told as 0. */
async function countOpen(
  { database }: Platform,
  table: "bank_batches" | "sms_messages",
  statuses: readonly string[],
  tell: (status: string, count: number) => void,
): Promise<void> {
  const rows = await database.db.execute<{ status: string; count: number }>(
    sql`SELECT status, count(*)::int AS count FROM ${sql.identifier(table)} WHERE status IN ${[...statuses]} GROUP BY status`,
  );
  for (const status of statuses) tell(status, rows.find((row) => row.status === status)?.count ?? 0);
}
