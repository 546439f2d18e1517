import type { SmsMessageType, SmsStatus } from "@luckygas/gateway-client";
import { and, asc, desc, eq, gte, lt, ne } from "drizzle-orm";
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

export interface MessageFilter {
  status?: SmsStatus | undefined;
  provider?: string | undefined;
  messageType?: SmsMessageType | undefined;
  recipient?: string | undefined;
  createdFrom?: Date | undefined;
  createdBefore?: Date | undefined;
  /** Only what this caller has sent. */
  callerSubject?: string | undefined;
  /** Only messages older than this id. */
  beforeId?: string | undefined;
}

/** Newest first. Ids rise with time, so that the order of ids is that of creation. */
export function listMessageRows(db: DbOrTx, filter: MessageFilter, limit: number): Promise<MessageRow[]> {
  const conditions = [
    filter.status && eq(smsMessages.status, filter.status),
    filter.provider && eq(smsMessages.provider, filter.provider),
    filter.messageType && eq(smsMessages.messageType, filter.messageType),
    filter.recipient && eq(smsMessages.recipient, filter.recipient),
    filter.createdFrom && gte(smsMessages.createdAt, filter.createdFrom),
    filter.createdBefore && lt(smsMessages.createdAt, filter.createdBefore),
    filter.callerSubject && eq(smsMessages.callerSubject, filter.callerSubject),
    filter.beforeId && lt(smsMessages.id, filter.beforeId),
  ].flatMap((condition) => (condition ? [condition] : []));
  return db
    .select()
    .from(smsMessages)
    .where(and(...conditions))
    .orderBy(desc(smsMessages.id))
    .limit(limit);
}
