import type { einvoiceContract } from "@luckygas/gateway-client";
import type { Handlers } from "../platform/rpc.ts";
import type {
  createCancelAllowance,
  createCancelInvoice,
  createIssueAllowance,
  createVoidInvoice,
} from "./operations/acts.ts";
import type { createAssignBranchNumbers } from "./operations/assign-branch-numbers.ts";
import { checkUbn } from "./operations/check-ubn.ts";
import type { createGetInvoice } from "./operations/get-invoice.ts";
import type { createGetProof } from "./operations/get-proof.ts";
import type { createImportNumberRanges } from "./operations/import-number-ranges.ts";
import type { createIssueInvoice } from "./operations/issue-invoice.ts";
import type { createIssueInvoices } from "./operations/issue-invoices.ts";
import type { createListDeadlines } from "./operations/list-deadlines.ts";
import type { createListInvoices } from "./operations/list-invoices.ts";
import type { createListNumberRanges } from "./operations/list-number-ranges.ts";
import type { createListPendingOrders, createSettleOrder } from "./operations/pending-orders.ts";
import type { createPreviewProof, createPrintProof } from "./operations/print-proof.ts";
import type { createGetReconciliation, createReconcile } from "./operations/reconcile.ts";
import type { createResendMessage, createSettleMessage } from "./operations/repair-message.ts";
import type { createReportUnusedNumbers } from "./operations/report-unused-numbers.ts";
import type { createSettleUnknown } from "./operations/settle-unknown.ts";
import type { createSubmitTestInvoice } from "./operations/submit-test-invoice.ts";
import type { createVerifyBusiness, createVerifyCarrier, createVerifyDonationCode } from "./operations/verify.ts";
import type { createWatchInvoice } from "./operations/watch-invoice.ts";

export interface EinvoiceOperations {
  issueInvoice: ReturnType<typeof createIssueInvoice>;
  issueInvoices: ReturnType<typeof createIssueInvoices>;
  getInvoice: ReturnType<typeof createGetInvoice>;
  watchInvoice: ReturnType<typeof createWatchInvoice>;
  listInvoices: ReturnType<typeof createListInvoices>;
  getProof: ReturnType<typeof createGetProof>;
  previewProof: ReturnType<typeof createPreviewProof>;
  printProof: ReturnType<typeof createPrintProof>;
  verifyCarrier: ReturnType<typeof createVerifyCarrier>;
  verifyDonationCode: ReturnType<typeof createVerifyDonationCode>;
  verifyBusiness: ReturnType<typeof createVerifyBusiness>;
  importNumberRanges: ReturnType<typeof createImportNumberRanges>;
  reportUnusedNumbers: ReturnType<typeof createReportUnusedNumbers>;
  listDeadlines: ReturnType<typeof createListDeadlines>;
  reconcile: ReturnType<typeof createReconcile>;
  getReconciliation: ReturnType<typeof createGetReconciliation>;
  listNumberRanges: ReturnType<typeof createListNumberRanges>;
  cancelInvoice: ReturnType<typeof createCancelInvoice>;
  voidInvoice: ReturnType<typeof createVoidInvoice>;
  issueAllowance: ReturnType<typeof createIssueAllowance>;
  cancelAllowance: ReturnType<typeof createCancelAllowance>;
  settleUnknown: ReturnType<typeof createSettleUnknown>;
  resendMessage: ReturnType<typeof createResendMessage>;
  settleMessage: ReturnType<typeof createSettleMessage>;
  assignBranchNumbers: ReturnType<typeof createAssignBranchNumbers>;
  listPendingOrders: ReturnType<typeof createListPendingOrders>;
  settleOrder: ReturnType<typeof createSettleOrder>;
  submitTestInvoice: ReturnType<typeof createSubmitTestInvoice>;
}

/** The handlers of the router `einvoice`: one call each. */
export function createEinvoiceHandlers(operations: EinvoiceOperations): Handlers<typeof einvoiceContract> {
  return {
    issueInvoice: (input, { caller }) => operations.issueInvoice(input, caller.subject),
    issueInvoices: (input, { caller }) => operations.issueInvoices(input, caller.subject),
    getInvoice: (input) => operations.getInvoice(input),
    watchInvoice: (input, _context, signal) => operations.watchInvoice(input, signal),
    listInvoices: (input) => operations.listInvoices(input),
    getProof: (input) => operations.getProof(input),
    previewProof: (input) => operations.previewProof(input),
    printProof: (input, { caller }) => operations.printProof(input, caller.subject),
    checkUbn: (input) => checkUbn(input),
    verifyCarrier: (input) => operations.verifyCarrier(input),
    verifyDonationCode: (input) => operations.verifyDonationCode(input),
    verifyBusiness: (input) => operations.verifyBusiness(input),
    importNumberRanges: (input) => operations.importNumberRanges(input),
    reportUnusedNumbers: (input) => operations.reportUnusedNumbers(input),
    listDeadlines: (input) => operations.listDeadlines(input),
    reconcile: (input) => operations.reconcile(input),
    getReconciliation: (input) => operations.getReconciliation(input),
    listNumberRanges: (input) => operations.listNumberRanges(input),
    cancelInvoice: (input, { caller }) => operations.cancelInvoice(input, caller.subject),
    voidInvoice: (input, { caller }) => operations.voidInvoice(input, caller.subject),
    issueAllowance: (input, { caller }) => operations.issueAllowance(input, caller.subject),
    cancelAllowance: (input, { caller }) => operations.cancelAllowance(input, caller.subject),
    settleUnknown: (input, { caller }) => operations.settleUnknown(input, caller.subject),
    resendMessage: (input, { caller }) => operations.resendMessage(input, caller.subject),
    settleMessage: (input, { caller }) => operations.settleMessage(input, caller.subject),
    assignBranchNumbers: (input, { caller }) => operations.assignBranchNumbers(input, caller.subject),
    listPendingOrders: (input) => operations.listPendingOrders(input),
    settleOrder: (input, { caller }) => operations.settleOrder(input, caller.subject),
    submitTestInvoice: (input) => operations.submitTestInvoice(input),
  };
}
