import type { Invoice, InvoiceDetail, InvoiceSummary } from "@luckygas/gateway-client";
import type { StoredAttempt, StoredInvoice, StoredSummary, StoredUpload } from "../store/content-schema.ts";

/** An invoice as a list shows it. */
export function summaryView(invoice: StoredSummary): InvoiceSummary {
  const { buyer, amounts, orderReference } = invoice.content;
  return {
    id: invoice.id,
    invoiceNumber: invoice.number,
    invoicePeriod: invoice.period,
    issuedAt: invoice.issuedAt.toISOString(),
    randomCode: invoice.randomCode,
    sellerUbn: invoice.sellerUbn,
    buyerKind: buyer.kind,
    buyerUbn: buyer.ubn,
    buyerName: buyer.name,
    salesAmount: amounts.salesAmount,
    exemptSalesAmount: amounts.exemptSalesAmount,
    zeroRatedSalesAmount: amounts.zeroRatedSalesAmount,
    taxAmount: amounts.taxAmount,
    includedTaxAmount: amounts.includedTaxAmount,
    totalAmount: amounts.totalAmount,
    status: invoice.status,
    uploadDueAt: invoice.uploadDueAt.toISOString(),
    orderReference,
  };
}

/** An invoice with its lines and the state of its upload. */
export function invoiceView(invoice: StoredInvoice, upload: StoredUpload): Invoice {
  const { lines, carrier, donationCode, print } = invoice.content;
  return {
    ...summaryView(invoice),
    lines: lines.map(({ unit, ...line }) => ({ ...line, ...(unit !== null && { unit }) })),
    print,
    carrier: carrier && { type: carrier.type, id: carrier.id },
    donationCode,
    upload: {
      attempts: upload.attempts,
      nextAttemptAt: isOpen(upload) ? upload.nextAttemptAt.toISOString() : null,
      reason: upload.reason,
      providerCode: upload.providerCode,
      providerMessage: upload.providerMessage,
      acceptedAt: upload.acceptedAt?.toISOString() ?? null,
    },
  };
}

const isOpen = ({ status }: StoredUpload) => status !== "accepted" && status !== "rejected" && status !== "superseded";

/** One attempt as callers see it; who decided and what was noted stay with the row. */
export function attemptView(attempt: StoredAttempt): InvoiceDetail["attempts"][number] {
  return {
    ...attempt,
    startedAt: attempt.startedAt.toISOString(),
    finishedAt: attempt.finishedAt?.toISOString() ?? null,
  };
}
