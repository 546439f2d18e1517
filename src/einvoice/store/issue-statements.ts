import type postgres from "postgres";
import type { AdvancedRange, OpenRange } from "../rules/allocate.ts";
import { yearMonthsOf } from "../rules/period.ts";
import { type IssueRequest, keyOf, type Numbered } from "./issue-request.ts";

type Sql = postgres.TransactionSql;

interface RangeRow {
  id: number;
  prefix: string;
  range_end: number;
  current_number: number;
  last_issued_ms: number | null;
}

/** Locks the open ranges of a period in the order of their use; the lock orders all issuing of the seller. */
export async function lockRanges(sql: Sql, sellerUbn: string, period: string): Promise<OpenRange[]> {
  const [odd, even] = yearMonthsOf(period);
  const rows = await sql<RangeRow[]>`
    SELECT id, prefix, range_end, current_number,
      (extract(epoch FROM last_issued_at) * 1000)::float8 AS last_issued_ms
    FROM invoice_sequences
    WHERE year_month IN (${odd}, ${even}) AND is_active AND current_number <= range_end
      AND (seller_ubn IS NULL OR seller_ubn = ${sellerUbn})
    ORDER BY id
    FOR UPDATE`;
  return rows.map((row) => ({
    id: row.id,
    prefix: row.prefix,
    rangeEnd: row.range_end,
    nextNumber: row.current_number,
    lastIssuedAt: row.last_issued_ms === null ? null : new Date(row.last_issued_ms),
  }));
}

/** An invoice that used a key before. */
export interface KeyRow {
  id: string;
  caller_subject: string;
  idempotency_key: string;
  request_hash: string;
}

/** The invoices that used one of the requests' keys before, by `keyOf`. */
export async function findKeys(sql: Sql, requests: IssueRequest[]): Promise<Map<string, KeyRow>> {
  const keys = requests.map((request) => ({ subject: request.callerSubject, key: request.idempotencyKey }));
  const rows = await sql<KeyRow[]>`
    SELECT i.id, i.caller_subject, i.idempotency_key, i.request_hash
    FROM jsonb_to_recordset(${JSON.stringify(keys)}::text::jsonb) AS k(subject text, key text)
    JOIN invoices i ON i.caller_subject = k.subject AND i.idempotency_key = k.key`;
  return new Map(
    rows.map((row) => [keyOf({ callerSubject: row.caller_subject, idempotencyKey: row.idempotency_key }), row]),
  );
}

/** Writes the invoices with their frozen content. */
export function insertInvoices(sql: Sql, numbered: Numbered[]) {
  const rows = numbered.map(({ request, invoice, rangeId, uploadDueAt: dueAt }) => ({
    id: request.id,
    seller_ubn: invoice.content.seller.ubn,
    period: invoice.period,
    number: invoice.number,
    sequence_id: rangeId,
    caller_subject: request.callerSubject,
    idempotency_key: request.idempotencyKey,
    request_hash: request.requestHash,
    issued_at: invoice.issuedAt,
    random_code: invoice.randomCode,
    upload_due_at: dueAt,
    order_reference: invoice.content.orderReference,
    total_amount: invoice.content.amounts.totalAmount,
    content: invoice.content,
  }));
  return sql`
    INSERT INTO invoices (id, seller_ubn, period, number, sequence_id, caller_subject, idempotency_key, request_hash,
      issued_at, random_code, upload_due_at, order_reference, total_amount, content)
    SELECT id, seller_ubn, period, number, sequence_id, caller_subject, idempotency_key, request_hash,
      issued_at, random_code, upload_due_at, order_reference, total_amount, content
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS r(
      id uuid, seller_ubn text, period text, number text, sequence_id integer, caller_subject text, idempotency_key text,
      request_hash text, issued_at timestamptz, random_code text, upload_due_at timestamptz, order_reference text,
      total_amount bigint, content jsonb)`;
}

/** Writes the intent to upload every invoice. */
export function insertUploads(sql: Sql, numbered: Numbered[]) {
  const rows = numbered.map(({ request, uploadDueAt: dueAt }) => ({
    id: request.uploadId,
    invoice_id: request.id,
    due_at: dueAt,
  }));
  return sql`
    INSERT INTO einvoice_uploads (id, invoice_id, due_at)
    SELECT id, invoice_id, due_at
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) AS r(id uuid, invoice_id uuid, due_at timestamptz)`;
}

/** Moves the ranges on past the numbers given out. */
export function advanceRanges(sql: Sql, advanced: AdvancedRange[]) {
  return advanced.map(
    (range) => sql`
      UPDATE invoice_sequences SET current_number = ${range.nextNumber},
        last_issued_at = ${range.lastIssuedAt.toISOString()}::text::timestamptz
      WHERE id = ${range.id}`,
  );
}
