import type postgres from "postgres";
import { z } from "zod";
import { uploadDueAt } from "../rules/deadlines.ts";
import { nextPeriod, periodOf, periodStart, yearMonthsOf } from "../rules/period.ts";
import type { IssueRequest, Numbered } from "./issue-request.ts";

/** So close to the turn of a period the time is read again after the wait for the lock, which one statement cannot do. */
const TURN_MARGIN_MS = 60_000;

const takenSchema = z.object({ id: z.int(), prefix: z.string(), first: z.int() });

/**
 * Issues all requests by one statement, which is one round trip to the server and one transaction: locks the period's open range, takes the
 * numbers, writes invoices and upload intents. Does nothing and resolves to `undefined` where the case is not the plain one: a key used
 * before, numbers from several ranges, a clock behind the range's latest issue, the turn of the period, by the database's clock too where clocks
 * are compared.
 * The requests have different keys. Two processes that bring the same key at once meet at the unique index.
 */
export async function issueAtOnce(
  hot: postgres.Sql,
  sellerUbn: string,
  requests: readonly IssueRequest[],
  now: Date,
  isClockCompared: boolean,
): Promise<Numbered[] | undefined> {
  const period = periodOf(now);
  if (periodStart(nextPeriod(period)).getTime() - now.getTime() < TURN_MARGIN_MS) return undefined;
  const dueAt = { consumer: uploadDueAt(now, "consumer"), business: uploadDueAt(now, "business") };
  const rows = await statement(hot, { sellerUbn, requests, now, period, dueAt, isClockCompared });
  if (rows.length === 0) return undefined;
  const { id, prefix, first } = takenSchema.parse(rows[0]);
  return requests.map((request, index) => {
    const { content, randomCode } = request;
    const number = `${prefix}${String(first + index).padStart(8, "0")}`;
    const invoice = { number, period, issuedAt: now, randomCode, content };
    return { request, rangeId: id, invoice, uploadDueAt: dueAt[content.buyer.kind] };
  });
}

interface Parameters {
  sellerUbn: string;
  requests: readonly IssueRequest[];
  now: Date;
  period: string;
  dueAt: Record<"consumer" | "business", Date>;
  isClockCompared: boolean;
}

/** The look for keys is lateral with a limit: a join would be planned for the table as it was when the statement was prepared, empty. */
function statement(hot: postgres.Sql, { sellerUbn, requests, now, period, dueAt, isClockCompared }: Parameters) {
  const [odd, even] = yearMonthsOf(period);
  const issuedAt = now.toISOString();
  const column = <T>(value: (request: IssueRequest) => T) => requests.map(value);
  return hot`
    WITH range AS MATERIALIZED (
      SELECT id, prefix, range_end, current_number, last_issued_at FROM invoice_sequences
      WHERE year_month IN (${odd}, ${even}) AND is_active AND current_number <= range_end
        AND (seller_ubn IS NULL OR seller_ubn = ${sellerUbn})
      ORDER BY id LIMIT 1 FOR UPDATE
    ), request AS MATERIALIZED (
      SELECT * FROM unnest(
        ${column(({ id }) => id)}::uuid[],
        ${column(({ uploadId }) => uploadId)}::uuid[],
        ${column(({ callerSubject }) => callerSubject)}::text[],
        ${column(({ idempotencyKey }) => idempotencyKey)}::text[],
        ${column(({ requestHash }) => requestHash)}::text[],
        ${column(({ randomCode }) => randomCode)}::text[],
        ${column(({ content }) => dueAt[content.buyer.kind].toISOString())}::text[],
        ${column(({ content }) => content.orderReference)}::text[],
        ${column(({ content }) => content.amounts.totalAmount)}::bigint[],
        ${column(({ content }) => JSON.stringify(content))}::text[]
      ) WITH ORDINALITY AS r(id, upload_id, caller_subject, idempotency_key, request_hash, random_code, due_at,
        order_reference, total_amount, content, position)
    ), taken AS MATERIALIZED (
      SELECT id, prefix, current_number AS first FROM range
      WHERE range_end - current_number + 1 >= ${requests.length}::integer
        AND (last_issued_at IS NULL OR last_issued_at <= ${issuedAt}::text::timestamptz)
        AND (NOT ${isClockCompared}::boolean OR (clock_timestamp() >= ${periodStart(period).toISOString()}::text::timestamptz
          AND clock_timestamp() < ${periodStart(nextPeriod(period)).toISOString()}::text::timestamptz))
        AND NOT EXISTS (SELECT 1 FROM request r, LATERAL (SELECT 1 FROM invoices i
          WHERE i.caller_subject = r.caller_subject AND i.idempotency_key = r.idempotency_key LIMIT 1) known)
    ), issued AS (
      INSERT INTO invoices (id, seller_ubn, period, number, sequence_id, caller_subject, idempotency_key, request_hash,
        issued_at, random_code, upload_due_at, order_reference, total_amount, content)
      SELECT r.id, ${sellerUbn}, ${period}, t.prefix || lpad((t.first + r.position - 1)::text, 8, '0'), t.id, r.caller_subject,
        r.idempotency_key, r.request_hash, ${issuedAt}::text::timestamptz, r.random_code, r.due_at::timestamptz,
        r.order_reference, r.total_amount, r.content::jsonb
      FROM taken t, request r
    ), queued AS (
      INSERT INTO einvoice_uploads (id, invoice_id, acted_at, due_at)
      SELECT r.upload_id, r.id, ${issuedAt}::text::timestamptz, r.due_at::timestamptz FROM taken t, request r
    ), advanced AS (
      UPDATE invoice_sequences s SET current_number = t.first + ${requests.length}::integer,
        last_issued_at = ${issuedAt}::text::timestamptz
      FROM taken t WHERE s.id = t.id
    )
    SELECT id, prefix, first FROM taken`;
}
