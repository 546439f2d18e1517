import type { DeadlineLevel } from "@luckygas/gateway-client";
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle } from "../../platform/database.ts";
import { HALF, URGENT } from "../rules/deadlines.ts";

const deadlineRowSchema = z.object({
  id: z.string(),
  kind: z.enum(["issue", "cancel", "void", "allowance", "cancel_allowance", "unused_numbers", "branch_numbers"]),
  invoice_id: z.string().nullable(),
  number: z.string().nullable(),
  period: z.string(),
  acted_ms: z.number(),
  due_ms: z.number(),
  status: z.enum(["due", "sending", "sent", "unknown", "rejected"]),
  reason: z.string().nullable(),
});
export type DeadlineRow = z.output<typeof deadlineRowSchema>;

const levelCountsSchema = z.object({ half: z.int(), urgent: z.int(), overdue: z.int() });

/** Open messages of each level of pressure. */
export type LevelCounts = z.output<typeof levelCountsSchema>;

const OPEN = sql`u.status NOT IN ('accepted', 'superseded')`;

/** Share of the allowed time that is used up at an instant. */
const shareAt = (now: Date) => sql`(extract(epoch FROM ${now.toISOString()}::timestamptz - u.acted_at)
  / greatest(0.001, extract(epoch FROM u.due_at - u.acted_at)))`;

function isOfLevel(level: DeadlineLevel, now: Date): SQL {
  const share = shareAt(now);
  switch (level) {
    case "early":
      return sql`${share} < ${HALF}`;
    case "half":
      return sql`${share} >= ${HALF} AND ${share} < ${URGENT}`;
    case "urgent":
      return sql`${share} >= ${URGENT} AND ${share} < 1`;
    case "overdue":
      return sql`${share} >= 1`;
  }
}

/** What must still be told to the platform, by deadline. */
export function createDeadlineStore(db: Drizzle) {
  return {
    list: async (
      filter: { level?: DeadlineLevel | undefined; after?: { dueMs: number; id: string } | undefined; now: Date },
      limit: number,
    ): Promise<DeadlineRow[]> => {
      const { level, after, now } = filter;
      const rows = await db.execute(sql`
        SELECT u.id, u.kind, i.id AS invoice_id, i.number, coalesce(i.period, r.period, b.period) AS period, u.status, u.reason,
          (extract(epoch FROM u.acted_at) * 1000)::float8 AS acted_ms, (extract(epoch FROM u.due_at) * 1000)::float8 AS due_ms
        FROM einvoice_uploads u
        LEFT JOIN invoices i ON i.id = u.invoice_id
        LEFT JOIN einvoice_number_reports r ON r.id = u.invoice_id
        LEFT JOIN einvoice_branch_numbers b ON b.id = u.invoice_id
        WHERE ${OPEN} AND ${level ? isOfLevel(level, now) : sql`true`}
          AND ${after ? sql`(u.due_at, u.id) > (${new Date(after.dueMs).toISOString()}::timestamptz, ${after.id}::uuid)` : sql`true`}
        ORDER BY u.due_at, u.id LIMIT ${limit}`);
      return z.array(deadlineRowSchema).parse([...rows]);
    },

    counts: async (now: Date): Promise<LevelCounts> => {
      const count = (level: DeadlineLevel) => sql`count(*) FILTER (WHERE ${isOfLevel(level, now)})::int`;
      const rows = await db.execute(sql`
        SELECT ${count("half")} AS half, ${count("urgent")} AS urgent, ${count("overdue")} AS overdue
        FROM einvoice_uploads u WHERE ${OPEN}`);
      return levelCountsSchema.parse(rows[0]);
    },
  };
}

export type DeadlineStore = ReturnType<typeof createDeadlineStore>;
