import { OperationError } from "../../platform/errors.ts";
import type { ActiveSellers } from "../connectors/active-seller.ts";
import { type ProofCodes, proofCodes } from "../rules/proof.ts";
import type { StoredInvoice } from "../store/content-schema.ts";
import type { InvoiceStore } from "../store/invoices.ts";

export interface ProofDeps {
  invoices: InvoiceStore;
  sellers: ActiveSellers;
}

/** An invoice by its number, and the codes of its proof. Throws `not_found`, and `provider_misconfigured` when there is no QR key. */
export async function findProof(
  deps: ProofDeps,
  input: { invoiceNumber: string; invoicePeriod: string },
): Promise<{ invoice: StoredInvoice; codes: ProofCodes }> {
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
  const qrOptions = { qrKeyHex: credentials.qrKey.reveal(), capacityBytes: options.qrCapacityBytes };
  return { invoice: found.invoice, codes: proofCodes(found.invoice, qrOptions) };
}
