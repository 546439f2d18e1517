import type { IssueAllowanceInput } from "@luckygas/gateway-client";
import { invalidInput } from "../../platform/errors.ts";
import type { InvoiceContent, InvoiceContentLine } from "./content.ts";
import { divideHalfUp, formatDecimal, parseDecimal, toWhole } from "./decimal.ts";
import type { AllowanceLine } from "./document.ts";
import { shareOut } from "./share-out.ts";
import { netOfGross, taxOfNet } from "./tax.ts";

/** An allowance before it has a number. Whole NT$. */
export interface AllowanceDraft {
  lines: AllowanceLine[];
  netAmount: number;
  taxAmount: number;
}

interface Wanted {
  path: string;
  line: InvoiceContentLine;
  amount: number;
  quantity: string;
}

const sumOf = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/**
 * The lines and amounts of an allowance (MIG 4.1, G0401). The tax is computed once on the sum of the taxable lines and spread by largest
 * remainder; the allowance that uses up an invoice takes exactly the tax that is left. Nothing exceeds what `earlier` live allowances
 * have left, per line and in total. Throws `invalid_input`.
 */
export function computeAllowance(
  content: InvoiceContent,
  input: Pick<IssueAllowanceInput, "lines" | "amountsIncludeTax">,
  earlier: readonly AllowanceDraft[],
): AllowanceDraft {
  const isConsumer = content.buyer.kind === "consumer";
  const includesTax = input.amountsIncludeTax ?? isConsumer;
  const written = new Map(content.lines.map((line) => [line.sequenceNumber, line]));
  const wanted = input.lines.map((line, index) => find(written, line, index));
  const taxable = wanted.filter(({ line }) => line.taxType === "taxable");
  const given = sumOf(taxable.map(({ amount }) => amount));
  const tax = taxOf(content, given, includesTax, earlier);
  const amounts = includesTax ? splitGross(taxable, tax) : splitNet(taxable, tax);
  const lines = wanted.map((entry) => toLine(entry, amounts.get(entry) ?? { net: entry.amount, tax: 0 }));
  const draft = {
    lines,
    netAmount: sumOf(lines.map((line) => line.netAmount)),
    taxAmount: sumOf(lines.map((line) => line.taxAmount)),
  };
  checkLines(content, wanted, lines, earlier);
  checkTotal(content, draft, earlier);
  return draft;
}

function find(
  written: ReadonlyMap<string, InvoiceContentLine>,
  wanted: IssueAllowanceInput["lines"][number],
  index: number,
): Wanted {
  const path = `lines.${index}`;
  const line = written.get(wanted.sequenceNumber);
  if (!line) throw invalidInput(`${path}.sequenceNumber`, "is not a line of the invoice");
  const quantity = parseDecimal(wanted.quantity ?? 1);
  if (wanted.quantity !== undefined && quantity > parseDecimal(line.quantity)) {
    throw invalidInput(`${path}.quantity`, `is above the quantity of this line: ${line.quantity}`);
  }
  return { path, line, amount: wanted.amount, quantity: formatDecimal(quantity) };
}

/** Taxable sales without tax, and their tax, that live allowances have left. */
function left(content: InvoiceContent, earlier: readonly AllowanceDraft[]): { net: number; tax: number } {
  const { salesAmount, taxAmount, includedTaxAmount } = content.amounts;
  const used = earlier.flatMap((allowance) => allowance.lines).filter((line) => line.taxType === "taxable");
  return {
    net: salesAmount - includedTaxAmount - sumOf(used.map((line) => line.netAmount)),
    tax: taxAmount + includedTaxAmount - sumOf(used.map((line) => line.taxAmount)),
  };
}

