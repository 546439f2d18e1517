import type { AuthorisationStatus } from "@luckygas/gateway-client";
import { and, desc, eq, inArray, lt, or, sql } from "drizzle-orm";
import type { DbOrTx, Drizzle, Tx } from "../../platform/database.ts";
import { bankAuthorisations } from "../tables.ts";

export type AuthorisationRow = typeof bankAuthorisations.$inferSelect;
export type NewAuthorisation = typeof bankAuthorisations.$inferInsert;

/** Of a mandate at most one authorisation is in one of these states. */
export const liveStatuses: readonly AuthorisationStatus[] = ["pending", "confirmed", "revoking"];

const KEYS_PER_STATEMENT = 1_000;

/** Of every mandate the authorisation that counts: the live one, else the latest. */
export async function findMandates(
  db: DbOrTx,
  bank: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, AuthorisationRow>> {
  const found = new Map<string, AuthorisationRow>();
  for (let start = 0; start < keys.length; start += KEYS_PER_STATEMENT) {
    const part = keys.slice(start, start + KEYS_PER_STATEMENT);
    const rows = await db
      .selectDistinctOn([bankAuthorisations.mandateKey])
      .from(bankAuthorisations)
      .where(and(eq(bankAuthorisations.bankCode, bank), inArray(bankAuthorisations.mandateKey, part)))
      .orderBy(
        bankAuthorisations.mandateKey,
        sql`${bankAuthorisations.status} IN ('pending', 'confirmed', 'revoking') DESC`,
        desc(bankAuthorisations.id),
      );
    for (const row of rows) found.set(row.mandateKey, row);
  }
  return found;
}

export async function insertAuthorisations(tx: Tx, rows: readonly NewAuthorisation[]): Promise<void> {
  for (let start = 0; start < rows.length; start += KEYS_PER_STATEMENT) {
    await tx.insert(bankAuthorisations).values(rows.slice(start, start + KEYS_PER_STATEMENT));
  }
}

export async function lockAuthorisation(tx: Tx, id: string): Promise<AuthorisationRow | undefined> {
  const [row] = await tx.select().from(bankAuthorisations).where(eq(bankAuthorisations.id, id)).for("update");
  return row;
}

export async function updateAuthorisation(
  tx: Tx,
  id: string,
  change: Partial<NewAuthorisation>,
): Promise<AuthorisationRow> {
  const [row] = await tx.update(bankAuthorisations).set(change).where(eq(bankAuthorisations.id, id)).returning();
  if (!row) throw new Error("an authorisation was changed and is not there");
  return row;
}

/** Confirmed authorisations become `revoking`, by the batch that asks for their end. */
export async function beginRevoking(
  tx: Tx,
  endings: readonly { id: string; endBatchId: string; endSequence: number }[],
  at: Date,
): Promise<void> {
  for (const { id, ...ending } of endings) {
    await updateAuthorisation(tx, id, { ...ending, status: "revoking", updatedAt: at });
  }
}

/** What a reply says about one request of a batch. */
export interface RequestResult {
  batchId: string;
  sequence: number;
  isAccepted: boolean;
  responseCode: string;
  responseMeaning: string;
}

/**
 * Settles authorisations by the results of their requests: an accepted request confirms, a refused one refuses; for the
 * request to end one, acceptance revokes, and refusal leaves it confirmed.
 */
export async function settleAuthorisations(tx: Tx, results: readonly RequestResult[], at: Date): Promise<void> {
  for (let start = 0; start < results.length; start += KEYS_PER_STATEMENT) {
    const part = JSON.stringify(results.slice(start, start + KEYS_PER_STATEMENT));
    const table = sql`jsonb_to_recordset(${part}::jsonb) AS result(
      "batchId" uuid, sequence int, "isAccepted" boolean, "responseCode" text, "responseMeaning" text)`;
    const told = sql`response_code = result."responseCode", response_meaning = result."responseMeaning",
      updated_at = ${at.toISOString()}::timestamptz`;
    await tx.execute(sql`
      UPDATE ${bankAuthorisations} AS mandate
      SET status = CASE WHEN result."isAccepted" THEN 'confirmed' ELSE 'refused' END, ${told}
      FROM ${table}
      WHERE mandate.batch_id = result."batchId" AND mandate.sequence = result.sequence
        AND (mandate.status IN ('pending', 'confirmed') OR (mandate.status = 'refused' AND NOT EXISTS (
          SELECT 1 FROM ${bankAuthorisations} AS newer
          WHERE newer.bank_code = mandate.bank_code AND newer.mandate_key = mandate.mandate_key
            AND newer.status IN ('pending', 'confirmed', 'revoking'))))`);
    await tx.execute(sql`
      UPDATE ${bankAuthorisations} AS mandate
      SET status = CASE WHEN result."isAccepted" THEN 'revoked' ELSE 'confirmed' END, ${told}
      FROM ${table}
      WHERE mandate.end_batch_id = result."batchId" AND mandate.end_sequence = result.sequence
        AND mandate.status = 'revoking'`);
  }
}

/** The bank has returned debits since these mandates are no more. */
export async function endMandates(
  tx: Tx,
  bank: string,
  ended: readonly { mandateKey: string; responseCode: string; responseMeaning: string }[],
  at: Date,
): Promise<void> {
  for (const { mandateKey, ...told } of ended) {
    await tx
      .update(bankAuthorisations)
      .set({ ...told, status: "revoked", updatedAt: at })
      .where(
        and(
          eq(bankAuthorisations.bankCode, bank),
          eq(bankAuthorisations.mandateKey, mandateKey),
          inArray(bankAuthorisations.status, ["confirmed", "revoking"]),
        ),
      );
  }
}

/** A batch that the bank has not taken asks for nothing any more. */
export async function withdrawRequests(tx: Tx, batchId: string): Promise<void> {
  const updatedAt = sql`now()`;
  await tx
    .update(bankAuthorisations)
    .set({ status: "withdrawn", updatedAt })
    .where(and(eq(bankAuthorisations.batchId, batchId), eq(bankAuthorisations.status, "pending")));
  await tx
    .update(bankAuthorisations)
    .set({ status: "confirmed", endBatchId: null, endSequence: null, updatedAt })
    .where(and(eq(bankAuthorisations.endBatchId, batchId), eq(bankAuthorisations.status, "revoking")));
}

export interface AuthorisationFilter {
  bank?: string | undefined;
  status?: AuthorisationStatus | undefined;
  customerNumber?: string | undefined;
  /** The batch that asked for them or for their ends. */
  batchId?: string | undefined;
  beforeId?: string | undefined;
}

export function listAuthorisations(
  db: Drizzle,
  filter: AuthorisationFilter,
  limit: number,
): Promise<AuthorisationRow[]> {
  const { bank, status, customerNumber, batchId, beforeId } = filter;
  return db
    .select()
    .from(bankAuthorisations)
    .where(
      and(
        bank === undefined ? undefined : eq(bankAuthorisations.bankCode, bank),
        status === undefined ? undefined : eq(bankAuthorisations.status, status),
        customerNumber === undefined ? undefined : eq(bankAuthorisations.customerNumber, customerNumber),
        batchId === undefined
          ? undefined
          : or(eq(bankAuthorisations.batchId, batchId), eq(bankAuthorisations.endBatchId, batchId)),
        beforeId === undefined ? undefined : lt(bankAuthorisations.id, beforeId),
      ),
    )
    .orderBy(desc(bankAuthorisations.id))
    .limit(limit);
}
