import type { InvoiceLine, TaxType } from "@luckygas/gateway-client";
import { invalidInput } from "../../platform/errors.ts";
import type { InvoiceAmounts, InvoiceContentLine, InvoiceTaxType } from "./content.ts";
import { type Decimal, divideHalfUp, formatDecimal, isWhole, multiply, parseDecimal, sum, toWhole } from "./decimal.ts";
import { shareOut } from "./share-out.ts";
import { netOfGross, taxOfNet } from "./tax.ts";

/** Eight hexadecimal digits: what the proof's QR code holds (MOF QR specification v1.8). */
const TOTAL_MAX = 0xffff_ffff;
const LINE_MAX = parseDecimal(TOTAL_MAX);
const TAX_TYPES = ["taxable", "exempt", "zero_rated"] as const satisfies readonly TaxType[];

interface AmountInput {
  lines: readonly InvoiceLine[];
  buyerKind: "consumer" | "business";
  /** Whether the given unit prices contain the tax. */
  pricesIncludeTax: boolean;
}

interface ExactLine {
  line: InvoiceLine;
  unitPrice: Decimal;
  amount: Decimal;
}

/**
 * The lines as written on the invoice and its amounts in whole NT$ (MIG 4.1, F0401 Amount). Consumers' lines are written with tax,
 * businesses' without; prices given the other way are converted. Rounding is half up, once per invoice, never per line.
 * Refuses an invoice of zero or less, a negative sum of one tax type, and sums that cannot be converted exactly.
 */
export function computeAmounts(input: AmountInput): { lines: InvoiceContentLine[]; amounts: InvoiceAmounts } {
  const writtenWithTax = input.buyerKind === "consumer";
  const given = input.lines.map(exactLine);
  const taxableGiven = sumOf(given, "taxable");
  if (!writtenWithTax && input.pricesIncludeTax && !isWhole(taxableGiven)) {
    throw invalidInput("lines", "prices that include tax must add up to whole NT$ for a business buyer");
  }
  const exact = given.map((line) => convert(line, input.pricesIncludeTax, writtenWithTax));
  const amounts = writtenWithTax
    ? consumerAmounts(exact)
    : businessAmounts(exact, input.pricesIncludeTax ? toWhole(taxableGiven) : undefined);
  if (amounts.totalAmount < 1) throw invalidInput("lines", "the total must be above zero");
  if (amounts.totalAmount > TOTAL_MAX) throw invalidInput("lines", `the total must be at most ${TOTAL_MAX}`);
  return { lines: exact.map(writtenLine), amounts };
}

function exactLine(line: InvoiceLine, index: number): ExactLine {
  const unitPrice = parseDecimal(line.unitPrice);
  const amount = multiply(parseDecimal(line.quantity), unitPrice);
  if (!isWithin(unitPrice)) throw invalidInput(`lines.${index}.unitPrice`, `must be at most ${TOTAL_MAX}`);
  if (!isWithin(amount)) throw invalidInput(`lines.${index}`, `quantity × unitPrice must be at most ${TOTAL_MAX}`);
  return { line, unitPrice, amount };
}

const isWithin = (value: Decimal) => value <= LINE_MAX && value >= -LINE_MAX;

/** Puts the tax into a taxable line or takes it out. Each value is converted by itself, so that no rounding is multiplied. */
function convert(exact: ExactLine, given: boolean, wanted: boolean): ExactLine {
  if (given === wanted || exact.line.taxType !== "taxable") return exact;
  const change = (value: Decimal) => (wanted ? divideHalfUp(value * 105n, 100n) : divideHalfUp(value * 100n, 105n));
  return { ...exact, unitPrice: change(exact.unitPrice), amount: change(exact.amount) };
}

const sumOf = (lines: readonly ExactLine[], taxType: TaxType) =>
  sum(lines.filter((exact) => exact.line.taxType === taxType).map((exact) => exact.amount));

/** Whole sums per tax type that together are the rounded sum of all lines. */
function wholeSums(lines: readonly ExactLine[]): Record<TaxType, number> {
  const sums = TAX_TYPES.map((taxType) => sumOf(lines, taxType));
  const negative = TAX_TYPES.find((_, index) => (sums[index] ?? 0n) < 0n);
  if (negative) throw invalidInput("lines", `the ${negative} lines together must not be negative`);
  const [taxable = 0n, exempt = 0n, zeroRated = 0n] = shareOut(toWhole(sum(sums)), sums);
  return { taxable: toAmount(taxable), exempt: toAmount(exempt), zero_rated: toAmount(zeroRated) };
}

function toAmount(value: bigint): number {
  if (value > BigInt(TOTAL_MAX)) throw invalidInput("lines", `the total must be at most ${TOTAL_MAX}`);
  return Number(value);
}

function consumerAmounts(lines: readonly ExactLine[]): InvoiceAmounts {
  const sums = wholeSums(lines);
  return {
    taxType: invoiceTaxType(lines),
    salesAmount: sums.taxable,
    exemptSalesAmount: sums.exempt,
    zeroRatedSalesAmount: sums.zero_rated,
    taxAmount: 0,
    includedTaxAmount: sums.taxable - netOfGross(sums.taxable),
    totalAmount: sums.taxable + sums.exempt + sums.zero_rated,
  };
}

/** `taxableGross` is given when the buyer agreed on prices with tax: then that sum is kept to the dollar. */
function businessAmounts(lines: readonly ExactLine[], taxableGross?: bigint): InvoiceAmounts {
  const sums = wholeSums(lines);
  const salesAmount = taxableGross === undefined ? sums.taxable : netOfGross(toAmount(taxableGross));
  const taxAmount = taxableGross === undefined ? taxOfNet(salesAmount) : toAmount(taxableGross) - salesAmount;
  return {
    taxType: invoiceTaxType(lines),
    salesAmount,
    exemptSalesAmount: sums.exempt,
    zeroRatedSalesAmount: sums.zero_rated,
    taxAmount,
    includedTaxAmount: 0,
    totalAmount: salesAmount + sums.exempt + sums.zero_rated + taxAmount,
  };
}

function invoiceTaxType(lines: readonly ExactLine[]): InvoiceTaxType {
  const [first, ...others] = new Set(lines.map((exact) => exact.line.taxType));
  return first === undefined || others.length > 0 ? "mixed" : first;
}

function writtenLine(exact: ExactLine, index: number): InvoiceContentLine {
  return {
    sequenceNumber: String(index + 1).padStart(3, "0"),
    description: exact.line.description,
    quantity: formatDecimal(parseDecimal(exact.line.quantity)),
    unit: exact.line.unit ?? null,
    unitPrice: formatDecimal(exact.unitPrice),
    amount: formatDecimal(exact.amount),
    taxType: exact.line.taxType,
  };
}