function taxOf(
  content: InvoiceContent,
  given: number,
  includesTax: boolean,
  earlier: readonly AllowanceDraft[],
): number {
  if (given === 0) return 0;
  const rest = left(content, earlier);
  const isAll = given === (includesTax ? rest.net + rest.tax : rest.net);
  if (isAll) return rest.tax;
  return Math.min(includesTax ? given - netOfGross(given) : taxOfNet(given), Math.max(0, rest.tax));
}

type Split = Map<Wanted, { net: number; tax: number }>;

function splitNet(entries: readonly Wanted[], tax: number): Split {
  const shares = spread(tax, entries);
  return new Map(entries.map((entry, index) => [entry, { net: entry.amount, tax: shares[index] ?? 0 }]));
}

/** The net is spread, so that each line's net and tax together are what was given. */
function splitGross(entries: readonly Wanted[], tax: number): Split {
  const shares = spread(sumOf(entries.map(({ amount }) => amount)) - tax, entries);
  return new Map(
    entries.map((entry, index) => {
      const net = shares[index] ?? 0;
      return [entry, { net, tax: entry.amount - net }];
    }),
  );
}

function spread(amount: number, entries: readonly Wanted[]): number[] {
  return shareOut(
    BigInt(amount),
    entries.map((entry) => BigInt(entry.amount)),
  ).map(Number);
}

function toLine({ line, quantity }: Wanted, { net, tax }: { net: number; tax: number }): AllowanceLine {
  const unitPrice = divideHalfUp(parseDecimal(net) * 10n ** 7n, parseDecimal(quantity));
  return {
    originalSequenceNumber: line.sequenceNumber,
    description: line.description,
    quantity,
    unit: line.unit,
    unitPrice: formatDecimal(unitPrice),
    netAmount: net,
    taxAmount: tax,
    taxType: line.taxType,
  };
}

/** A consumer's lines are written with tax, a business's without: allowances are held against what is written. */
function checkLines(
  content: InvoiceContent,
  wanted: readonly Wanted[],
  lines: readonly AllowanceLine[],
  earlier: readonly AllowanceDraft[],
): void {
  const withTax = content.buyer.kind === "consumer";
  const sums = (all: readonly AllowanceLine[]) => {
    const perLine = new Map<string, number>();
    for (const { originalSequenceNumber: number, netAmount, taxAmount } of all) {
      perLine.set(number, (perLine.get(number) ?? 0) + netAmount + (withTax ? taxAmount : 0));
    }
    return (line: InvoiceContentLine) => perLine.get(line.sequenceNumber) ?? 0;
  };
  const before = sums(earlier.flatMap((allowance) => allowance.lines));
  const now = sums(lines);
  for (const { path, line } of wanted) {
    const left = Math.max(0, Number(toWhole(parseDecimal(line.amount))) - before(line));
    if (now(line) > left) throw invalidInput(`${path}.amount`, `is above what is left of this line: ${left}`);
  }
}

function checkTotal(content: InvoiceContent, draft: AllowanceDraft, earlier: readonly AllowanceDraft[]): void {
  const total = (allowance: AllowanceDraft) => allowance.netAmount + allowance.taxAmount;
  const remaining = content.amounts.totalAmount - sumOf(earlier.map(total));
  if (total(draft) > remaining)
    throw invalidInput("lines", `together are above what is left of the invoice: ${remaining}`);
}

/** Allowances that one invoice can have, the cancelled ones included: what the last place of the number tells apart. */
export const ALLOWANCES_MAX = 35;

/**
 * Number of an invoice's n-th allowance, counted from 1: invoice number, period, one place of 1-9 A-Z. Unique per seller, since invoice
 * numbers come back in later years only; 16 characters, the most that G0401 allows.
 */
export function allowanceNumber(invoice: { number: string; period: string }, ordinal: number): string {
  if (ordinal < 1 || ordinal > ALLOWANCES_MAX) throw new RangeError(`an invoice has 1 to ${ALLOWANCES_MAX} allowances`);
  return `${invoice.number}${invoice.period}${ordinal.toString(36).toUpperCase()}`;
}
