import type { Clock } from "../../platform/clock.ts";
import { brokenConstraint, type Database, sqlState } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { type Allocation, allocateNumbers } from "../rules/allocate.ts";
import { uploadDueAt } from "../rules/deadlines.ts";
import { periodOf } from "../rules/period.ts";
import { issueAtOnce } from "./issue-at-once.ts";
import { type IssueOutcome, type IssueRequest, keyOf, type Numbered } from "./issue-request.ts";
import {
  advanceRanges,
  databaseNow,
  findKeys,
  insertInvoices,
  insertUploads,
  type KeyRow,
  lockRanges,
} from "./issue-statements.ts";

/** Tries of a commit that met another process's key or the turn of a period. */
const TRIES_MAX = 3;
/** Longer than clocks usually differ. */
const TURN_WAIT_MS = 100;
/** SQLSTATE class: a value that the database cannot hold. */
const DATA_EXCEPTION = "22";

/**
 * Issues all requests of a seller in one transaction, the plain case by a single statement. Every other case step by step: locks the period's ranges in their order, then looks up the idempotency
 * keys (so that two processes with one key see each other), gives numbers to the new ones, and writes invoices and upload
 * intents. Outcomes are in the order of the requests. A request that gets no number uses nothing.
 */
export function createIssueStore(deps: { database: Database; clock: Clock; isClockCompared: boolean }) {
  const { clock, isClockCompared } = deps;
  const { hot } = deps.database;

  async function commitOnce(sellerUbn: string, requests: IssueRequest[]): Promise<IssueOutcome[] | "period_turned"> {
    const period = periodOf(clock.now());
    return hot.begin(async (sql) => {
      const [ranges, known] = await Promise.all([lockRanges(sql, sellerUbn, period), findKeys(sql, requests)]);
      // Waiting for the lock may have taken us into the next period, whose ranges are others.
      const now = clock.now();
      if (periodOf(now) !== period) return "period_turned";
      // A clock that is a little ahead must not use the ranges of a period that has not begun for the others.
      if (isClockCompared && periodOf(await databaseNow(sql)) !== period) return "period_turned";
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

  /** The plain case by one statement; `undefined` when it is another, also when another process has just used one of the keys. */
  async function plainly(sellerUbn: string, requests: IssueRequest[]): Promise<IssueOutcome[] | undefined> {
    const first = firstOfEachKey(requests);
    const now = clock.now();
    try {
      const numbered = await issueAtOnce(hot, sellerUbn, first, now, isClockCompared);
      return numbered && outcomes(requests, new Map(), numbered, periodOf(now));
    } catch (error) {
      const constraint = brokenConstraint(error);
      if (constraint === "invoices_number_unique") throw overlapping(error);
      if (constraint === "invoices_idempotency_unique") return undefined;
      throw error;
    }
  }

  async function issueForSeller(sellerUbn: string, requests: IssueRequest[]): Promise<IssueOutcome[]> {
    const plain = await plainly(sellerUbn, requests);
    if (plain) return plain;
    for (let tried = 1; ; tried += 1) {
      try {
        const result = await commitOnce(sellerUbn, requests);
        if (result !== "period_turned") return result;
        if (tried >= TRIES_MAX)
          throw new OperationError("provider_unavailable", "the invoice period is turning; repeat");
        await clock.sleep(TURN_WAIT_MS);
      } catch (error) {
        const constraint = brokenConstraint(error);
        if (constraint === "invoices_number_unique") throw overlapping(error);
        if (constraint !== "invoices_idempotency_unique" || tried >= TRIES_MAX) throw error;
      }
    }
  }

  /** A request that the database cannot hold must not take those with it that happened to share its commit. */
  async function issueApart(sellerUbn: string, requests: IssueRequest[]): Promise<IssueOutcome[]> {
    try {
      return await issueForSeller(sellerUbn, requests);
    } catch (error) {
      if (!sqlState(error)?.startsWith(DATA_EXCEPTION)) throw error;
      if (requests.length === 1) return [{ kind: "failed", error }];
      const middle = Math.ceil(requests.length / 2);
      const first = await issueApart(sellerUbn, requests.slice(0, middle));
      return [...first, ...(await issueApart(sellerUbn, requests.slice(middle)))];
    }
  }

  return {
    issue: async (requests: IssueRequest[]): Promise<IssueOutcome[]> => {
      const outcomes = new Map<IssueRequest, IssueOutcome>();
      // Usually one; two only for requests that met a change of the seller's row.
      for (const [sellerUbn, ofSeller] of Map.groupBy(requests, (request) => request.content.seller.ubn)) {
        const found = await issueApart(sellerUbn, ofSeller);
        for (const [index, request] of ofSeller.entries()) {
          const outcome = found[index];
          if (outcome) outcomes.set(request, outcome);
        }
      }
      return requests.flatMap((request) => outcomes.get(request) ?? []);
    },
  };
}

function overlapping(cause: unknown): OperationError {
  return new OperationError(
    "provider_misconfigured",
    "the next invoice number is already used: two active rows of invoice_sequences overlap, or current_number was set back",
    { reason: "number_range_overlap", cause },
  );
}

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
