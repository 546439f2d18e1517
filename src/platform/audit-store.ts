import { and, desc, eq, gt, lt, sql } from "drizzle-orm";
import type postgres from "postgres";
import { z } from "zod";
import { type AuditEntry, type AuditRecord, chain, GENESIS_HASH } from "./audit-entry.ts";
import type { Drizzle } from "./database.ts";
import { auditEntries, auditHeads } from "./tables.ts";

/** There is one chain. */
const CHAIN = "main";

export interface AuditHead {
  seq: number;
  hash: string;
}

const headSchema = z.object({ seq: z.coerce.number(), hash: z.string() });

/** Appends records to the one chain of all processes. */
export interface AuditAppender {
  /** Gives the new head. `relaxed`: the commit does not wait for the database's disk. */
  append(records: readonly AuditRecord[], relaxed?: boolean): Promise<AuditHead>;
}

/**
 * One statement while no other process has added anything since our last entries; else the head is read under a lock
 * first. Either way the entries and the head change in one transaction.
 */
export function createAuditAppender(hot: postgres.Sql): AuditAppender {
  let known: AuditHead | undefined;

  async function appendLocked(records: readonly AuditRecord[]): Promise<AuditHead> {
    return hot.begin(async (tx) => {
      const head = await lockHead(tx);
      const entries = chain(records, head);
      if (!(await write(tx, entries, head))) throw new Error("the audit chain moved under its lock");
      return headOf(entries, head);
    });
  }

  return {
    append: async (records, relaxed = false) => {
      const head = known;
      known = undefined;
      if (head) {
        const entries = chain(records, head);
        if (await write(hot, entries, head, relaxed)) {
          known = headOf(entries, head);
          return known;
        }
      }
      known = await appendLocked(records);
      return known;
    },
  };
}

function headOf(entries: AuditEntry[], before: AuditHead): AuditHead {
  const last = entries.at(-1);
  return last ? { seq: last.seq, hash: last.hash } : before;
}

async function lockHead(tx: postgres.TransactionSql): Promise<AuditHead> {
  await tx`INSERT INTO audit_heads (name, seq, hash) VALUES (${CHAIN}, 0, ${GENESIS_HASH}) ON CONFLICT (name) DO NOTHING`;
  const [row] = await tx`SELECT seq, hash FROM audit_heads WHERE name = ${CHAIN} FOR UPDATE`;
  return headSchema.parse(row);
}

/** False, and nothing written, when the chain does not end with `head`. */
async function write(
  sqlClient: postgres.Sql | postgres.TransactionSql,
  entries: AuditEntry[],
  head: AuditHead,
  relaxed = false,
): Promise<boolean> {
  const end = headOf(entries, head);
  const written = await sqlClient`
    WITH moved AS (
      UPDATE audit_heads SET seq = ${end.seq}, hash = ${end.hash}
      WHERE name = ${CHAIN} AND seq = ${head.seq} AND hash = ${head.hash}
        AND (SELECT NOT ${relaxed}::boolean OR set_config('synchronous_commit', 'off', true) = 'off') RETURNING seq)
    INSERT INTO audit_entries (seq, call_id, phase, at, actor, role, action, object, request_id, before, after, previous_hash, hash)
    SELECT row.* FROM json_to_recordset(${JSON.stringify(entries.map(toRow))}::text::json) AS row (
      seq bigint, call_id uuid, phase text, at timestamptz, actor text, role text, action text, object text, request_id text,
      before jsonb, after jsonb, previous_hash text, hash text)
    WHERE EXISTS (SELECT FROM moved)`;
  return written.count === entries.length;
}

function toRow(entry: AuditEntry): object {
  const { callId, requestId, previousHash, ...same } = entry;
  return { ...same, call_id: callId, request_id: requestId, previous_hash: previousHash };
}

const stateSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable();

function toEntry(row: typeof auditEntries.$inferSelect): AuditEntry {
  return { ...row, before: stateSchema.parse(row.before), after: stateSchema.parse(row.after) };
}

export interface AuditFilter {
  /** Only entries before this one. */
  beforeSeq?: number | undefined;
  actor?: string | undefined;
  action?: string | undefined;
  object?: string | undefined;
  limit: number;
}

/** Entries, latest first. */
export async function listEntries(db: Drizzle, filter: AuditFilter): Promise<AuditEntry[]> {
  const rows = await db
    .select()
    .from(auditEntries)
    .where(
      and(
        filter.beforeSeq === undefined ? undefined : lt(auditEntries.seq, filter.beforeSeq),
        filter.actor === undefined ? undefined : eq(auditEntries.actor, filter.actor),
        filter.action === undefined ? undefined : eq(auditEntries.action, filter.action),
        filter.object === undefined ? undefined : eq(auditEntries.object, filter.object),
      ),
    )
    .orderBy(desc(auditEntries.seq))
    .limit(filter.limit);
  return rows.map(toEntry);
}

/** The next entries after a place, in the order of the chain. */
export async function readChain(db: Drizzle, afterSeq: number, limit: number): Promise<AuditEntry[]> {
  const rows = await db
    .select()
    .from(auditEntries)
    .where(gt(auditEntries.seq, afterSeq))
    .orderBy(auditEntries.seq)
    .limit(limit);
  return rows.map(toEntry);
}

/** The head as it is stored; `undefined` before the first entry. */
export async function readHead(db: Drizzle): Promise<AuditHead | undefined> {
  const [row] = await db
    .select({ seq: auditHeads.seq, hash: auditHeads.hash })
    .from(auditHeads)
    .where(eq(auditHeads.name, CHAIN));
  return row;
}

/** Calls that were begun before an instant and whose end was never recorded: a process died under them. */
export async function unfinishedCalls(db: Drizzle, begunBefore: Date): Promise<AuditEntry[]> {
  const rows = await db
    .select()
    .from(auditEntries)
    .where(
      and(
        eq(auditEntries.phase, "begun"),
        lt(auditEntries.at, begunBefore),
        sql`NOT EXISTS (SELECT FROM audit_entries ended WHERE ended.call_id = ${auditEntries.callId} AND ended.phase <> 'begun')`,
      ),
    )
    .orderBy(auditEntries.seq)
    .limit(1_000);
  return rows.map(toEntry);
}
