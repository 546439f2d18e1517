import { randomInt } from "node:crypto";
import type { einvoiceContract } from "@luckygas/gateway-client";
import type { Capability, Platform } from "../platform/capability.ts";
import { createGroupCommit } from "../platform/group-commit.ts";
import { CLOCK_DIFFERENCE_MAX_MS, createClockGuard } from "./clock-guard.ts";
import { createActiveSellers } from "./connectors/active-seller.ts";
import { createEinvoiceHealth } from "./health.ts";
import { createUploadJob, createWatchJob, UPLOAD_JOB } from "./jobs.ts";
import { createLookupJob, createLookups } from "./lookups.ts";
import { createEinvoiceMetrics } from "./metrics.ts";
import {
  createCancelAllowance,
  createCancelInvoice,
  createIssueAllowance,
  createVoidInvoice,
} from "./operations/acts.ts";
import { createAssignBranchNumbers } from "./operations/assign-branch-numbers.ts";
import { createGetInvoice } from "./operations/get-invoice.ts";
import { createGetProof } from "./operations/get-proof.ts";
import { createImportNumberRanges } from "./operations/import-number-ranges.ts";
import { createIssueByProvider } from "./operations/issue-by-provider.ts";
import { createIssueInvoice } from "./operations/issue-invoice.ts";
import { createIssueInvoices } from "./operations/issue-invoices.ts";
import { createListDeadlines } from "./operations/list-deadlines.ts";
import { createListInvoices } from "./operations/list-invoices.ts";
import { createListNumberRanges } from "./operations/list-number-ranges.ts";
import { createListPendingOrders, createSettleOrder } from "./operations/pending-orders.ts";
import { createPreviewProof, createPrintProof } from "./operations/print-proof.ts";
import { createGetReconciliation, createReconcile } from "./operations/reconcile.ts";
import { createResendMessage, createSettleMessage } from "./operations/repair-message.ts";
import { createReportUnusedNumbers } from "./operations/report-unused-numbers.ts";
import { createSettleUnknown } from "./operations/settle-unknown.ts";
import { createSubmitTestInvoice } from "./operations/submit-test-invoice.ts";
import { createVerifyBusiness, createVerifyCarrier, createVerifyDonationCode } from "./operations/verify.ts";
import { createWatchInvoice } from "./operations/watch-invoice.ts";
import { createOrderJob } from "./order-job.ts";
import { createReconcileJob, RECONCILE_JOB } from "./reconciler.ts";
import { createEinvoiceHandlers } from "./router.ts";
import type { Pacing } from "./rules/upload-state.ts";
import { createStockWatch } from "./stock-watch.ts";
import { createActStore } from "./store/acts.ts";
import { createBranchNumberStore } from "./store/branch-numbers.ts";
import { createDeadlineStore } from "./store/deadlines.ts";
import { createInvoiceDetailStore } from "./store/invoice-detail.ts";
import { createInvoiceStore } from "./store/invoices.ts";
import { createIssueStore } from "./store/issue.ts";
import type { IssueOutcome, IssueRequest } from "./store/issue-request.ts";
import { createLookupStore } from "./store/lookups.ts";
import { createMessageRepairStore } from "./store/message-repairs.ts";
import { createNumberReportStore } from "./store/number-reports.ts";
import { createOrderStore } from "./store/orders.ts";
import { createPrintStore } from "./store/prints.ts";
import { createRangeStore } from "./store/ranges.ts";
import { createReconciliationStore } from "./store/reconciliations.ts";
import type { SellerConfiguration } from "./store/sellers.ts";
import { createUploadOversight } from "./store/upload-oversight.ts";
import { createUploadStore } from "./store/uploads.ts";

export type { SellerConfiguration } from "./store/sellers.ts";

export type EinvoiceCapability = Capability<typeof einvoiceContract>;

