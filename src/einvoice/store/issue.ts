import type postgres from "postgres";
import type { Clock } from "../../platform/clock.ts";
import { brokenConstraint, type Database } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { type AdvancedRange, type Allocation, allocateNumbers, type OpenRange } from "../rules/allocate.ts";
import type { InvoiceContent, IssuedInvoice } from "../rules/content.ts";
import { uploadDueAt } from "../rules/deadlines.ts";
import { periodOf, yearMonthsOf } from "../rules/period.ts";

/** One invoice to be issued: complete, checked, lacking only number and time. */
export interface IssueRequest {
  id: string;
  uploadId: string;
  callerSubject: string;
  idempotencyKey: string;
  requestHash: string;
  /** 4 digits. */
  randomCode: string;
  content: InvoiceContent;
}

/** `repeated`: the key was used before with the same request; `id` is that invoice. */
export type IssueOutcome =
  | { kind: "issued"; invoice: IssuedInvoice; uploadDueAt: Date }
  | { kind: "repeated"; id: string }
  | { kind: "conflict" }
  | { kind: "no_number"; period: string };

interface Numbered {
  request: IssueRequest;
  invoice: IssuedInvoice;
  rangeId: number;
  uploadDueAt: Date;
}

/** Tries of a commit that met another process's key or the turn of a period. */
const TRIES_MAX = 3;

/**
 * Issues all requests of a seller in one transaction: locks the period's ranges in their order, then looks up the idempotency
 * keys (so that two processes with one key see each other), gives numbers to the new ones, and writes invoices and upload
 * intents. Outcomes are in the order of the requests. A request that gets no number uses nothing.
 */
export function createIssueStore(deps: { database: Database; clock: Clock }) {
  const { clock } = deps;
  const { hot } = deps.database;

  async function commitOnce(sellerUbn: string, requests: IssueRequest[]): Promise<IssueOutcome[] | "period_turned"> {
    const period = periodOf(clock.now());
    return hot.begin(async (sql) => {
      const [ranges, known] = await Promise.all([lockRanges(sql, sellerUbn, period), findKeys(sql, requests)]);
      // Waiting for the lock may have taken us into the next period, whose ranges are others.
      const now = clock.now();
      if (periodOf(now) !== period) return "period_turned";
      const fresh = firstOfEachKey(requests).filter((request) => !known.has(keyOf(request)));
      const { allocations, advanced } = allocateNumbers(ranges, fresh.length, now);
      const numbered = allocations.flatMap((allocation, index) => number(fresh[index], allocation, period));
      if (numbered.length > 0) {
        await Promise.all([
          insertInvoices(sql, numbered),
          insertUploads(sql, numbered),
          ...advanceRanges(sql, advanced),
        ]);
      }
      return outcomes(requests, known, numbered, period);
    });
  }

  async function issueForSeller(sellerUbn: string, requests: IssueRequest[]): Promise<IssueOutcome[]> {
    for (let tried = 1; ; tried += 1) {
      try {
        const result = await commitOnce(sellerUbn, requests);
        if (result !== "period_turned") return result;
        if (tried >= TRIES_MAX)
          throw new OperationError("provider_unavailable", "the invoice period is turning; repeat");
      } catch (error) {
        const constraint = brokenConstraint(error);
        if (constraint === "invoices_number_unique") throw overlapping(error);
        if (constraint !== "invoices_idempotency_unique" || tried >= TRIES_MAX) throw error;
      }
    }
  }

  return {
    issue: async (requests: IssueRequest[]): Promise<IssueOutcome[]> => {
      const outcomes = new Map<IssueRequest, IssueOutcome>();
      // Usually one; two only for requests that met a change of the seller's row.
      for (const [sellerUbn, ofSeller] of Map.groupBy(requests, (request) => request.content.seller.ubn)) {
        const found = await issueForSeller(sellerUbn, ofSeller);
        for (const [index, request] of ofSeller.entries()) {
          const outcome = found[index];
          if (outcome) outcomes.set(request, outcome);
        }
      }
      return requests.flatMap((request) => outcomes.get(request) ?? []);
    },
  };
}

