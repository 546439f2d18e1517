import { invalidInput } from "../../platform/errors.ts";
import { MOBILE_BARCODE } from "./carriers.ts";
import type { InvoiceCarrier } from "./content.ts";

interface DeliveryInput {
  buyerKind: "consumer" | "business";
  carrier: InvoiceCarrier | null;
  donationCode: string | null;
  /** As the caller wished; `undefined` leaves it to the rule. */
  print: boolean | undefined;
}

/**
 * Whether the proof is printed. A consumer's invoice has exactly paper, or a carrier, or a donation (a carrier's invoice may be
 * donated); a business's is never donated, and unless printed has a mobile barcode (MIG 4.1, F0401; checks of Turnkey 3.2.1).
 */
export function decidePrint(input: DeliveryInput): boolean {
  const { buyerKind, carrier, donationCode } = input;
  const print = input.print ?? (carrier === null && donationCode === null);
  if (buyerKind === "business") {
    if (donationCode !== null) throw invalidInput("donationCode", "an invoice to a business cannot be donated");
    if (carrier && carrier.type !== MOBILE_BARCODE) {
      throw invalidInput("carrier.type", `a business may use only a mobile barcode (${MOBILE_BARCODE})`);
    }
    if (!print && !carrier) throw invalidInput("print", "an invoice to a business without a carrier must be printed");
    return print;
  }
  if (print && carrier) throw invalidInput("print", "a consumer's invoice with a carrier is not printed");
  if (print && donationCode !== null) throw invalidInput("print", "a donated invoice is not printed");
  if (!print && !carrier && donationCode === null) {
    throw invalidInput("print", "a consumer's invoice must be printed, have a carrier or be donated");
  }
  return print;
}
