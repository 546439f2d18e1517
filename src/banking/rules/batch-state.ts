import { type BatchStatus, batchStatuses } from "@luckygas/gateway-client";

/** Every allowed step of a batch. What is not listed here cannot happen. */
const steps: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  draft: ["sealed", "cancelled"],
  sealed: ["approved", "cancelled"],
  approved: ["sending", "held", "cancelled"],
  sending: ["sent", "held", "indeterminate", "acknowledged", "reconciled", "rejected"],
  held: ["sending", "sent", "cancelled", "acknowledged", "reconciled", "rejected"],
  sent: ["acknowledged", "reconciled", "rejected"],
  // A reply proves that the file arrived, whatever was known before; a person may say either.
  indeterminate: ["sent", "held", "acknowledged", "reconciled", "rejected"],
  acknowledged: ["reconciled"],
  reconciled: [],
  rejected: [],
  cancelled: [],
};

export const canMove = (from: BatchStatus, to: BatchStatus): boolean => steps[from].includes(to);

/** States from which a batch may become `to`, for conditional updates. */
export const statesBefore = (to: BatchStatus): BatchStatus[] => batchStatuses.filter((from) => canMove(from, to));

/** States in which a bank's reply to the batch may arrive. */
export const awaitsReply: readonly BatchStatus[] = [
  "sending",
  "held",
  "sent",
  "indeterminate",
  "acknowledged",
  "reconciled",
];
