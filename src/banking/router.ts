import type { bankingContract } from "@luckygas/gateway-client";
import type { Handlers } from "../platform/rpc.ts";
import type { BankingDependencies } from "./dependencies.ts";
import { createApproveBatch } from "./operations/approve-batch.ts";
import { createGetBankStatus, createListBanks } from "./operations/bank-status.ts";
import { createCancelBatch } from "./operations/cancel-batch.ts";
import { createCreateBatch } from "./operations/create-batch.ts";
import { createGetBatch, createListBatches } from "./operations/get-batch.ts";
import { createGetReconciliation } from "./operations/get-reconciliation.ts";
import { createListInboundFiles } from "./operations/inbound/list-inbound-files.ts";
import { createPollInbound } from "./operations/inbound/poll-inbound.ts";
import { createPreviewFile } from "./operations/preview-file.ts";
import { createSealBatch } from "./operations/seal-batch.ts";
import { createSendBatch } from "./operations/send-batch.ts";
import { createSettleUnknown } from "./operations/settle-unknown.ts";
import { createTestConnection, createTestUpload } from "./operations/test-connection.ts";

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
  };
}
