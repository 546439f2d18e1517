import type { InvoiceProof } from "@luckygas/gateway-client";
import { taipeiDate, taipeiTime } from "../../platform/taipei-time.ts";
import { numberText } from "../proof/sheet.ts";
import { periodText } from "../rules/period.ts";
import { findProof, type ProofDeps } from "./find-proof.ts";

/** The strings of an invoice's proof (證明聯). Throws `not_found`, and `provider_misconfigured` when the seller has no QR key. */
export function createGetProof(deps: ProofDeps) {
  return async (input: { invoiceNumber: string; invoicePeriod: string }): Promise<InvoiceProof> => {
    const { invoice, codes } = await findProof(deps, input);
    const { content } = invoice;
    return {
      invoiceNumber: invoice.number,
      invoicePeriod: invoice.period,
      ...codes,
      itemsTotal: content.lines.length,
      print: content.print,
      periodText: periodText(invoice.period),
      numberText: numberText(invoice),
      issuedText: `${taipeiDate(invoice.issuedAt)} ${taipeiTime(invoice.issuedAt)}`,
      formatText: content.buyer.ubn === null ? null : "格式 25",
      randomCode: invoice.randomCode,
      totalAmount: content.amounts.totalAmount,
      sellerName: content.seller.name,
      sellerUbn: content.seller.ubn,
      buyerUbn: content.buyer.ubn,
    };
  };
}
