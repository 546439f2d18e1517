import { asc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import type { AuditTrail } from "./audit.ts";
import type { AuditState } from "./audit-entry.ts";
import type { Database } from "./database.ts";
import type { Job } from "./jobs.ts";
import type { Leases } from "./leases.ts";
import { manualChanges } from "./tables.ts";

const EVERY_MS = 15_000;
const LEASE_MS = 60_000;
const BATCH_MAX = 100;

const plainSchema = z.record(z.string(), z.union([z.string().max(200), z.number(), z.boolean()]));
const columnsSchema = z.array(z.string());

/**
 * Takes what was changed in SQL by hand into the audit chain, as `sql.insert`, `sql.update`, `sql.delete` or `sql.truncate`
 * by `database:<user>`. When a process dies between the entry and its mark, the entry comes twice with one call id.
 */
export function createManualChangeJob(deps: { database: Database; leases: Leases; audit: AuditTrail }): Job {
  const { db } = deps.database;

  async function recordSome(): Promise<number> {
    const open = await db
      .select()
      .from(manualChanges)
      .where(isNull(manualChanges.recordedAt))
      .orderBy(asc(manualChanges.number))
      .limit(BATCH_MAX);
    for (const change of open) {
      await deps.audit.record(recordOf(change));
      await db.update(manualChanges).set({ recordedAt: sql`now()` }).where(eq(manualChanges.id, change.id));
    }
    return open.length;
  }

  return {
    name: "audit-manual-changes",
    intervalMs: EVERY_MS,
    run: async () => {
      const lease = await deps.leases.acquire("audit-manual-changes", LEASE_MS);
      if (!lease) return { more: false };
      try {
        return { more: (await recordSome()) === BATCH_MAX };
      } finally {
        await lease.release();
      }
    },
  };
}

function recordOf(change: typeof manualChanges.$inferSelect) {
  const { before, after, at, program } = change;
  const columns = columnsSchema.parse(change.columns).join(" ").slice(0, 500);
  const becomes: AuditState = { ...statesOf(after), columns, program, changedAt: at.toISOString() };
  return {
    callId: change.id,
    phase: "applied" as const,
    actor: `database:${change.databaseUser}`,
    role: null,
    action: `sql.${change.operation}`,
    object: change.rowKey === null ? change.tableName : `${change.tableName}/${change.rowKey}`,
    requestId: "(none)",
    before: before === null ? null : statesOf(before),
    after: becomes,
  };
}

function statesOf(value: unknown): AuditState {
  return value === null ? {} : plainSchema.parse(value);
}