export interface EinvoiceOptions {
  /** Serves where `einvoice_sellers` has no active row. */
  defaultSeller?: SellerConfiguration;
  /** Replaces every configured address of the platform. */
  overrideBaseUrl?: string;
  /** Pause between two looks for uploads that are due. Default 1 s. */
  pollIntervalMs?: number;
  /** Waits after setbacks. Default 1 s, doubling up to 5 minutes. */
  pacing?: Pacing;
  /** How long an upload is held while it is worked on; must exceed the request timeout. Default 60 s. */
  leaseMs?: number;
  /** The circuit breaker of the platform. Default 5 failures, 300 s. */
  breaker?: { failuresToOpen: number; openForMs: number };
  /** How far the process's clock may be from the database's. `null`: not compared, where a test gives the time. Default 60 s. */
  clockDifferenceMaxMs?: number | null;
  /** 4 digits. Default from the system's secure source. */
  newRandomCode?(): string;
}

/** Small, so that callers who were answered bring their next call while the next commit is under way. */
const COMMIT_ITEMS_MAX = 32;
const BULK_COMMIT_ITEMS_MAX = 500;
const QUEUE_ITEMS_MAX = 10_000;
const LEASE_MS = 60_000;
const BREAKER = { failuresToOpen: 5, openForMs: 300_000 };
const PACING = { baseMs: 1_000, maxMs: 300_000 };
const RANDOM_CODES = 10_000;

const secureRandomCode = () => String(randomInt(RANDOM_CODES)).padStart(4, "0");

