import type { ItemStatus, LineClass } from "@luckygas/gateway-client";
import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import type { Drizzle } from "../../platform/database.ts";
import { bankBatchItems, bankReconciliationLines } from "../tables.ts";

export type LineRow = typeof bankReconciliationLines.$inferSelect;

/** Count and sum of a batch's items by status. */
export async function sumItems(
  db: Drizzle,
  batchId: string,
): Promise<Map<ItemStatus, { count: number; amount: number }>> {
  const rows = await db
    .select({
      status: bankBatchItems.status,
      count: sql<number>`count(*)::int`,
      amount: sql`sum(${bankBatchItems.amount})`.mapWith(Number),
    })
    .from(bankBatchItems)
    .where(eq(bankBatchItems.batchId, batchId))
    .groupBy(bankBatchItems.status);
  return new Map(rows.map(({ status, count, amount }) => [status, { count, amount }]));
}

export async function countLines(db: Drizzle, batchId: string): Promise<Map<LineClass, number>> {
  const rows = await db
    .select({ class: bankReconciliationLines.class, count: sql<number>`count(*)::int` })
    .from(bankReconciliationLines)
    .where(eq(bankReconciliationLines.batchId, batchId))
    .groupBy(bankReconciliationLines.class);
  return new Map(rows.map((row) => [row.class, row.count]));
}

/** Lines of a batch in the order of file and record, from after a given one. */
export function listLines(
  db: Drizzle,
  batchId: string,
  after: { fileId: string; record: number } | undefined,
  limit: number,
): Promise<LineRow[]> {
  const { fileId, record } = bankReconciliationLines;
  return db
    .select()
    .from(bankReconciliationLines)
    .where(
      and(
        eq(bankReconciliationLines.batchId, batchId),
        after && or(gt(fileId, after.fileId), and(eq(fileId, after.fileId), gt(record, after.record))),
      ),
    )
    .orderBy(asc(fileId), asc(record))
    .limit(limit);
}
