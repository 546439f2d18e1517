import type { bankingContract, batchItemSchema, batchSchema, transferAttemptSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../platform/errors.ts";
import { taipeiInstant } from "../../platform/taipei-time.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { maskAccount } from "../rules/layout/values.ts";
import { type ApprovalRow, type BatchRow, type ItemRow, listApprovals } from "../store/batches.ts";
import type { AttemptRow } from "../store/transfers.ts";

export type BatchView = z.input<typeof batchSchema>;
export type Input<Name extends keyof typeof bankingContract> = z.output<(typeof bankingContract)[Name]["input"]>;
export type Output<Name extends keyof typeof bankingContract> = z.input<(typeof bankingContract)[Name]["output"]>;

const iso = (instant: Date | null) => instant?.toISOString() ?? null;

/** The last instant at which a bank takes files for a payment date; `null` without a cut-off time. */
export const cutoffOf = (paymentDate: string, cutoffTime: string | null): Date | null =>
  cutoffTime === null ? null : taipeiInstant(paymentDate, cutoffTime);

/** Batches as callers see them, with their approvals. */
export async function viewBatches(deps: BankingDependencies, rows: readonly BatchRow[]): Promise<BatchView[]> {
  const [approvals, banks] = await Promise.all([
    listApprovals(
      deps.db,
      rows.map((row) => row.id),
    ),
    deps.banks.list(),
  ]);
  const cutoffTimes = new Map(banks.map(({ key, bank }) => [key, bank?.row.cutoffTime ?? null]));
  return rows.map((row) =>
    viewBatch(
      row,
      approvals.filter((approval) => approval.batchId === row.id),
      cutoffTimes.get(row.bankCode) ?? null,
    ),
  );
}

export async function viewOne(deps: BankingDependencies, row: BatchRow): Promise<BatchView> {
  const [view] = await viewBatches(deps, [row]);
  if (!view) throw new Error("a batch has no view");
  return view;
}

function viewBatch(row: BatchRow, approvals: readonly ApprovalRow[], cutoffTime: string | null): BatchView {
  return {
    id: row.id,
    bank: row.bankCode,
    batchNumber: row.batchNumber,
    status: row.status,
    heldReason: row.heldReason,
    paymentDate: row.paymentDate,
    recordCount: row.recordCount,
    totalAmount: row.totalAmount,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    file: viewFile(row),
    approvalsRequired: row.approvalsRequired,
    approvals: approvals.map(({ approver, approvedAt, sha256, recordCount, totalAmount }) => ({
      approver,
      approvedAt: approvedAt.toISOString(),
      sha256,
      recordCount,
      totalAmount,
    })),
    cutoffAt: iso(cutoffOf(row.paymentDate, cutoffTime)),
    sentAt: iso(row.sentAt),
    acknowledgedAt: iso(row.acknowledgedAt),
    reconciledAt: iso(row.reconciledAt),
  };
}

function viewFile(row: BatchRow): BatchView["file"] {
  const { fileName, fileSha256, fileSizeBytes, layoutId, layoutSha256, encoding, sealedAt } = row;
  if (!fileName || !fileSha256 || fileSizeBytes === null || !layoutId || !layoutSha256 || !encoding || !sealedAt) {
    return null;
  }
  return {
    name: fileName,
    sha256: fileSha256,
    sizeBytes: fileSizeBytes,
    layout: layoutId,
    layoutSha256,
    encoding,
    sealedAt: sealedAt.toISOString(),
  };
}

export function viewAttempt(row: AttemptRow): z.input<typeof transferAttemptSchema> {
  return {
    number: row.number,
    state: row.state,
    startedAt: row.startedAt.toISOString(),
    finishedAt: iso(row.finishedAt),
    temporaryName: row.temporaryName,
    verification: row.verification,
    errorType: row.errorType,
    steps: row.steps,
  };
}

export function viewItem(row: ItemRow): z.input<typeof batchItemSchema> {
  return {
    sequence: row.sequence,
    transactionId: row.transactionId,
    accountNumber: maskAccount(row.accountNumber),
    amount: row.amount,
    status: row.status,
    responseCode: row.responseCode,
    responseMeaning: row.responseMeaning,
    bankReference: row.bankReference,
    processedDate: row.processedDate,
  };
}

export function batchNotFound(): OperationError {
  const rule = "is not the id of a batch";
  return new OperationError("not_found", `batchId: ${rule}`, {
    reason: "unknown_batch",
    fields: [{ path: "batchId", rule }],
  });
}

/** The batch is not in a state in which this may be done. */
export const stateNotAllowed = (row: BatchRow, verb: string, reason = "wrong_state"): OperationError =>
  new OperationError("state_not_allowed", `a batch that is ${row.status} cannot be ${verb}`, { reason });
