import type { BatchStatus } from "@luckygas/gateway-client";
import { and, asc, desc, eq, getTableColumns, gt, gte, inArray, lt, notInArray, type SQL, sql } from "drizzle-orm";
import type { DbOrTx, Drizzle, Tx } from "../../platform/database.ts";
import { bankApprovals, bankBatchEvents, bankBatches, bankBatchItems, bankBatchNumbers } from "../tables.ts";
import { withdrawRequests } from "./authorisations.ts";

const { fileBytes: _fileBytes, sentBytes: _sentBytes, ...columns } = getTableColumns(bankBatches);
const selected = { ...columns, fileSizeBytes: sql<number | null>`octet_length(${bankBatches.fileBytes})` };

/** A batch without the bytes of its file and of what is sent. */
export type BatchRow = Omit<typeof bankBatches.$inferSelect, "fileBytes" | "sentBytes"> & {
  fileSizeBytes: number | null;
};
export type ItemRow = typeof bankBatchItems.$inferSelect;
export type ApprovalRow = typeof bankApprovals.$inferSelect;
export type NewBatch = typeof bankBatches.$inferInsert;
export type NewItem = Omit<typeof bankBatchItems.$inferInsert, "id">;

export interface BatchFilter {
  bank?: string | undefined;
  status?: BatchStatus | undefined;
  /** Ids below this one: the page after it. */
  beforeId?: string | undefined;
}

/** Rows of one INSERT: each has twelve parameters, and PostgreSQL takes 65,535. */
const ITEMS_PER_STATEMENT = 1_000;

export async function findBatch(db: DbOrTx, id: string): Promise<BatchRow | undefined> {
  return one(db, eq(bankBatches.id, id));
}

export function findBatchByKey(db: DbOrTx, createdBy: string, idempotencyKey: string): Promise<BatchRow | undefined> {
  return one(db, and(eq(bankBatches.createdBy, createdBy), eq(bankBatches.idempotencyKey, idempotencyKey)));
}

export function findBatchByNumber(db: DbOrTx, bank: string, batchNumber: string): Promise<BatchRow | undefined> {
  return one(db, and(eq(bankBatches.bankCode, bank), eq(bankBatches.batchNumber, batchNumber)));
}

/** `ignoreCase`: the bank changes the case of names. */
export function findBatchByFileName(
  db: DbOrTx,
  { bank, ignoreCase }: { bank: string; ignoreCase: boolean },
  fileName: string,
): Promise<BatchRow | undefined> {
  const isNamed = ignoreCase
    ? eq(sql`lower(${bankBatches.fileName})`, fileName.toLowerCase())
    : eq(bankBatches.fileName, fileName);
  return one(db, and(eq(bankBatches.bankCode, bank), isNamed));
}

async function one(db: DbOrTx, condition: SQL | undefined): Promise<BatchRow | undefined> {
  const [row] = await db.select(selected).from(bankBatches).where(condition);
  return row;
}

/** Locks the batch until the transaction ends, so that its state is changed by one at a time. */
export async function lockBatch(tx: Tx, id: string): Promise<BatchRow | undefined> {
  const [row] = await tx.select(selected).from(bankBatches).where(eq(bankBatches.id, id)).for("update");
  return row;
}

/** Locks several batches in the order of their ids, so that two files that concern the same ones do not block each other. */
export async function lockBatches(tx: Tx, ids: readonly string[]): Promise<BatchRow[]> {
  if (ids.length === 0) return [];
  return tx
    .select(selected)
    .from(bankBatches)
    .where(inArray(bankBatches.id, [...ids]))
    .orderBy(asc(bankBatches.id))
    .for("update");
}

/** Changes a batch; a change of its state is told to those who watch it. */
export async function updateBatch(tx: Tx, id: string, change: Partial<NewBatch>): Promise<void> {
  await tx.update(bankBatches).set(change).where(eq(bankBatches.id, id));
  await recordEvent(tx, id, change);
}

/** Remembers a change of state. The batch's row is locked by then, so the ids of a batch's events rise with time. */
export async function recordEvent(tx: Tx, batchId: string, { status, heldReason }: Partial<NewBatch>): Promise<void> {
  if (status === undefined) return;
  const reason = status === "held" ? (heldReason ?? null) : null;
  await tx.insert(bankBatchEvents).values({ batchId, status, heldReason: reason, at: sql`now()` });
}

export type BatchEventRow = typeof bankBatchEvents.$inferSelect;

/** Events of a batch after a given one, oldest first. */
export function listEvents(db: Drizzle, batchId: string, afterId: number, limit: number): Promise<BatchEventRow[]> {
  return db
    .select()
    .from(bankBatchEvents)
    .where(and(eq(bankBatchEvents.batchId, batchId), gt(bankBatchEvents.id, afterId)))
    .orderBy(asc(bankBatchEvents.id))
    .limit(limit);
}

export function listBatches(db: Drizzle, filter: BatchFilter, limit: number): Promise<BatchRow[]> {
  return db
    .select(selected)
    .from(bankBatches)
    .where(
      and(
        filter.bank === undefined ? undefined : eq(bankBatches.bankCode, filter.bank),
        filter.status === undefined ? undefined : eq(bankBatches.status, filter.status),
        filter.beforeId === undefined ? undefined : lt(bankBatches.id, filter.beforeId),
      ),
    )
    .orderBy(desc(bankBatches.id))
    .limit(limit);
}

/** The sealed bytes; `undefined` while the batch is a draft. */
export async function readFileBytes(db: DbOrTx, id: string): Promise<Uint8Array | undefined> {
  const [row] = await db.select({ bytes: bankBatches.fileBytes }).from(bankBatches).where(eq(bankBatches.id, id));
  return row?.bytes ?? undefined;
}

