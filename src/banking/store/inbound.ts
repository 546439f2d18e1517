import {
  fileProblemSchema,
  type InboundFileKind,
  type InboundFileStatus,
  reconciliationIdentitySchema,
} from "@luckygas/gateway-client";
import { and, asc, desc, eq, getTableColumns, inArray, isNotNull, isNull, lt, ne, sql } from "drizzle-orm";
import { z } from "zod";
import type { DbOrTx, Drizzle, Tx } from "../../platform/database.ts";
import type { FileProblem } from "../rules/layout/problem.ts";
import type { SettledStatus } from "../rules/reconcile.ts";
import type { Identity } from "../rules/reconcile-identities.ts";
import {
  bankBatches,
  bankBatchItems,
  bankInboundFiles,
  bankInboundSightings,
  bankPolls,
  bankReconciliationLines,
} from "../tables.ts";

const { content: _content, ...columns } = getTableColumns(bankInboundFiles);
const selected = { ...columns, sizeBytes: sql<number>`octet_length(${bankInboundFiles.content})` };

/** A received file without its bytes. */
export interface InboundFile extends Omit<typeof bankInboundFiles.$inferSelect, "content" | "problems" | "identities"> {
  sizeBytes: number;
  problems: FileProblem[];
  identities: Identity[];
}
export type SightingRow = typeof bankInboundSightings.$inferSelect;
export type NewLine = typeof bankReconciliationLines.$inferInsert;

const jsonSchema = z.object({
  problems: z.array(fileProblemSchema),
  identities: z.array(reconciliationIdentitySchema),
});

type SelectedRow = Omit<InboundFile, "problems" | "identities"> & { problems: unknown; identities: unknown };
const readFile = (row: SelectedRow): InboundFile => ({ ...row, ...jsonSchema.parse(row) });

export async function listSightings(
  db: Drizzle,
  bank: string,
  names: readonly string[],
): Promise<Map<string, SightingRow>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .select()
    .from(bankInboundSightings)
    .where(and(eq(bankInboundSightings.bankCode, bank), inArray(bankInboundSightings.name, [...names])));
  return new Map(rows.map((row) => [row.name, row]));
}

export async function writeSighting(db: DbOrTx, sighting: SightingRow): Promise<void> {
  const { bankCode: _bank, name: _name, ...change } = sighting;
  await db
    .insert(bankInboundSightings)
    .values(sighting)
    .onConflictDoUpdate({ target: [bankInboundSightings.bankCode, bankInboundSightings.name], set: change });
}

/** Whether another content came under this name before: then the new one is a correction. */
export async function hasOtherContent(db: DbOrTx, bank: string, name: string, sha256: string): Promise<boolean> {
  const rows = await db
    .select({ id: bankInboundFiles.id })
    .from(bankInboundFiles)
    .where(
      and(eq(bankInboundFiles.bankCode, bank), eq(bankInboundFiles.name, name), ne(bankInboundFiles.sha256, sha256)),
    )
    .limit(1);
  return rows.length > 0;
}

/** Stores a file once per bank and content; false when the bank gave this content before, under whatever name. */
export async function insertInboundFile(tx: Tx, file: typeof bankInboundFiles.$inferInsert): Promise<boolean> {
  const stored = await tx
    .insert(bankInboundFiles)
    .values(file)
    .onConflictDoNothing()
    .returning({ id: bankInboundFiles.id });
  return stored.length > 0;
}

/** The file of a bank with this content that was not a replay itself. */
export async function findByContent(
  db: DbOrTx,
  bank: string,
  sha256: string,
): Promise<{ id: string; name: string; batchId: string | null } | undefined> {
  const [row] = await db
    .select({ id: bankInboundFiles.id, name: bankInboundFiles.name, batchId: bankInboundFiles.batchId })
    .from(bankInboundFiles)
    .where(
      and(
        eq(bankInboundFiles.bankCode, bank),
        eq(bankInboundFiles.sha256, sha256),
        ne(bankInboundFiles.status, "replay"),
      ),
    );
  return row;
}

export async function findInboundFile(db: DbOrTx, id: string): Promise<InboundFile | undefined> {
  const [row] = await db.select(selected).from(bankInboundFiles).where(eq(bankInboundFiles.id, id));
  return row && readFile(row);
}

