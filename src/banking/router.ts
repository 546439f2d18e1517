import type { bankingContract } from "@luckygas/gateway-client";
import type { Handlers } from "../platform/rpc.ts";
import type { BankingDependencies } from "./dependencies.ts";
import { createApproveBatch } from "./operations/approve-batch.ts";
import { createGetBankStatus, createListBanks } from "./operations/bank-status.ts";
import { createListCalendarDays, createSetCalendarDay } from "./operations/calendar-days.ts";
import { createCancelBatch } from "./operations/cancel-batch.ts";
import { createCreateBatch } from "./operations/create-batch.ts";
import { createExportReconciliation } from "./operations/export-reconciliation.ts";
import { createGetBatch, createListBatches } from "./operations/get-batch.ts";
import { createGetReconciliation } from "./operations/get-reconciliation.ts";
import { createApplyCorrection } from "./operations/inbound/apply-correction.ts";
import { createListInboundFiles } from "./operations/inbound/list-inbound-files.ts";
import { createPollInbound } from "./operations/inbound/poll-inbound.ts";
import { createListLayouts, createUpsertLayout } from "./operations/layouts.ts";
import { createPreviewFile } from "./operations/preview-file.ts";
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
  watchBatch: createWatchBatch(deps),
  listLayouts: createListLayouts(deps),
  upsertLayout: createUpsertLayout(deps),
  upsertBank: createUpsertBank(deps),
  listCalendarDays: createListCalendarDays(deps),
  setCalendarDay: createSetCalendarDay(deps),
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
    watchBatch: (input, _context, signal) => operations.watchBatch(input, signal),
    listLayouts: () => operations.listLayouts(),
    upsertLayout: (input) => operations.upsertLayout(input),
    upsertBank: (input) => operations.upsertBank(input),
    listCalendarDays: (input) => operations.listCalendarDays(input),
    setCalendarDay: (input, { caller }) => operations.setCalendarDay(input, caller.subject),
    makeVirtualAccount: (input) => operations.makeVirtualAccount(input),
    checkVirtualAccount: (input) => operations.checkVirtualAccount(input),
  };
}