export function listItems(db: DbOrTx, batchId: string): Promise<ItemRow[]> {
  return db
    .select()
    .from(bankBatchItems)
    .where(eq(bankBatchItems.batchId, batchId))
    .orderBy(asc(bankBatchItems.sequence));
}

export function listApprovals(db: DbOrTx, batchIds: readonly string[]): Promise<ApprovalRow[]> {
  if (batchIds.length === 0) return Promise.resolve([]);
  return db
    .select()
    .from(bankApprovals)
    .where(inArray(bankApprovals.batchId, [...batchIds]))
    .orderBy(asc(bankApprovals.approvedAt));
}

/** False when this person has approved already. */
export async function insertApproval(tx: Tx, approval: typeof bankApprovals.$inferInsert): Promise<boolean> {
  const stored = await tx.insert(bankApprovals).values(approval).onConflictDoNothing().returning();
  return stored.length > 0;
}

/** The next number of a bank and a Taipei day: the day's eight digits and at least four more. */
export async function nextBatchNumber(tx: Tx, bank: string, day: string): Promise<string> {
  const [row] = await tx
    .insert(bankBatchNumbers)
    .values({ bankCode: bank, day, last: 1 })
    .onConflictDoUpdate({
      target: [bankBatchNumbers.bankCode, bankBatchNumbers.day],
      set: { last: sql`${bankBatchNumbers.last} + 1` },
    })
    .returning({ last: bankBatchNumbers.last });
  if (!row) throw new Error("no batch number was given out");
  return `${day.replaceAll("-", "")}${String(row.last).padStart(4, "0")}`;
}

export async function insertBatch(tx: Tx, batch: NewBatch, items: readonly NewItem[]): Promise<void> {
  await tx.insert(bankBatches).values(batch);
  await recordEvent(tx, batch.id, batch);
  for (let start = 0; start < items.length; start += ITEMS_PER_STATEMENT) {
    await tx.insert(bankBatchItems).values(items.slice(start, start + ITEMS_PER_STATEMENT));
  }
}

/** What goes to the bank: signed and encrypted, or the file itself; `undefined` while the batch is a draft. */
export async function readSentBytes(db: DbOrTx, id: string): Promise<Uint8Array | undefined> {
  const [row] = await db
    .select({ file: bankBatches.fileBytes, sent: bankBatches.sentBytes })
    .from(bankBatches)
    .where(eq(bankBatches.id, id));
  return row?.sent ?? row?.file ?? undefined;
}

const withdrawn: BatchStatus[] = ["cancelled", "rejected"];

/** Total of all batches of a bank for a payment date that are not withdrawn. */
export async function sumOfPaymentDate(tx: Tx, bank: string, paymentDate: string): Promise<number> {
  const [row] = await tx
    .select({ sum: sql`coalesce(sum(${bankBatches.totalAmount}), 0)`.mapWith(Number) })
    .from(bankBatches)
    .where(
      and(
        eq(bankBatches.bankCode, bank),
        eq(bankBatches.paymentDate, paymentDate),
        notInArray(bankBatches.status, withdrawn),
      ),
    );
  return row?.sum ?? 0;
}

/** Debits of a bank since a payment date that are for one of these references and still stand. */
export async function findByReference(
  tx: Tx,
  { bank, references, since }: { bank: string; references: readonly string[]; since: string },
): Promise<{ reference: string | null; accountNumber: string; amount: number; paymentDate: string }[]> {
  if (references.length === 0) return [];
  return tx
    .select({
      reference: bankBatchItems.reference,
      accountNumber: bankBatchItems.accountNumber,
      amount: bankBatchItems.amount,
      paymentDate: bankBatches.paymentDate,
    })
    .from(bankBatchItems)
    .innerJoin(bankBatches, eq(bankBatches.id, bankBatchItems.batchId))
    .where(
      and(
        eq(bankBatchItems.bankCode, bank),
        inArray(bankBatchItems.reference, [...references]),
        bankBatchItems.isActive,
        notInArray(bankBatchItems.status, ["failed", "returned"]),
        gte(bankBatches.paymentDate, since),
      ),
    );
}

/** Sets the transaction ids of a batch free, which the bank has certainly not taken, and withdraws what it asked for. */
export async function releaseItems(tx: Tx, batchId: string): Promise<void> {
  await withdrawRequests(tx, batchId);
  await tx.update(bankBatchItems).set({ isActive: false }).where(eq(bankBatchItems.batchId, batchId));
}

/** Those of the transaction ids that are in use at the bank already. */
export async function usedTransactionIds(db: DbOrTx, bank: string, ids: readonly string[]): Promise<Set<string>> {
  const used = new Set<string>();
  for (let start = 0; start < ids.length; start += ITEMS_PER_STATEMENT) {
    const rows = await db
      .select({ transactionId: bankBatchItems.transactionId })
      .from(bankBatchItems)
      .where(
        and(
          eq(bankBatchItems.bankCode, bank),
          inArray(bankBatchItems.transactionId, ids.slice(start, start + ITEMS_PER_STATEMENT)),
          bankBatchItems.isActive,
        ),
      );
    for (const row of rows) used.add(row.transactionId);
  }
  return used;
}

/** How many batches of a bank are in each state. */
export async function countBatches(db: Drizzle, bank: string): Promise<Map<BatchStatus, number>> {
  const rows = await db
    .select({ status: bankBatches.status, count: sql<number>`count(*)::int` })
    .from(bankBatches)
    .where(eq(bankBatches.bankCode, bank))
    .groupBy(bankBatches.status);
  return new Map(rows.map((row) => [row.status, row.count]));
}