/** The capability e-invoice: issues locally and durably, uploads by itself. Its jobs are added to the platform's runner. */
export function createEinvoice(platform: Platform, options: EinvoiceOptions = {}): EinvoiceCapability {
  const { clock, database, jobs } = platform;
  const newId = () => Bun.randomUUIDv7();
  const newRandomCode = options.newRandomCode ?? secureRandomCode;
  const metrics = createEinvoiceMetrics(platform.registry, clock);
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const breaker = platform.breakers.create({
    name: "einvoice",
    ...(options.breaker ?? BREAKER),
    probeTimeoutMs: leaseMs,
    onOpen: () =>
      platform.log.error("Circuit breaker opened for the e-invoice platform", {
        service: "einvoice",
        error_type: "CircuitBreakerOpen",
      }),
  });
  const sellers = createActiveSellers({ ...options, platform, breaker, metrics });
  const invoices = createInvoiceStore(database.db);
  const prints = createPrintStore(database.db);
  const ranges = createRangeStore(database.db);
  const uploads = createUploadStore(database.db, platform.leases.owner);
  const oversight = createUploadOversight(database.db);
  const { clockDifferenceMaxMs = CLOCK_DIFFERENCE_MAX_MS } = options;
  const clockGuard =
    clockDifferenceMaxMs === null
      ? undefined
      : createClockGuard(
          { db: database.db, clock, log: platform.log, onMeasured: metrics.clockDifference },
          clockDifferenceMaxMs,
        );
  /** What is done at a time that the law asks about is not done by a wrong clock. */
  const timed =
    <Input extends unknown[], Output>(operation: (...input: Input) => Promise<Output>) =>
    async (...input: Input): Promise<Output> => {
      await clockGuard?.check();
      return operation(...input);
    };
  const issues = createIssueStore({ database, clock, isClockCompared: clockGuard !== undefined });
  const groupCommit = (batchItemsMax: number) =>
    createGroupCommit<IssueRequest, IssueOutcome>({
      batchItemsMax,
      queueItemsMax: QUEUE_ITEMS_MAX,
      commit: (requests) => issues.issue(requests),
    });
  const commits = groupCommit(COMMIT_ITEMS_MAX);
  const bulkCommits = groupCommit(BULK_COMMIT_ITEMS_MAX);
  const deadlines = createDeadlineStore(database.db);
  const reports = createNumberReportStore({ db: database.db, clock, newId });
  const runs = createReconciliationStore(database.db, platform.leases.owner);
  const watch = createStockWatch({ clock, log: platform.log, oversight, deadlines, ranges, breaker, metrics });
  const wakeUploads = () => jobs.wake(UPLOAD_JOB);
  const getInvoice = createGetInvoice({ details: createInvoiceDetailStore(database.db) });
  const acts = createActStore({ db: database.db, clock, newId });
  const actDeps = { sellers, acts, invoices, getInvoice, onActed: wakeUploads };

  const proofDeps = { invoices, sellers, environment: platform.environment };
  const orders = createOrderStore(database.db, platform.leases.owner);
  const branches = createBranchNumberStore(database.db, newId);
  const repairDeps = { repairs: createMessageRepairStore(database.db), newId, onDecided: wakeUploads };
  const orderOptions = { leaseMs, pacing: options.pacing ?? PACING };
  const issueByProvider = createIssueByProvider({ orders, invoices, options: orderOptions });
  const issueDeps = {
    sellers,
    commits,
    invoices,
    ranges,
    metrics,
    newId,
    newRandomCode,
    issueByProvider,
    onIssued: wakeUploads,
  };

  const lookupStore = createLookupStore(database.db);
  const lookups = createLookups({
    platform,
    sellers,
    store: lookupStore,
    breaker: platform.breakers.create({ name: "einvoice-lookups", ...BREAKER, probeTimeoutMs: leaseMs }),
    overrideBaseUrl: options.overrideBaseUrl,
    newId,
  });

  const uploadOptions = {
    pollIntervalMs: options.pollIntervalMs ?? 1_000,
    leaseMs,
    pacing: options.pacing ?? PACING,
  };
  jobs.add(createUploadJob({ platform, sellers, uploads, newId, options: uploadOptions }));
  jobs.add(createOrderJob({ sellers, orders, pollIntervalMs: uploadOptions.pollIntervalMs, options: orderOptions }));
  jobs.add(createWatchJob(watch));
  jobs.add(createLookupJob({ lookups, store: lookupStore, log: platform.log }));
  jobs.add(createReconcileJob({ platform, sellers, ranges, runs, newId, leaseMs }));

  return {
    handlers: createEinvoiceHandlers({
      issueInvoice: timed(createIssueInvoice(issueDeps)),
      issueInvoices: timed(createIssueInvoices({ ...issueDeps, commits: bulkCommits, log: platform.log })),
      getInvoice,
      watchInvoice: createWatchInvoice({ getInvoice, clock }),
      listInvoices: createListInvoices({ invoices }),
      getProof: createGetProof(proofDeps),
      previewProof: createPreviewProof(proofDeps),
      printProof: createPrintProof({ ...proofDeps, prints, clock, newId }),
      verifyCarrier: createVerifyCarrier({ lookups }),
      verifyDonationCode: createVerifyDonationCode({ lookups }),
      verifyBusiness: createVerifyBusiness({ lookups }),
      importNumberRanges: createImportNumberRanges({ ranges, sellers }),
      reportUnusedNumbers: timed(createReportUnusedNumbers({ sellers, reports, onReported: wakeUploads })),
      listDeadlines: createListDeadlines({ deadlines, clock }),
      reconcile: createReconcile({ sellers, runs, clock, newId, onBegun: () => jobs.wake(RECONCILE_JOB) }),
      getReconciliation: createGetReconciliation({ sellers, runs }),
      listNumberRanges: createListNumberRanges({ ranges }),
      cancelInvoice: timed(createCancelInvoice(actDeps)),
      voidInvoice: timed(createVoidInvoice(actDeps)),
      issueAllowance: timed(createIssueAllowance(actDeps)),
      cancelAllowance: timed(createCancelAllowance(actDeps)),
      settleUnknown: createSettleUnknown({ oversight, getInvoice, newId, onDecided: wakeUploads }),
      resendMessage: createResendMessage(repairDeps),
      settleMessage: createSettleMessage(repairDeps),
      assignBranchNumbers: timed(createAssignBranchNumbers({ sellers, branches, clock, onAssigned: wakeUploads })),
      listPendingOrders: createListPendingOrders({ orders }),
      settleOrder: createSettleOrder({ orders, newId }),
      submitTestInvoice: createSubmitTestInvoice({ sellers, clock, newRandomCode }),
    }),
    health: createEinvoiceHealth({ sellers, watch, metrics, clockGuard }),
    start: async () => {
      const state = await sellers.current();
      if ("missing" in state) platform.log.warn(`E-invoice is disabled: ${state.missing}`, { service: "einvoice" });
    },
    stop: async () => {
      await Promise.all([commits.drain(), bulkCommits.drain()]);
    },
  };
}
