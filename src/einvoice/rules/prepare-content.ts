import type { Buyer, IssueInvoiceInput } from "@luckygas/gateway-client";
import { invalidInput } from "../../platform/errors.ts";
import { computeAmounts } from "./amounts.ts";
import { checkCarrier } from "./carriers.ts";
import type { InvoiceBuyer, InvoiceContent, InvoiceSeller } from "./content.ts";
import { decidePrint } from "./delivery.ts";

const CONSUMER_NAME = "消費者";

type IssueContentInput = Omit<IssueInvoiceInput, "idempotencyKey">;

interface PrepareOptions {
  seller: InvoiceSeller;
  /** Member carrier types that the seller may use. */
  memberCarrierTypes: readonly string[];
}

/** The content of an invoice, complete and checked by every rule, before a number is taken. Throws `invalid_input`. */
export function prepareContent(input: IssueContentInput, options: PrepareOptions): InvoiceContent {
  const buyerKind = input.buyer.kind;
  const carrier = input.carrier ? checkCarrier(input.carrier, options.memberCarrierTypes) : null;
  const donationCode = input.donationCode ?? null;
  const print = decidePrint({ buyerKind, carrier, donationCode, print: input.print });
  const pricesIncludeTax = input.pricesIncludeTax ?? buyerKind === "consumer";
  const { lines, amounts } = computeAmounts({ lines: input.lines, buyerKind, pricesIncludeTax });
  return {
    seller: options.seller,
    buyer: contentBuyer(input.buyer),
    lines,
    amounts,
    carrier,
    donationCode,
    print,
    orderReference: input.orderReference ?? null,
    ...zeroRate(input),
  };
}

function contentBuyer(buyer: Buyer): InvoiceBuyer {
  const { email = null, phone = null } = buyer;
  if (buyer.kind === "consumer") {
    return { kind: "consumer", ubn: null, name: buyer.name ?? CONSUMER_NAME, address: null, email, phone };
  }
  return { kind: "business", ubn: buyer.ubn, name: buyer.name, address: buyer.address ?? null, email, phone };
}

/** A zero-rated sale states its customs mark and its reason (MIG 4.1); other sales have neither. */
function zeroRate(input: IssueContentInput): Pick<InvoiceContent, "customsClearanceMark" | "zeroTaxRateReason"> {
  const { customsClearanceMark = null, zeroTaxRateReason = null } = input;
  const fields = { customsClearanceMark, zeroTaxRateReason };
  const needed = input.lines.some((line) => line.taxType === "zero_rated");
  for (const [field, value] of Object.entries(fields)) {
    if (needed && value === null) throw invalidInput(field, "is needed when a line is zero-rated");
    if (!needed && value !== null) throw invalidInput(field, "is only for zero-rated lines");
  }
  return fields;
}
