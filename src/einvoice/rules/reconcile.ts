import type { InvoiceStatus, ReconciliationDifference } from "@luckygas/gateway-client";

/** What the platform answered about one invoice. */
export type ComparedAnswer = { kind: "found"; differences: string[] } | { kind: "not_found" };

/** The invoice as the gateway holds it. */
export interface ComparedInvoice {
  id: string;
  number: string;
  status: InvoiceStatus;
  totalAmount: number;
}

/**
 * The difference between an invoice and what the platform answered about the document that it should hold: the issue, or the cancellation
 * of a cancelled one. Nothing where they agree.
 */
export function compareInvoice(invoice: ComparedInvoice, answer: ComparedAnswer): ReconciliationDifference | undefined {
  const base = { invoiceId: invoice.id, invoiceNumber: invoice.number };
  const local = `${invoice.status}, ${invoice.totalAmount}`;
  if (answer.kind === "not_found") {
    return invoice.status === "cancelled"
      ? { ...base, kind: "state_differs", local, platform: "not cancelled", repair: "cancel_again" }
      : { ...base, kind: "missing", local, platform: null, repair: "send_again" };
  }
  if (answer.differences.length === 0) return undefined;
  const platform = `differs in ${answer.differences.join(", ")}`;
  if (answer.differences.includes("InvoiceStatus")) {
    return { ...base, kind: "state_differs", local, platform: "cancelled", repair: "ask_the_platform" };
  }
  const kind = answer.differences.includes("TotalAmount") ? "amount_differs" : "content_differs";
  return { ...base, kind, local, platform, repair: "void_and_correct" };
}

/** A number that was never given out here and that the platform holds. */
export const extraNumber = (invoiceNumber: string): ReconciliationDifference => ({
  kind: "extra",
  invoiceId: null,
  invoiceNumber,
  local: null,
  platform: "stored",
  repair: "ask_the_platform",
});
