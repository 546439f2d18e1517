import type { SmsStatus } from "@luckygas/gateway-client";

/** What a delivery receipt says. `scheduled`: the provider holds it until its time. */
export const receiptStates = [
  "scheduled",
  "submitted",
  "sent",
  "undelivered",
  "expired",
  "cancelled",
  "rejected",
  "delivered",
] as const;
export type ReceiptState = (typeof receiptStates)[number];

/**
 * How far a message has come. Receipts arrive in any order and more than once: one is applied only where its rank is
 * higher than the message's own. `delivered` beats every other end, so a late handset is believed and nothing undoes it.
 */
export const statusRanks = {
  queued: 0,
  deferred: 0,
  dispatching: 10,
  unknown: 15,
  submitted: 20,
  sent: 30,
  undelivered: 90,
  expired: 90,
  rejected: 90,
  cancelled: 90,
  suppressed: 90,
  delivered: 100,
} as const satisfies Record<SmsStatus, number>;

const receiptRanks = {
  scheduled: 18,
  submitted: statusRanks.submitted,
  sent: statusRanks.sent,
  undelivered: statusRanks.undelivered,
  expired: statusRanks.expired,
  cancelled: statusRanks.cancelled,
  rejected: statusRanks.rejected,
  delivered: statusRanks.delivered,
} as const satisfies Record<ReceiptState, number>;

/** States that nothing but a better receipt changes any more. */
export function isFinal(status: SmsStatus): boolean {
  return statusRanks[status] >= statusRanks.undelivered;
}

/** The status a receipt gives a message that stands at `current`; `undefined` when it changes nothing. */
export function applyReceipt(current: SmsStatus, receipt: ReceiptState): SmsStatus | undefined {
  if (receiptRanks[receipt] <= statusRanks[current]) return undefined;
  return statusOfReceipt(receipt);
}

/** The message status a receipt stands for. */
export function statusOfReceipt(receipt: ReceiptState): SmsStatus {
  return receipt === "scheduled" ? "submitted" : receipt;
}
