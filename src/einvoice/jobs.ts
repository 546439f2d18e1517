import type { Platform } from "../platform/capability.ts";
import type { Job } from "../platform/jobs.ts";
import type { Log } from "../platform/log.ts";
import type { ActiveSeller, ActiveSellers } from "./connectors/active-seller.ts";
import type { FindResult, SubmitResult } from "./connectors/guard.ts";
import { documentName } from "./rules/document.ts";
import { afterFind, afterSubmit, type Pacing } from "./rules/upload-state.ts";
import type { StockWatch } from "./stock-watch.ts";
import type { AttemptResult, ClaimedUpload, UploadStore } from "./store/uploads.ts";

export const UPLOAD_JOB = "einvoice-upload";

export interface UploadJobOptions {
  /** Pause between two looks for work; issuing wakes the job at once. */
  pollIntervalMs: number;
  /** How long a claimed upload is held; longer than any call may take. */
  leaseMs: number;
  pacing: Pacing;
}

interface UploadDeps {
  platform: Platform;
  sellers: ActiveSellers;
  uploads: UploadStore;
  newId(): string;
  options: UploadJobOptions;
}

const CLAIM_ITEMS = 32;
const PARALLEL_CALLS = 8;
/** When the breaker opens in the middle of a round. */
const REFUSED_WAIT_MS = 1_000;

/** Sends what is due, asks about what is unknown, nearest deadline first; several processes share the work by leases. */
export function createUploadJob(deps: UploadDeps): Job {
  const { uploads, options } = deps;
  const log = deps.platform.log.child({ service: "einvoice" });
  return {
    name: UPLOAD_JOB,
    intervalMs: options.pollIntervalMs,
    run: async (signal) => {
      const interrupted = await uploads.recoverInterrupted();
      if (interrupted > 0)
        log.warn(`${interrupted} e-invoice uploads were interrupted; the platform is asked about them`);
      const state = await deps.sellers.current();
      if ("missing" in state) return { more: false };
      const breaker = await state.active.connector.state();
      if (breaker === "open") return { more: false };
      // Half-open lets one probe through: whatever else were claimed would wait for nothing.
      const limit = breaker === "half_open" ? 1 : CLAIM_ITEMS;
      const claimed = await uploads.claim(limit, options.leaseMs);
      await inParallel(claimed, PARALLEL_CALLS, (upload) => handle(deps, state.active, upload, log, signal));
      return { more: claimed.length === limit };
    },
  };
}

/** Works on all items, a few at a time; a failing item does not stop the others, and the first failure is thrown at the end. */
async function inParallel<T>(items: readonly T[], workers: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}

async function handle(
  deps: UploadDeps,
  active: ActiveSeller,
  upload: ClaimedUpload,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { uploads, options } = deps;
  if (signal.aborted) return uploads.defer(upload.id, 0);
  const entry = await active.connector.enter();
  if ("refusedUntil" in entry) return uploads.defer(upload.id, REFUSED_WAIT_MS);
  const attempt = { id: deps.newId(), operation: upload.status === "due" ? "submit" : "find" } as const;
  if (!(await uploads.beginAttempt(upload, attempt, options.leaseMs))) return entry.call.leave();
  const { document } = upload;
  if (attempt.operation === "submit") {
    const result = await entry.call.submit(document);
    const step = afterSubmit(result, upload.setbacks, options.pacing);
    await uploads.settle(upload.id, attempt.id, step, submitAttempt(result));
  } else {
    const result = await entry.call.find(document, { sentAt: upload.sentAt, reason: upload.reason });
    const step = afterFind(result, upload, options.pacing);
    await uploads.settle(upload.id, attempt.id, step, findAttempt(result));
    if (step.status === "rejected") {
      const fields = result.kind === "found" ? result.differences : [];
      log.error(`${documentName(document)}: the platform does not hold what was sent`, {
        fields,
      });
    }
  }
}

function submitAttempt(result: SubmitResult): AttemptResult {
  if (result.kind !== "accepted") return { outcome: result.kind, reason: result.reason, ...words(result) };
  return { outcome: result.kind, reason: null, ...(result.given && { given: result.given }), ...words(result) };
}

function findAttempt(result: FindResult): AttemptResult {
  if (result.kind === "found") {
    const isOurs = result.differences.length === 0;
    const reason = isOurs ? null : `differs in ${result.differences.join(", ")}`;
    const given = isOurs && result.given ? { given: result.given } : {};
    return { outcome: isOurs ? "accepted" : "rejected", reason, ...given, ...words(result) };
  }
  const outcome = result.kind === "refused" ? "rejected" : result.kind;
  return { outcome, reason: result.kind === "not_found" ? null : result.reason, ...words(result) };
}

function words(result: SubmitResult | FindResult): Omit<AttemptResult, "outcome" | "reason"> {
  const { providerCode = null, providerMessage = null, httpStatus = null } = result;
  return { providerCode, providerMessage, httpStatus };
}

const WATCH_INTERVAL_MS = 10_000;

/** Keeps the gauges true while nothing is being called. */
export function createWatchJob(watch: StockWatch): Job {
  return {
    name: "einvoice-watch",
    intervalMs: WATCH_INTERVAL_MS,
    run: async () => {
      await watch.refresh();
      return { more: false };
    },
  };
}
