import type { Allowance, InvoiceDetail } from "@luckygas/gateway-client";
import { remediesOf } from "../rules/remedies.ts";
import type { StoredAllowance, StoredMessage } from "../store/content-schema.ts";

/** An allowance as callers see it. */
export function allowanceView(allowance: StoredAllowance, invoice: { number: string; period: string }): Allowance {
  const { netAmount, taxAmount, lines } = allowance.content;
  return {
    id: allowance.id,
    allowanceNumber: allowance.number,
    invoiceId: allowance.invoiceId,
    invoiceNumber: invoice.number,
    invoicePeriod: invoice.period,
    issuedAt: allowance.issuedAt.toISOString(),
    status: allowance.status,
    netAmount,
    taxAmount,
    totalAmount: netAmount + taxAmount,
    uploadDueAt: allowance.uploadDueAt.toISOString(),
    lines: lines.map(({ originalSequenceNumber, description, quantity, ...line }) => ({
      sequenceNumber: originalSequenceNumber,
      description,
      quantity,
      netAmount: line.netAmount,
      taxAmount: line.taxAmount,
    })),
  };
}

const isOpen = ({ status }: StoredMessage) =>
  status === "due" || status === "sending" || status === "sent" || status === "unknown";

/** A message as callers see it. */
export function messageView(
  message: StoredMessage,
  allowances: readonly StoredAllowance[],
): InvoiceDetail["messages"][number] {
  return {
    id: message.id,
    kind: message.kind,
    position: message.position,
    status: message.status,
    allowanceNumber: allowances.find((allowance) => allowance.id === message.allowanceId)?.number ?? null,
    dueAt: message.dueAt.toISOString(),
    attempts: message.attempts,
    nextAttemptAt: isOpen(message) ? message.nextAttemptAt.toISOString() : null,
    reason: message.reason,
    providerCode: message.providerCode,
    acceptedAt: message.acceptedAt?.toISOString() ?? null,
    remedies: remediesOf(message),
  };
}
