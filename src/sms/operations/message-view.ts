import type { SmsAttempt, SmsMessage, SmsMessageSummary, SmsReceipt } from "@luckygas/gateway-client";
import { formatMicros } from "../rules/cost.ts";
import { isSecretText } from "../rules/message-types.ts";
import { maskPhone } from "../rules/phone.ts";
import { statusOfReceipt } from "../rules/states.ts";
import type { AttemptRow, MessageRow, ReceiptRow } from "../store/queries.ts";

/** A message as callers see it: the recipient masked. */
export function summaryOf(row: MessageRow): SmsMessageSummary {
  return {
    id: row.id,
    to: maskPhone(row.recipient),
    status: row.status,
    statusReason: row.statusReason,
    statusAt: row.statusAt.toISOString(),
    messageType: row.messageType,
    templateCode: row.templateCode,
    variant: row.variant,
    encoding: row.encoding,
    units: row.units,
    segments: row.segments,
    requestedProvider: row.requestedProvider,
    provider: row.provider,
    attemptsCount: row.attemptsCount,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

/** A message with its attempts and receipts; the text of a one-time code is never shown. */
export function messageOf(
  row: MessageRow,
  attempts: readonly AttemptRow[],
  receipts: readonly ReceiptRow[],
): SmsMessage {
  return {
    ...summaryOf(row),
    text: isSecretText(row.messageType) ? null : row.text,
    nextAttemptAt: row.status === "deferred" ? (row.dueAt?.toISOString() ?? null) : null,
    remedy: remedyOf(row, attempts),
    attempts: attempts.map(attemptOf),
    receipts: receipts.map(receiptOf),
  };
}

function remedyOf(row: MessageRow, attempts: readonly AttemptRow[]): string | null {
  if (row.status !== "unknown") return null;
  const isAsking = attempts.some(({ state, resolveAt }) => state === "unknown" && resolveAt !== null);
  const start = isAsking ? "The provider is still being asked. " : "The provider could not say what became of it. ";
  return `${start}A late receipt settles it; else look at the provider's console and call settleUnknown.`;
}

function attemptOf(row: AttemptRow): SmsAttempt {
  return {
    id: row.id,
    number: row.number,
    provider: row.provider,
    state: row.state,
    outcomeClass: row.outcomeClass,
    outcomeReason: row.outcomeReason,
    selectionReason: row.selectionReason,
    providerMessageId: row.providerMessageId,
    providerCode: row.providerCode,
    costTwd: row.costMicros === null ? null : formatMicros(row.costMicros),
    startedAt: row.startedAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}

function receiptOf(row: ReceiptRow): SmsReceipt {
  return {
    id: row.id,
    provider: row.provider,
    attemptId: row.attemptId,
    source: row.source,
    providerStatus: row.providerStatus,
    status: row.state === null ? null : statusOfReceipt(row.state),
    applied: row.processing === "applied",
    providerTime: row.providerTime,
    receivedAt: row.receivedAt.toISOString(),
  };
}
