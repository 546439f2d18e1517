import { createHash } from "node:crypto";
import type { TaxType } from "@luckygas/gateway-client";
import { taipeiDate, taipeiInstant, taipeiTime } from "../../../platform/taipei-time.ts";
import type { InvoiceContent, InvoiceTaxType } from "../../rules/content.ts";
import { formatDecimal, parseDecimal } from "../../rules/decimal.ts";

export const TAX_TYPES = { taxable: "1", zero_rated: "2", exempt: "3", mixed: "9" } as const satisfies Record<
  TaxType | InvoiceTaxType,
  string
>;
export const GENERAL_TAX = "07";
/** The centre wants a unit on every line. */
export const UNIT = "項";
const CUSTOMS_MARKS = { not_through_customs: "1", through_customs: "2" } as const;
/** Special tax type of exempt sales. */
const EXEMPT = 8;

/** Lines that one invoice can have at the centre. */
const LINES_MAX = 999;
const NO_KEY_SYMBOLS = /-/g;

/** Fields by which both APIs say what kind of sale it is. */
export function taxFields({
  amounts,
  customsClearanceMark,
  zeroTaxRateReason,
}: InvoiceContent): Record<string, unknown> {
  return {
    InvType: GENERAL_TAX,
    TaxType: TAX_TYPES[amounts.taxType],
    SpecialTaxType: amounts.taxType === "exempt" ? EXEMPT : 0,
    ClearanceMark: customsClearanceMark ? CUSTOMS_MARKS[customsClearanceMark] : "",
    ZeroTaxRateReason: zeroTaxRateReason ?? "",
  };
}

/** Digits of a telephone number, `+886 912` written as `0912`. */
export const phoneDigits = (phone: string): string => phone.replace(/^\+?886/, "0").replaceAll(/[^0-9]/g, "");

/** A decimal as a JSON number. Exact for what `numberProblem` lets through. */
export const toNumber = (decimal: string): number => Number(decimal);

const isExact = (decimal: string) => {
  const number = Number(decimal);
  // A binary number that is written with an exponent would reach the centre so.
  return !String(number).includes("e") && formatDecimal(parseDecimal(decimal)) === formatDecimal(parseDecimal(number));
};
const wholeDigits = (decimal: string) => decimal.replace("-", "").split(".")[0]?.length ?? 0;

/** Why the centre cannot carry the lines of a content, or nothing (ECPay e-invoice API: at most 999 lines, quantity 8 + 7 digits, price 10 + 7). */
export function linesProblem({ lines }: InvoiceContent): string | undefined {
  if (lines.length > LINES_MAX) return `more than ${LINES_MAX} lines`;
  for (const { quantity, unitPrice, amount } of lines) {
    if (wholeDigits(quantity) > 8) return "a quantity of more than 8 digits";
    if (wholeDigits(unitPrice) > 10) return "a unit price of more than 10 digits";
    if (![quantity, unitPrice, amount].every(isExact)) return "a quantity, price or amount of more than 15 digits";
  }
  return undefined;
}

/** The order's own key at the centre, unique there for ever; letters of both cases are one to it. */
export const relateNumber = (orderId: string): string => orderId.replaceAll(NO_KEY_SYMBOLS, "");

const SHORT_KEY_CHARACTERS = 20;

/** The same where the centre takes only 20 characters. */
export function shortRelateNumber(orderId: string): string {
  const digest = createHash("sha256").update(orderId).digest("hex");
  return BigInt(`0x${digest}`).toString(36).slice(0, SHORT_KEY_CHARACTERS);
}

/** `yyyy-MM-dd HH:mm:ss` in Taipei. */
export const wireTime = (instant: Date): string => `${taipeiDate(instant)} ${taipeiTime(instant)}`;

/** The instant of a time as the centre writes it: `-` or `/` in the date, a blank, `+` or `T` before the time. */
export const readTime = (text: string): Date =>
  taipeiInstant(text.slice(0, 10).replaceAll("/", "-"), text.slice(11, 19));
