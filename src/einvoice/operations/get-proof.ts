import type { InvoiceProof } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import { taipeiDate, taipeiTime } from "../../platform/taipei-time.ts";
import type { ActiveSellers } from "../connectors/active-seller.ts";
import { periodText } from "../rules/period.ts";
import { proofCodes } from "../rules/proof.ts";
import type { InvoiceStore } from "../store/invoices.ts";

/** The strings of an invoice's proof (證明聯). Throws `not_found`, and `provider_misconfigured` when the seller has no QR key. */
export function createGetProof(deps: { invoices: InvoiceStore; sellers: ActiveSellers }) {
  return async (input: { invoiceNumber: string; invoicePeriod: string }): Promise<InvoiceProof> => {
    const { seller, credentials, options } = await deps.sellers.required();
    const found = await deps.invoices.findByNumber(seller.ubn, input.invoiceNumber, input.invoicePeriod);
    if (!found) throw new OperationError("not_found", "there is no such invoice in this period");
    if (!credentials.qrKey) {
      throw new OperationError(
        "provider_misconfigured",
        "the proof cannot be made: qr_aes_key is missing in the secret einvoice-api-credentials",
        { reason: "qr_key_missing" },
      );
    }
    const { invoice } = found;
    const { content } = invoice;
    const codes = proofCodes(invoice, {
      qrKeyHex: credentials.qrKey.reveal(),
      capacityBytes: options.qrCapacityBytes,
    });
    return {
      invoiceNumber: invoice.number,
      invoicePeriod: invoice.period,
      ...codes,
      itemsTotal: content.lines.length,
      print: content.print,
      periodText: periodText(invoice.period),
      numberText: `${invoice.number.slice(0, 2)}-${invoice.number.slice(2)}`,
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
