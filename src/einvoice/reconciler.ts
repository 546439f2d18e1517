import type { ReconciliationDifference } from "@luckygas/gateway-client";
import type { Platform } from "../platform/capability.ts";
import type { Job } from "../platform/jobs.ts";
import { taipeiDate, taipeiDayStart, taipeiParts } from "../platform/taipei-time.ts";
import type { ActiveSeller, ActiveSellers } from "./connectors/active-seller.ts";
import type { IssuedInvoice } from "./rules/content.ts";
import type { EinvoiceDocument } from "./rules/document.ts";
import { periodOf } from "./rules/period.ts";
import { compareInvoice, extraNumber } from "./rules/reconcile.ts";
import { numbersAfter, spansToAsk } from "./rules/unclaimed-numbers.ts";
import type { StoredInvoice } from "./store/content-schema.ts";
import type { RangeStore } from "./store/ranges.ts";
import type { LookedAt, ReconciliationRun, ReconciliationStore } from "./store/reconciliations.ts";

export const RECONCILE_JOB = "einvoice-reconcile";

interface Deps {
  platform: Platform;
  sellers: ActiveSellers;
  ranges: RangeStore;
  runs: ReconciliationStore;
  newId(): string;
  leaseMs: number;
}

const INTERVAL_MS = 60_000;
/** Hour of Taipei from which the day before is compared. */
const NIGHT_HOUR = 3;
const INVOICES_PER_ROUND = 50;
/** Numbers never given out that are asked about in one run, where the provider has no list; at so many it takes seconds. */
const NUMBERS_MAX = 200;
const NUMBERS_PER_ROUND = 50;
const RANGES_MAX = 50;
const DIFFERENCES_MAX = 1_000;

/** Compares local and platform day by day: every night by itself, and whatever run was begun on demand. */
export function createReconcileJob(deps: Deps): Job {
  const { clock } = deps.platform;
  return {
    name: RECONCILE_JOB,
    intervalMs: INTERVAL_MS,
    run: async (signal) => {
      const state = await deps.sellers.current();
      if ("missing" in state) return { more: false };
      await beginNightly(deps, state.active.seller.ubn);
      const run = await deps.runs.claim(deps.leaseMs);
      if (!run) return { more: false };
      const progress = await compareSome(deps, state.active, run, signal);
      if (!progress) {
        await deps.runs.release(run.id);
        return { more: false };
      }
      const isKept = await deps.runs.record(run.id, progress, deps.leaseMs, clock.now());
      if (isKept && progress.status === "running") await deps.runs.release(run.id);
      if (isKept && progress.status === "done") report(deps, run, progress.differences);
      return { more: true };
    },
  };
}

async function beginNightly(deps: Deps, sellerUbn: string): Promise<void> {
  const now = deps.platform.clock.now();
  if (taipeiParts(now).hour < NIGHT_HOUR) return;
  const day = taipeiDate(taipeiDayStart(taipeiDate(now), -1));
  if (await deps.runs.latest(sellerUbn, day)) return;
  const span = { from: taipeiDayStart(day), before: taipeiDayStart(day, 1), afterId: null };
  const [first] = await deps.runs.invoicesOf(sellerUbn, span, 1);
  // A day without invoices leaves nothing to compare.
  if (!first) return;
  await deps.runs.begin({ id: deps.newId(), sellerUbn, day, startedAt: now });
}

type Progress = Omit<ReconciliationRun, "id" | "sellerUbn" | "day" | "startedAt" | "finishedAt">;

/** One round of a run; `undefined` when the platform cannot be asked now. */
async function compareSome(
  deps: Deps,
  active: ActiveSeller,
  run: ReconciliationRun,
  signal: AbortSignal,
): Promise<Progress | undefined> {
  const from = taipeiDayStart(run.day);
  const before = taipeiDayStart(run.day, 1);
  const span = { from, before, afterId: run.cursor };
  const found = run.lookedAt ? [] : await deps.runs.invoicesOf(run.sellerUbn, span, INVOICES_PER_ROUND);
  const progress = { ...run, differences: [...run.differences] };
  for (const invoice of found) {
    if (signal.aborted) return undefined;
    const document = comparedDocument(invoice);
    if (document) {
      const entry = await active.connector.enter();
      if ("refusedUntil" in entry) return undefined;
      const answer = await entry.call.find(document);
      if (answer.kind === "found" || answer.kind === "not_found") {
        const { totalAmount } = invoice.content.amounts;
        const difference = compareInvoice({ ...invoice, totalAmount }, answer);
        if (difference) progress.differences.push(difference);
        progress.checked += 1;
      } else progress.unanswered += 1;
    } else progress.open += 1;
    progress.invoices += 1;
    progress.cursor = invoice.id;
  }
  if (found.length < INVOICES_PER_ROUND && !(await lookForExtra(deps, active, run, progress, signal))) return undefined;
  const { cursor, invoices, checked, open, unanswered, lookedAt, status } = progress;
  const differences = progress.differences.slice(0, DIFFERENCES_MAX);
  return { cursor, invoices, checked, open, unanswered, differences, lookedAt, status };
}

