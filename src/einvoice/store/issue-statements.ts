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

/** The database's clock at this instant, not at the transaction's begin. */
export async function databaseNow(sql: Sql): Promise<Date> {
  const [row] = await sql<{ epoch_ms: number }[]>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS epoch_ms`;
  return new Date(row?.epoch_ms ?? Number.NaN);
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
  const rows = await sql<KeyRow[]>`
    SELECT i.id, i.caller_subject, i.idempotency_key, i.request_hash
    FROM unnest(${requests.map((request) => request.callerSubject)}::text[],
      ${requests.map((request) => request.idempotencyKey)}::text[]) AS k(subject, key),
      LATERAL (SELECT * FROM invoices WHERE caller_subject = k.subject AND idempotency_key = k.key LIMIT 1) i`;
  return new Map(
    rows.map((row) => [keyOf({ callerSubject: row.caller_subject, idempotencyKey: row.idempotency_key }), row]),
  );
}

const columnOf = <T>(numbered: readonly Numbered[], value: (entry: Numbered) => T): T[] => numbered.map(value);

/** Writes the invoices with their frozen content: one array per column, which the server reads faster than one JSON text. */
export function insertInvoices(sql: Sql, numbered: Numbered[]) {
  const column = <T>(value: (entry: Numbered) => T) => columnOf(numbered, value);
  return sql`
    INSERT INTO invoices (id, seller_ubn, period, number, sequence_id, caller_subject, idempotency_key, request_hash,
      issued_at, random_code, upload_due_at, order_reference, total_amount, content)
    SELECT id, seller_ubn, period, number, sequence_id, caller_subject, idempotency_key, request_hash,
      issued_at::timestamptz, random_code, upload_due_at::timestamptz, order_reference, total_amount, content::jsonb
    FROM unnest(
      ${column(({ request }) => request.id)}::uuid[],
      ${column(({ invoice }) => invoice.content.seller.ubn)}::text[],
      ${column(({ invoice }) => invoice.period)}::text[],
      ${column(({ invoice }) => invoice.number)}::text[],
      ${column(({ rangeId }) => rangeId)}::integer[],
      ${column(({ request }) => request.callerSubject)}::text[],
      ${column(({ request }) => request.idempotencyKey)}::text[],
      ${column(({ request }) => request.requestHash)}::text[],
      ${column(({ invoice }) => invoice.issuedAt.toISOString())}::text[],
      ${column(({ request }) => request.randomCode)}::text[],
      ${column(({ uploadDueAt }) => uploadDueAt.toISOString())}::text[],
      ${column(({ invoice }) => invoice.content.orderReference)}::text[],
      ${column(({ invoice }) => invoice.content.amounts.totalAmount)}::bigint[],
      ${column(({ invoice }) => JSON.stringify(invoice.content))}::text[]
    ) AS r(id, seller_ubn, period, number, sequence_id, caller_subject, idempotency_key, request_hash, issued_at,
      random_code, upload_due_at, order_reference, total_amount, content)`;
}

/** Writes the intent to upload every invoice. */
export function insertUploads(sql: Sql, numbered: Numbered[]) {
  const column = <T>(value: (entry: Numbered) => T) => columnOf(numbered, value);
  return sql`
    INSERT INTO einvoice_uploads (id, invoice_id, acted_at, due_at)
    SELECT id, invoice_id, acted_at::timestamptz, due_at::timestamptz
    FROM unnest(
      ${column(({ request }) => request.uploadId)}::uuid[],
      ${column(({ request }) => request.id)}::uuid[],
      ${column(({ invoice }) => invoice.issuedAt.toISOString())}::text[],
      ${column(({ uploadDueAt }) => uploadDueAt.toISOString())}::text[]
    ) AS r(id, invoice_id, acted_at, due_at)`;
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