export type IssueStore = ReturnType<typeof createIssueStore>;

function overlapping(cause: unknown): OperationError {
  return new OperationError(
    "provider_misconfigured",
    "the next invoice number is already used: two active rows of invoice_sequences overlap, or current_number was set back",
    { reason: "number_range_overlap", cause },
  );
}

type Sql = postgres.TransactionSql;

interface RangeRow {
  id: number;
  prefix: string;
  range_end: number;
  current_number: number;
  last_issued_ms: number | null;
}

async function lockRanges(sql: Sql, sellerUbn: string, period: string): Promise<OpenRange[]> {
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

interface KeyRow {
  id: string;
  caller_subject: string;
  idempotency_key: string;
  request_hash: string;
}

async function findKeys(sql: Sql, requests: IssueRequest[]): Promise<Map<string, KeyRow>> {
  const keys = requests.map((request) => ({ subject: request.callerSubject, key: request.idempotencyKey }));
  const rows = await sql<KeyRow[]>`
    SELECT i.id, i.caller_subject, i.idempotency_key, i.request_hash
    FROM jsonb_to_recordset(${JSON.stringify(keys)}::text::jsonb) AS k(subject text, key text)
    JOIN invoices i ON i.caller_subject = k.subject AND i.idempotency_key = k.key`;
  return new Map(
    rows.map((row) => [keyOf({ callerSubject: row.caller_subject, idempotencyKey: row.idempotency_key }), row]),
  );
}

/** Neither part can hold a line break. */
const keyOf = (request: Pick<IssueRequest, "callerSubject" | "idempotencyKey">) =>
  `${request.callerSubject}\n${request.idempotencyKey}`;

function firstOfEachKey(requests: IssueRequest[]): IssueRequest[] {
  const first = new Map<string, IssueRequest>();
  for (const request of requests) if (!first.has(keyOf(request))) first.set(keyOf(request), request);
  return [...first.values()];
}

function number(request: IssueRequest | undefined, allocation: Allocation, period: string): Numbered[] {
  if (!request) return [];
  const { content, randomCode } = request;
  const { issuedAt } = allocation;
  return [
    {
      request,
      rangeId: allocation.rangeId,
      invoice: { number: allocation.number, period, issuedAt, randomCode, content },
      uploadDueAt: uploadDueAt(issuedAt, content.buyer.kind),
    },
  ];
}

function insertInvoices(sql: Sql, numbered: Numbered[]) {
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

function insertUploads(sql: Sql, numbered: Numbered[]) {
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

function advanceRanges(sql: Sql, advanced: AdvancedRange[]) {
  return advanced.map(
    (range) => sql`
      UPDATE invoice_sequences SET current_number = ${range.nextNumber},
        last_issued_at = ${range.lastIssuedAt.toISOString()}::text::timestamptz
      WHERE id = ${range.id}`,
  );
}

function outcomes(
  requests: IssueRequest[],
  known: Map<string, KeyRow>,
  numbered: Numbered[],
  period: string,
): IssueOutcome[] {
  const issued = new Map(numbered.map((entry) => [keyOf(entry.request), entry]));
  return requests.map((request) => {
    const before = known.get(keyOf(request));
    if (before) return repeated(request, before.id, before.request_hash);
    const entry = issued.get(keyOf(request));
    if (!entry) return { kind: "no_number", period };
    if (entry.request !== request) return repeated(request, entry.request.id, entry.request.requestHash);
    return { kind: "issued", invoice: entry.invoice, uploadDueAt: entry.uploadDueAt };
  });
}

function repeated(request: IssueRequest, id: string, requestHash: string): IssueOutcome {
  return request.requestHash === requestHash ? { kind: "repeated", id } : { kind: "conflict" };
}