/** What the platform should hold of an invoice; nothing while its upload is open. */
function comparedDocument(stored: StoredInvoice): EinvoiceDocument | undefined {
  const { number, period, issuedAt, randomCode, content } = stored;
  const invoice = { number, period, issuedAt, randomCode, content };
  if (stored.status === "accepted") return { kind: "issue", invoice };
  const act = { at: issuedAt, reason: "", remark: null, approvalNumber: null };
  return stored.status === "cancelled" ? { kind: "cancel", invoice, act } : undefined;
}

/** Looks for invoices that are not ours, some numbers a round; false when the platform cannot be asked now. */
async function lookForExtra(
  deps: Deps,
  active: ActiveSeller,
  run: ReconciliationRun,
  progress: Progress,
  signal: AbortSignal,
): Promise<boolean> {
  if (active.connector.canList) return lookAtList(deps, active, run, progress);
  const lookedAt = run.lookedAt ?? (await planned(deps, active, run));
  progress.lookedAt = lookedAt;
  progress.status = "done";
  if (lookedAt.method !== "numbers") return true;
  const day = taipeiDayStart(run.day);
  const numbers = numbersAfter(lookedAt.spans, lookedAt.asked, NUMBERS_PER_ROUND);
  const found: string[] = [];
  let unanswered = 0;
  for (const number of numbers) {
    if (signal.aborted) return false;
    const entry = await active.connector.enter();
    if ("refusedUntil" in entry) return false;
    const answer = await entry.call.find({ kind: "issue", invoice: emptyInvoice(active, number, day) });
    if (answer.kind === "found") found.push(number);
    else if (answer.kind !== "not_found") unanswered += 1;
  }
  // What was issued here while the platform was asked is ours after all.
  const extra = await deps.runs.notOurs(run.sellerUbn, periodOf(day), found);
  progress.differences.push(...extra.map(extraNumber));
  progress.unanswered += unanswered;
  const isComplete = lookedAt.isComplete && unanswered === 0;
  progress.lookedAt = { ...lookedAt, asked: lookedAt.asked + numbers.length, isComplete };
  progress.status = numbers.length < NUMBERS_PER_ROUND ? "done" : "running";
  return true;
}

/** Compares the provider's own list of the day; a list that cannot be had counts as unanswered. */
async function lookAtList(
  deps: Deps,
  active: ActiveSeller,
  run: ReconciliationRun,
  progress: Progress,
): Promise<boolean> {
  const entry = await active.connector.enter();
  if ("refusedUntil" in entry) return false;
  const answer = await entry.call.listIssued(run.day);
  progress.status = "done";
  if (answer.kind === "listed") {
    const numbers = answer.invoices.map(({ number }) => number);
    const extra = await deps.runs.notOurs(run.sellerUbn, periodOf(taipeiDayStart(run.day)), numbers);
    progress.differences.push(...extra.map(extraNumber));
    progress.lookedAt = { method: "list", invoices: numbers.length };
  } else {
    progress.unanswered += 1;
    progress.lookedAt = { method: "none" };
  }
  return true;
}

/** The numbers of the day's period to ask about where the provider has no list. */
async function planned(deps: Deps, active: ActiveSeller, run: ReconciliationRun): Promise<LookedAt> {
  if (active.supports.has("numbers_from_provider")) return { method: "none" };
  const ranges = await deps.ranges.list({ period: periodOf(taipeiDayStart(run.day)) }, RANGES_MAX + 1);
  // What a branch was given is the branch's to use.
  const own = ranges.filter(({ branchUbn }) => branchUbn === null);
  const { spans, isAll } = spansToAsk(own.slice(0, RANGES_MAX), NUMBERS_MAX);
  return { method: "numbers", spans, asked: 0, isComplete: isAll && ranges.length <= RANGES_MAX };
}

/** An invoice that was never issued: only its number and day matter to the question. */
function emptyInvoice(active: ActiveSeller, number: string, issuedAt: Date): IssuedInvoice {
  return {
    number,
    period: periodOf(issuedAt),
    issuedAt,
    randomCode: "0000",
    content: {
      seller: active.seller,
      buyer: { kind: "consumer", ubn: null, name: "", address: null, email: null, phone: null },
      lines: [],
      amounts: {
        taxType: "taxable",
        salesAmount: 0,
        exemptSalesAmount: 0,
        zeroRatedSalesAmount: 0,
        taxAmount: 0,
        includedTaxAmount: 0,
        totalAmount: 0,
      },
      carrier: null,
      donationCode: null,
      print: true,
      orderReference: null,
      customsClearanceMark: null,
      zeroTaxRateReason: null,
    },
  };
}

function report(deps: Deps, run: ReconciliationRun, differences: readonly ReconciliationDifference[]): void {
  if (differences.length === 0) return;
  deps.platform.log.error(`Reconciliation of ${run.day}: ${differences.length} differences; see getReconciliation`, {
    service: "einvoice",
    error_type: "ReconciliationDifference",
  });
}
