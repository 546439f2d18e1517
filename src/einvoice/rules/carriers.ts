import type { Carrier } from "@luckygas/gateway-client";
import { invalidInput } from "../../platform/errors.ts";
import type { InvoiceCarrier } from "./content.ts";

export const MOBILE_BARCODE = "3J0002";
const CITIZEN_CERTIFICATE = "CQ0001";
/** EasyCard, iPASS, icash: the shown and the hidden code of the card differ. */
const CARDS: ReadonlySet<string> = new Set(["1K0001", "1H0001", "2G0001"]);

const ID_RULES: Readonly<Record<string, { pattern: RegExp; rule: string }>> = {
  [MOBILE_BARCODE]: {
    pattern: /^\/[0-9A-Z.+-]{7}$/,
    rule: "a mobile barcode is / and 7 of the characters 0-9 A-Z . + -",
  },
  [CITIZEN_CERTIFICATE]: {
    pattern: /^[A-Z]{2}[0-9]{14}$/,
    rule: "a citizen certificate is 2 capital letters and 14 digits",
  },
};

/**
 * A carrier (載具) whose id has the form of its type. Types beyond the five general ones must be in the seller's list
 * (`EJ0113` …): an unknown code is refused, never passed on. A right form does not prove that the carrier exists.
 */
export function checkCarrier(carrier: Carrier, memberTypes: readonly string[]): InvoiceCarrier {
  const { type, id, hiddenId } = carrier;
  const idRule = ID_RULES[type];
  if (idRule) {
    if (!idRule.pattern.test(id)) throw invalidInput("carrier.id", idRule.rule);
    if (hiddenId !== undefined && hiddenId !== id)
      throw invalidInput("carrier.hiddenId", `equals carrier.id for ${type}`);
    return { type, id, hiddenId: id };
  }
  if (CARDS.has(type)) {
    if (hiddenId === undefined) throw invalidInput("carrier.hiddenId", `is needed for a card (${type})`);
    return { type, id, hiddenId };
  }
  if (memberTypes.includes(type)) return { type, id, hiddenId: hiddenId ?? id };
  throw invalidInput("carrier.type", "is not a carrier this seller may use");
}
