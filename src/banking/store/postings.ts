import type { PostingKind } from "@luckygas/gateway-client";
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import type { Drizzle, Tx } from "../../platform/database.ts";
import { bankBatches, bankBatchItems, bankPostings } from "../tables.ts";

export type NewPosting = Omit<typeof bankPostings.$inferInsert, "id">;

const POSTINGS_PER_STATEMENT = 1_000;

/** Adds entries; one that stands already for the same item, kind and file is not added again. */
export async function insertPostings(tx: Tx, postings: readonly NewPosting[]): Promise<void> {
  for (let start = 0; start < postings.length; start += POSTINGS_PER_STATEMENT) {
    await tx
      .insert(bankPostings)
      .values(postings.slice(start, start + POSTINGS_PER_STATEMENT))
      .onConflictDoNothing();
  }
}

/** Count and sum of a batch's entries, by kind. */
export async function sumPostings(
  db: Drizzle,
  batchId: string,
): Promise<Map<PostingKind, { count: number; amount: number }>> {
  const rows = await db
    .select({
      kind: bankPostings.kind,
      count: sql<number>`count(*)::int`,
      amount: sql`sum(${bankPostings.amount})`.mapWith(Number),
    })
    .from(bankPostings)
    .where(eq(bankPostings.batchId, batchId))
    .groupBy(bankPostings.kind);
  return new Map(rows.map(({ kind, count, amount }) => [kind, { count, amount }]));
}

/** Batches of debits that are at a bank and have open items, by payment date. */
export function listOpenBatches(
  db: Drizzle,
  bank: string,
  limit: number,
): Promise<{ id: string; paymentDate: string }[]> {
  return db
    .selectDistinct({ id: bankBatches.id, paymentDate: bankBatches.paymentDate })
    .from(bankBatches)
    .innerJoin(bankBatchItems, eq(bankBatchItems.batchId, bankBatches.id))
    .where(
      and(
        eq(bankBatches.bankCode, bank),
        eq(bankBatches.kind, "payment"),
        inArray(bankBatches.status, ["sent", "acknowledged"]),
        eq(bankBatchItems.status, "pending"),
      ),
    )
    .orderBy(asc(bankBatches.paymentDate), asc(bankBatches.id))
    .limit(limit);
}

/** Open items of a batch become paid by absence; gives them. */
export function settleByAbsence(tx: Tx, batchId: string): Promise<{ id: number; amount: number }[]> {
  return tx
    .update(bankBatchItems)
    .set({ status: "paid_by_absence" })
    .where(and(eq(bankBatchItems.batchId, batchId), eq(bankBatchItems.status, "pending")))
    .returning({ id: bankBatchItems.id, amount: bankBatchItems.amount });
}