/** Locks a file that waits to be applied, with its bytes; `undefined` when somebody has dealt with it. */
export async function lockReceivedFile(
  tx: Tx,
  id: string,
  status: "received" | "correction" = "received",
): Promise<{ id: string; bankCode: string; name: string; kind: InboundFileKind; content: Uint8Array } | undefined> {
  const [row] = await tx
    .select({
      id: bankInboundFiles.id,
      bankCode: bankInboundFiles.bankCode,
      name: bankInboundFiles.name,
      kind: bankInboundFiles.kind,
      content: bankInboundFiles.content,
    })
    .from(bankInboundFiles)
    .where(and(eq(bankInboundFiles.id, id), eq(bankInboundFiles.status, status)))
    .for("update");
  return row;
}

export async function updateInboundFile(
  tx: Tx,
  id: string,
  change: Partial<typeof bankInboundFiles.$inferInsert>,
): Promise<void> {
  await tx.update(bankInboundFiles).set(change).where(eq(bankInboundFiles.id, id));
}

/** Files of these banks that wait to be applied, oldest first. */
export async function listReceivedFileIds(db: Drizzle, banks: readonly string[], limit: number): Promise<string[]> {
  if (banks.length === 0) return [];
  const rows = await db
    .select({ id: bankInboundFiles.id })
    .from(bankInboundFiles)
    .where(and(eq(bankInboundFiles.status, "received"), inArray(bankInboundFiles.bankCode, [...banks])))
    .orderBy(asc(bankInboundFiles.receivedAt))
    .limit(limit);
  return rows.map((row) => row.id);
}

export interface InboundFilter {
  bank?: string | undefined;
  status?: InboundFileStatus | undefined;
  beforeId?: string | undefined;
  batchId?: string | undefined;
}

export async function listInboundFiles(db: Drizzle, filter: InboundFilter, limit: number): Promise<InboundFile[]> {
  const rows = await db
    .select(selected)
    .from(bankInboundFiles)
    .where(
      and(
        filter.bank === undefined ? undefined : eq(bankInboundFiles.bankCode, filter.bank),
        filter.status === undefined ? undefined : eq(bankInboundFiles.status, filter.status),
        filter.beforeId === undefined ? undefined : lt(bankInboundFiles.id, filter.beforeId),
        filter.batchId === undefined ? undefined : eq(bankInboundFiles.batchId, filter.batchId),
      ),
    )
    .orderBy(desc(bankInboundFiles.id))
    .limit(limit);
  return rows.map(readFile);
}

/** When the latest file of a bank came. */
export async function latestInboundAt(db: Drizzle, bank: string): Promise<Date | undefined> {
  const [row] = await db
    .select({ at: bankInboundFiles.receivedAt })
    .from(bankInboundFiles)
    .where(eq(bankInboundFiles.bankCode, bank))
    .orderBy(desc(bankInboundFiles.receivedAt))
    .limit(1);
  return row?.at;
}

const LINES_PER_STATEMENT = 1_000;

export async function insertLines(tx: Tx, lines: readonly NewLine[]): Promise<void> {
  for (let start = 0; start < lines.length; start += LINES_PER_STATEMENT) {
    await tx.insert(bankReconciliationLines).values(lines.slice(start, start + LINES_PER_STATEMENT));
  }
}

export interface ItemResult {
  id: number;
  status: SettledStatus;
  responseCode: string;
  responseMeaning: string;
  bankReference: string | null;
  processedDate: string | null;
}

/** Gives items their results. Their batches are locked, and the results were worked out from how the items stand now. */
export async function settleItems(tx: Tx, results: readonly ItemResult[]): Promise<void> {
  for (let start = 0; start < results.length; start += LINES_PER_STATEMENT) {
    const part = results.slice(start, start + LINES_PER_STATEMENT);
    await tx.execute(sql`
      UPDATE ${bankBatchItems} AS item
      SET status = result.status, response_code = result."responseCode", response_meaning = result."responseMeaning",
          bank_reference = result."bankReference", processed_date = result."processedDate"
      FROM jsonb_to_recordset(${JSON.stringify(part)}::jsonb) AS result(
        id bigint, status text, "responseCode" text, "responseMeaning" text, "bankReference" text, "processedDate" date)
      WHERE item.id = result.id`);
  }
}

type ItemOfBatch = typeof bankBatchItems.$inferSelect;
export type BatchKind = (typeof bankBatches.$inferSelect)["kind"];

const isOfKind = (kind: BatchKind) =>
  kind === "payment" ? isNull(bankBatchItems.action) : isNotNull(bankBatchItems.action);

