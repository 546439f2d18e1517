import { and, asc, eq, ne } from "drizzle-orm";
import type { DbOrTx } from "../../platform/database.ts";
import { smsAttempts, smsMessages, smsReceipts } from "../tables.ts";

export type MessageRow = typeof smsMessages.$inferSelect;
export type AttemptRow = typeof smsAttempts.$inferSelect;
export type ReceiptRow = typeof smsReceipts.$inferSelect;

const RECEIPTS_MAX = 100;

export async function findMessage(db: DbOrTx, id: string): Promise<MessageRow | undefined> {
  const [row] = await db.select().from(smsMessages).where(eq(smsMessages.id, id));
  return row;
}

export function findAttempts(db: DbOrTx, messageId: string): Promise<AttemptRow[]> {
  return db.select().from(smsAttempts).where(eq(smsAttempts.messageId, messageId)).orderBy(asc(smsAttempts.number));
}

/** Whether the provider has another attempt under the same id: one of the same batch. */
export async function isOneOfMany(
  db: DbOrTx,
  attempt: { id: string; provider: string; providerMessageId: string },
): Promise<boolean> {
  const { id, provider, providerMessageId } = smsAttempts;
  const rows = await db
    .select({ id })
    .from(smsAttempts)
    .where(and(eq(provider, attempt.provider), eq(providerMessageId, attempt.providerMessageId), ne(id, attempt.id)))
    .limit(1);
  return rows.length > 0;
}

export function findReceipts(db: DbOrTx, messageId: string): Promise<ReceiptRow[]> {
  return db
    .select()
    .from(smsReceipts)
    .where(eq(smsReceipts.messageId, messageId))
    .orderBy(asc(smsReceipts.id))
    .limit(RECEIPTS_MAX);
}
