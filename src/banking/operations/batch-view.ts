import type { bankingContract, batchItemSchema, batchSchema, transferAttemptSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { createBankingCalendar } from "../rules/calendar/banking-calendar.ts";
import { calendarWarning } from "../rules/calendar/holidays.ts";
import { maskAccount } from "../rules/layout/values.ts";
import { type ApprovalRow, type BatchRow, type ItemRow, listApprovals } from "../store/batches.ts";
import { readCalendars } from "../store/calendar-days.ts";
import type { AttemptRow } from "../store/transfers.ts";

export type BatchView = z.input<typeof batchSchema>;
export type Input<Name extends keyof typeof bankingContract> = z.output<(typeof bankingContract)[Name]["input"]>;
export type Output<Name extends keyof typeof bankingContract> = z.input<(typeof bankingContract)[Name]["output"]>;

const iso = (instant: Date | null) => instant?.toISOString() ?? null;

/** Batches as callers see them, with their approvals. */
export async function viewBatches(deps: BankingDependencies, rows: readonly BatchRow[]): Promise<BatchView[]> {
  const [approvals, banks, calendars] = await Promise.all([
    listApprovals(
      deps.db,
      rows.map((row) => row.id),
    ),
    deps.banks.list(),
    readCalendars(deps.db),
  ]);
  const now = deps.clock.now();
  const cutoffTimes = new Map(banks.map(({ key, bank }) => [key, bank?.row.cutoffTime ?? null]));
  return rows.map((row) => {
    const { entriesOf, holidays } = calendars;
    const calendar = createBankingCalendar(entriesOf(row.bankCode), cutoffTimes.get(row.bankCode) ?? null, holidays);
    return viewBatch(
      row,
      approvals.filter((approval) => approval.batchId === row.id),
      {
        cutoffAt: iso(calendar.cutoffAt(row.paymentDate) ?? null),
        nextCutoffAt: iso(calendar.nextCutoffAt(now) ?? null),
        calendarWarning: calendarWarning(holidays, row.paymentDate),
      },
    );
  });
}

type Cutoffs = Pick<BatchView, "cutoffAt" | "nextCutoffAt" | "calendarWarning">;

export async function viewOne(deps: BankingDependencies, row: BatchRow): Promise<BatchView> {
  const [view] = await viewBatches(deps, [row]);
  if (!view) throw new Error("a batch has no view");
  return view;
}

function viewBatch(row: BatchRow, approvals: readonly ApprovalRow[], cutoffs: Cutoffs): BatchView {
  return {
    id: row.id,
    bank: row.bankCode,
    kind: row.kind,
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
    ...cutoffs,
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
    encryptedSha256: row.sentSha256,
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