/** Active items of a bank by transaction id. */
export async function findItems(
  tx: Tx,
  { bank, kind }: { bank: string; kind: BatchKind },
  transactionIds: readonly string[],
): Promise<ItemOfBatch[]> {
  const found: ItemOfBatch[] = [];
  for (let start = 0; start < transactionIds.length; start += LINES_PER_STATEMENT) {
    found.push(
      ...(await tx
        .select()
        .from(bankBatchItems)
        .where(
          and(
            eq(bankBatchItems.bankCode, bank),
            isOfKind(kind),
            bankBatchItems.isActive,
            inArray(bankBatchItems.transactionId, transactionIds.slice(start, start + LINES_PER_STATEMENT)),
          ),
        )),
    );
  }
  return found;
}

/** Batches with an open request about an authorisation for one of these customer numbers. */
export async function batchesOfRequests(tx: Tx, bank: string, customerNumbers: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (let start = 0; start < customerNumbers.length; start += LINES_PER_STATEMENT) {
    const rows = await tx
      .selectDistinct({ id: bankBatchItems.batchId })
      .from(bankBatchItems)
      .innerJoin(bankBatches, eq(bankBatches.id, bankBatchItems.batchId))
      .where(
        and(
          eq(bankBatchItems.bankCode, bank),
          isOfKind("authorisation"),
          bankBatchItems.isActive,
          eq(bankBatchItems.status, "pending"),
          inArray(bankBatches.status, ["sending", "sent", "indeterminate", "acknowledged"]),
          inArray(bankBatchItems.customerNumber, customerNumbers.slice(start, start + LINES_PER_STATEMENT)),
        ),
      );
    for (const { id } of rows) found.add(id);
  }
  return [...found];
}

/** Batches of a bank with a file of one of these days, in whose header the day stood. */
export async function batchesOfFileDates(
  tx: Tx,
  { bank, kind }: { bank: string; kind: BatchKind },
  days: readonly string[],
): Promise<string[]> {
  if (days.length === 0) return [];
  const rows = await tx
    .select({ id: bankBatches.id })
    .from(bankBatches)
    .where(
      and(
        eq(bankBatches.bankCode, bank),
        eq(bankBatches.kind, kind),
        inArray(bankBatches.fileDate, [...days]),
        ne(bankBatches.status, "cancelled"),
        ne(bankBatches.status, "rejected"),
      ),
    );
  return rows.map((row) => row.id);
}

/** Files whose result is stored and that still lie in the bank's download folder, oldest first. */
export function listUnarchived(
  db: Drizzle,
  bank: string,
  limit: number,
): Promise<{ id: string; name: string; sha256: string }[]> {
  return db
    .select({ id: bankInboundFiles.id, name: bankInboundFiles.name, sha256: bankInboundFiles.sha256 })
    .from(bankInboundFiles)
    .where(
      and(
        eq(bankInboundFiles.bankCode, bank),
        isNull(bankInboundFiles.archivedAt),
        inArray(bankInboundFiles.status, ["applied", "rejection", "replay"]),
      ),
    )
    .orderBy(asc(bankInboundFiles.receivedAt))
    .limit(limit);
}

/** The file has left the download folder: whatever comes under its name there is another one, though it look the same. */
export async function markArchived(
  db: Drizzle,
  { id, bank, name, sha256 }: { id: string; bank: string; name: string; sha256: string },
  at: Date,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.update(bankInboundFiles).set({ archivedAt: at }).where(eq(bankInboundFiles.id, id));
    await tx
      .delete(bankInboundSightings)
      .where(
        and(
          eq(bankInboundSightings.bankCode, bank),
          eq(bankInboundSightings.name, name),
          eq(bankInboundSightings.fetchedSha256, sha256),
        ),
      );
  });
}

/** Remembers that a bank's folder was looked into. */
export async function writePoll(db: Drizzle, bank: string, at: Date): Promise<void> {
  await db
    .insert(bankPolls)
    .values({ bankCode: bank, lookedAt: at })
    .onConflictDoUpdate({ target: bankPolls.bankCode, set: { lookedAt: at } });
}

export async function latestPollAt(db: Drizzle, bank: string): Promise<Date | undefined> {
  const [row] = await db.select({ at: bankPolls.lookedAt }).from(bankPolls).where(eq(bankPolls.bankCode, bank));
  return row?.at;
}

/** How many items of a batch are still open. */
export async function countOpenItems(tx: Tx, batchId: string): Promise<number> {
  const [row] = await tx
    .select({ count: sql<number>`count(*)::int` })
    .from(bankBatchItems)
    .where(and(eq(bankBatchItems.batchId, batchId), eq(bankBatchItems.status, "pending")));
  return row?.count ?? 0;
}
