import { z } from "zod";
import { isValidUbn } from "../ubn.ts";

/** With the two that XML cannot hold (XML 1.0, 2.2). */
const CONTROL_CHARACTERS = /[\p{Cc}\uFFFE\uFFFF]/u;
const DECIMAL = /^-?[0-9]{1,13}(\.[0-9]{1,7})?$/;

/** Text of one line, its length counted in characters (code points), as the e-invoice standard counts. */
export const text = (charactersMax: number, meaning: string) =>
  z
    .string()
    .refine((value) => value.trim().length > 0, "must not be blank")
    .refine((value) => [...value].length <= charactersMax, `at most ${charactersMax} characters`)
    .refine((value) => !CONTROL_CHARACTERS.test(value), "control characters and line breaks are not allowed")
    .refine((value) => value.isWellFormed(), "must be well-formed Unicode")
    .meta({ description: meaning, minLength: 1, maxLength: charactersMax });

/** The plain decimal text of a quantity or price, `1e-7` included. A number is read by its shortest exact notation. */
export function decimalText(value: number | string): string {
  if (typeof value === "string") return value;
  const shortest = String(value);
  return shortest.includes("e-") ? value.toFixed(7) : shortest;
}

const DECIMAL_RULE = "must be a decimal of at most 13 digits before and 7 digits after the point";

/** A decimal of at most 13 + 7 digits, as a number or, where a binary number would not be exact, as text. */
export const decimal = (meaning: string) =>
  z
    .union([z.number(DECIMAL_RULE), z.string(DECIMAL_RULE)], DECIMAL_RULE)
    .refine((value) => DECIMAL.test(decimalText(value)), DECIMAL_RULE)
    .describe(meaning);

export const ubnSchema = z
  .string()
  .refine(isValidUbn, "must be a valid 統一編號: 8 digits with a right check digit")
  .describe("統一編號, the tax id of a business: 8 digits");

export const invoiceNumberSchema = z
  .string()
  .regex(/^[A-Z]{2}[0-9]{8}$/, "must be 2 capital letters and 8 digits")
  .describe("Invoice number (字軌號碼), e.g. `AA10000001`; unique only together with seller and period");

export const invoicePeriodSchema = z
  .string()
  .regex(/^[0-9]{3}(02|04|06|08|10|12)$/, "must be 3 digits of the ROC year and the even month of the period")
  .describe("Invoice period (期別): ROC year and even month; `11402` is January and February 2025");

export const trackSchema = z
  .string()
  .regex(/^[A-Z]{2}$/, "must be 2 capital letters")
  .describe("Track (字軌)");

export const taxTypeSchema = z.enum(["taxable", "zero_rated", "exempt"]).describe("應稅 5 %, 零稅率, 免稅");
export type TaxType = z.infer<typeof taxTypeSchema>;

export const carrierIdSchema = text(400, "Shown id of the carrier").refine(
  (id) => id === id.trim(),
  "must not begin or end with a blank",
);

export const donationCodeSchema = z.string().regex(/^[0-9]{3,7}$/, "must be 3 to 7 digits");

export const noteSchema = text(200, "What was mended or seen, for the record");
