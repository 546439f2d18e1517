import type { ReceiptStatus, StatementLineClass } from "@luckygas/gateway-client";
import { and, asc, desc, eq, gt, inArray, lt, notInArray, sql } from "drizzle-orm";
import type { DbOrTx, Drizzle, Tx } from "../../platform/database.ts";
import type { StatementSums } from "../rules/statement-identities.ts";
import { bankReceipts, bankStatementLines } from "../tables.ts";

export type ReceiptRow = typeof bankReceipts.$inferSelect;
export type NewReceipt = typeof bankReceipts.$inferInsert;
export type StatementLineRow = typeof bankStatementLines.$inferSelect;

const ROWS_PER_STATEMENT = 1_000;

export async function findReceiptByKey(db: DbOrTx, createdBy: string, key: string): Promise<ReceiptRow | undefined> {
  const [row] = await db
    .select()
    .from(bankReceipts)
    .where(and(eq(bankReceipts.createdBy, createdBy), eq(bankReceipts.idempotencyKey, key)));
  return row;
}

export async function insertReceipt(db: DbOrTx, row: NewReceipt): Promise<ReceiptRow> {
  const [stored] = await db.insert(bankReceipts).values(row).returning();
  if (!stored) throw new Error("a receipt was stored and is not there");
  return stored;
}

export async function lockReceipt(tx: Tx, id: string): Promise<ReceiptRow | undefined> {
  const [row] = await tx.select().from(bankReceipts).where(eq(bankReceipts.id, id)).for("update");
  return row;
}

export async function updateReceipt(tx: Tx, id: string, change: Partial<NewReceipt>): Promise<ReceiptRow> {
  const [row] = await tx.update(bankReceipts).set(change).where(eq(bankReceipts.id, id)).returning();
  if (!row) throw new Error("a receipt was changed and is not there");
  return row;
}

/** Receipts of virtual accounts, oldest first, locked so that two statements take turns. */
export async function lockReceiptsOf(tx: Tx, bank: string, accounts: readonly string[]): Promise<ReceiptRow[]> {
  const found: ReceiptRow[] = [];
  for (let start = 0; start < accounts.length; start += ROWS_PER_STATEMENT) {
    const part = accounts.slice(start, start + ROWS_PER_STATEMENT);
    found.push(
      ...(await tx
        .select()
        .from(bankReceipts)
        .where(and(eq(bankReceipts.bankCode, bank), inArray(bankReceipts.virtualAccount, part)))
        .orderBy(asc(bankReceipts.id))
        .for("update")),
    );
  }
  return found;
}

export interface ReceiptFilter {
  bank?: string | undefined;
  status?: ReceiptStatus | undefined;
  reference?: string | undefined;
  virtualAccount?: string | undefined;
  beforeId?: string | undefined;
}

export function listReceipts(db: Drizzle, filter: ReceiptFilter, limit: number): Promise<ReceiptRow[]> {
  const { bank, status, reference, virtualAccount, beforeId } = filter;
  return db
    .select()
    .from(bankReceipts)
    .where(
      and(
        bank === undefined ? undefined : eq(bankReceipts.bankCode, bank),
        status === undefined ? undefined : eq(bankReceipts.status, status),
        reference === undefined ? undefined : eq(bankReceipts.reference, reference),
        virtualAccount === undefined ? undefined : eq(bankReceipts.virtualAccount, virtualAccount),
        beforeId === undefined ? undefined : lt(bankReceipts.id, beforeId),
      ),
    )
    .orderBy(desc(bankReceipts.id))
    .limit(limit);
}

/** Classes of lines that may stand more than once. */
const repeated: StatementLineClass[] = ["duplicate_line", "not_settled"];

/** Those of the keys that lines of earlier statements have. */
export async function knownLineKeys(tx: Tx, bank: string, keys: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let start = 0; start < keys.length; start += ROWS_PER_STATEMENT) {
    const rows = await tx
      .select({ key: bankStatementLines.lineKey })
      .from(bankStatementLines)
      .where(
        and(
          eq(bankStatementLines.bankCode, bank),
          inArray(bankStatementLines.lineKey, keys.slice(start, start + ROWS_PER_STATEMENT)),
          notInArray(bankStatementLines.class, repeated),
        ),
      );
    for (const { key } of rows) known.add(key);
  }
  return known;
}

export async function insertStatementLines(
  tx: Tx,
  lines: readonly (typeof bankStatementLines.$inferInsert)[],
): Promise<void> {
  for (let start = 0; start < lines.length; start += ROWS_PER_STATEMENT) {
    await tx.insert(bankStatementLines).values(lines.slice(start, start + ROWS_PER_STATEMENT));
  }
}

export async function lockStatementLine(tx: Tx, fileId: string, record: number): Promise<StatementLineRow | undefined> {
  const [row] = await tx
    .select()
    .from(bankStatementLines)
    .where(and(eq(bankStatementLines.fileId, fileId), eq(bankStatementLines.record, record)))
    .for("update");
  return row;
}

export async function assignLine(tx: Tx, fileId: string, record: number, receiptId: string): Promise<void> {
  await tx
    .update(bankStatementLines)
    .set({ class: "assigned", receiptId })
    .where(and(eq(bankStatementLines.fileId, fileId), eq(bankStatementLines.record, record)));
}

export async function sumStatementLines(db: Drizzle, fileId: string): Promise<StatementSums> {
  return db
    .select({
      class: bankStatementLines.class,
      isReversal: bankStatementLines.isReversal,
      count: sql<number>`count(*)::int`,
      amount: sql`sum(${bankStatementLines.amount})`.mapWith(Number),
    })
    .from(bankStatementLines)
    .where(eq(bankStatementLines.fileId, fileId))
    .groupBy(bankStatementLines.class, bankStatementLines.isReversal);
}

/** A line with the reference of the receipt that it belongs to. */
export type ListedLine = StatementLineRow & { reference: string | null };

/** Lines of a statement in its order, from after a given one. */
export async function listStatementLines(
  db: Drizzle,
  fileId: string,
  afterRecord: number,
  limit: number,
): Promise<ListedLine[]> {
  const rows = await db
    .select({ line: bankStatementLines, reference: bankReceipts.reference })
    .from(bankStatementLines)
    .leftJoin(bankReceipts, eq(bankReceipts.id, bankStatementLines.receiptId))
    .where(and(eq(bankStatementLines.fileId, fileId), gt(bankStatementLines.record, afterRecord)))
    .orderBy(asc(bankStatementLines.record))
    .limit(limit);
  return rows.map(({ line, reference }) => ({ ...line, reference }));
}
