import type { bankingContract } from "@luckygas/gateway-client";
import type { Handlers } from "../platform/rpc.ts";
import type { BankingDependencies } from "./dependencies.ts";
import { createApproveBatch } from "./operations/approve-batch.ts";
import { createListAuthorisations } from "./operations/authorisations/list-authorisations.ts";
import { createRecordAuthorisations } from "./operations/authorisations/record-authorisations.ts";
import { createRegisterAuthorisations } from "./operations/authorisations/register-authorisations.ts";
import { createSettleAuthorisation } from "./operations/authorisations/settle-authorisation.ts";
import { createGetBankConfiguration } from "./operations/bank-configuration.ts";
import { createGetBankStatus, createListBanks } from "./operations/bank-status.ts";
import { createListCalendarDays, createSetCalendarDay } from "./operations/calendar-days.ts";
import { createCancelBatch } from "./operations/cancel-batch.ts";
import { createCreateBatch } from "./operations/create-batch.ts";
import { createExportReconciliation } from "./operations/export-reconciliation.ts";
import { createGetBatch, createListBatches } from "./operations/get-batch.ts";
import { createGetReconciliation } from "./operations/get-reconciliation.ts";
import { createImportCalendar } from "./operations/import-calendar.ts";
import { createApplyCorrection } from "./operations/inbound/apply-correction.ts";
import { createListInboundFiles } from "./operations/inbound/list-inbound-files.ts";
import { createPollInbound } from "./operations/inbound/poll-inbound.ts";
import { createListLayouts, createUpsertLayout } from "./operations/layouts.ts";
import { createPreviewFile } from "./operations/preview-file.ts";
import { createAssignReceipt } from "./operations/receipts/assign-receipt.ts";
import { createCancelReceipt } from "./operations/receipts/cancel-receipt.ts";
import { createExpectReceipt } from "./operations/receipts/expect-receipt.ts";
import { createExportStatement } from "./operations/receipts/export-statement.ts";
import { createGetStatement } from "./operations/receipts/get-statement.ts";
import { createListReceipts } from "./operations/receipts/list-receipts.ts";
import { createSealBatch } from "./operations/seal-batch.ts";
import { createSendBatch } from "./operations/send-batch.ts";
import { createSettleUnknown } from "./operations/settle-unknown.ts";
import { createTestConnection, createTestUpload } from "./operations/test-connection.ts";
import { createUpsertBank } from "./operations/upsert-bank.ts";
import { createCheckVirtualAccount, createMakeVirtualAccount } from "./operations/virtual-accounts.ts";
import { createWatchBatch } from "./operations/watch-batch.ts";

const createBankingOperations = (deps: BankingDependencies) => ({
  listBanks: createListBanks(deps),
  getBankStatus: createGetBankStatus(deps),
  createBatch: createCreateBatch(deps),
  getBatch: createGetBatch(deps),
  listBatches: createListBatches(deps),
  previewFile: createPreviewFile(deps),
  sealBatch: createSealBatch(deps),
  approveBatch: createApproveBatch(deps),
  sendBatch: createSendBatch(deps),
  cancelBatch: createCancelBatch(deps),
  settleUnknown: createSettleUnknown(deps),
  testConnection: createTestConnection(deps),
  testUpload: createTestUpload(deps),
  pollInbound: createPollInbound(deps),
  listInboundFiles: createListInboundFiles(deps),
  getReconciliation: createGetReconciliation(deps),
  exportReconciliation: createExportReconciliation(deps),
  applyCorrection: createApplyCorrection(deps),
  registerAuthorisations: createRegisterAuthorisations(deps),
  recordAuthorisations: createRecordAuthorisations(deps),
  settleAuthorisation: createSettleAuthorisation(deps),
  listAuthorisations: createListAuthorisations(deps),
  expectReceipt: createExpectReceipt(deps),
  listReceipts: createListReceipts(deps),
  cancelReceipt: createCancelReceipt(deps),
  assignReceipt: createAssignReceipt(deps),
  getStatement: createGetStatement(deps),
  exportStatement: createExportStatement(deps),
  watchBatch: createWatchBatch(deps),
  listLayouts: createListLayouts(deps),
  upsertLayout: createUpsertLayout(deps),
  getBankConfiguration: createGetBankConfiguration(deps),
  upsertBank: createUpsertBank(deps),
  listCalendarDays: createListCalendarDays(deps),
  setCalendarDay: createSetCalendarDay(deps),
  importCalendar: createImportCalendar(deps),
  makeVirtualAccount: createMakeVirtualAccount(deps),
  checkVirtualAccount: createCheckVirtualAccount(deps),
});

/** The handlers of the router `banking`: one call each. */
export function createBankingHandlers(deps: BankingDependencies): Handlers<typeof bankingContract> {
  const operations = createBankingOperations(deps);
  return {
    listBanks: () => operations.listBanks(),
    getBankStatus: (input) => operations.getBankStatus(input),
    createBatch: (input, { caller }) => operations.createBatch(input, caller.subject),
    getBatch: (input) => operations.getBatch(input),
    listBatches: (input) => operations.listBatches(input),
    previewFile: (input) => operations.previewFile(input),
    sealBatch: (input) => operations.sealBatch(input),
    approveBatch: (input, { caller }) => operations.approveBatch(input, caller.subject),
    sendBatch: (input) => operations.sendBatch(input),
    cancelBatch: (input, { caller }) => operations.cancelBatch(input, caller.subject),
    settleUnknown: (input, { caller }) => operations.settleUnknown(input, caller.subject),
    testConnection: (input) => operations.testConnection(input),
    testUpload: (input) => operations.testUpload(input),
    pollInbound: (input) => operations.pollInbound(input),
    listInboundFiles: (input) => operations.listInboundFiles(input),
    getReconciliation: (input) => operations.getReconciliation(input),
    exportReconciliation: (input) => operations.exportReconciliation(input),
    applyCorrection: (input, { caller }) => operations.applyCorrection(input, caller.subject),
    registerAuthorisations: (input, { caller }) => operations.registerAuthorisations(input, caller.subject),
    recordAuthorisations: (input, { caller }) => operations.recordAuthorisations(input, caller.subject),
    settleAuthorisation: (input, { caller }) => operations.settleAuthorisation(input, caller.subject),
    listAuthorisations: (input) => operations.listAuthorisations(input),
    expectReceipt: (input, { caller }) => operations.expectReceipt(input, caller.subject),
    listReceipts: (input) => operations.listReceipts(input),
    cancelReceipt: (input, { caller }) => operations.cancelReceipt(input, caller.subject),
    assignReceipt: (input, { caller }) => operations.assignReceipt(input, caller.subject),
    getStatement: (input) => operations.getStatement(input),
    exportStatement: (input) => operations.exportStatement(input),
    watchBatch: (input, _context, signal) => operations.watchBatch(input, signal),
    listLayouts: () => operations.listLayouts(),
    upsertLayout: (input) => operations.upsertLayout(input),
    getBankConfiguration: (input) => operations.getBankConfiguration(input),
    upsertBank: (input) => operations.upsertBank(input),
    listCalendarDays: (input) => operations.listCalendarDays(input),
    setCalendarDay: (input, { caller }) => operations.setCalendarDay(input, caller.subject),
    importCalendar: (input, { caller }) => operations.importCalendar(input, caller.subject),
    makeVirtualAccount: (input) => operations.makeVirtualAccount(input),
    checkVirtualAccount: (input) => operations.checkVirtualAccount(input),
  };
}
