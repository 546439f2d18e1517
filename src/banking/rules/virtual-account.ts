import type { VirtualAccountRule } from "@luckygas/gateway-client";

/** What a virtual account is made of. */
export interface VirtualAccountParts {
  /** Digits of the customer or bill, filled with zeros in front. */
  customer: string;
  /** Taipei day. */
  dueDate?: string | undefined;
  /** Whole NT$. */
  amount?: number | undefined;
}

export type MadeVirtualAccount = { ok: true; virtualAccount: string } | { ok: false; field: string; rule: string };

/**
 * Taishin, 14 digits: five of the company, four of the due date (last digit of the year before it, day of the year), four of
 * the bill, one check digit that also binds the amount (Business::TW::TSIB::VirtualAccount; to be confirmed by the bank).
 */
export const taishinVirtualAccount = (company: string): VirtualAccountRule => ({
  parts: [
    { kind: "literal", digits: company },
    { kind: "due_date", format: "YDDD" },
    { kind: "customer", length: 4 },
  ],
  weights: [3, 1],
  amountWeights: [5, 4, 3, 2, 3, 4, 5],
  modulus: 10,
  complement: true,
  digitwiseModulus: false,
});

/** Builds a virtual account by a bank's rule, or tells which part the rule cannot take. */
export function makeVirtualAccount(rule: VirtualAccountRule, parts: VirtualAccountParts): MadeVirtualAccount {
  let digits = "";
  for (const part of rule.parts) {
    if (part.kind === "literal") digits += part.digits;
    else if (part.kind === "customer") {
      if (parts.customer.length > part.length) return refuse("customer", `has more than ${part.length} digits`);
      digits += parts.customer.padStart(part.length, "0");
    } else {
      if (parts.dueDate === undefined) return refuse("dueDate", "is part of this bank's virtual accounts");
      digits += dueDigits(parts.dueDate, part.format);
    }
  }
  const check = checkDigit(rule, digits, parts.amount);
  return check === undefined
    ? refuse("amount", `is part of the check digit, and may have ${rule.amountWeights?.length ?? 0} digits at most`)
    : { ok: true, virtualAccount: digits + check };
}

/** Whether the number has the check digit that the rule demands of its other digits and of the amount. */
export function isVirtualAccount(rule: VirtualAccountRule, number: string, amount: number | undefined): boolean {
  return /^[0-9]{2,}$/.test(number) && checkDigit(rule, number.slice(0, -1), amount) === number.slice(-1);
}

const refuse = (field: string, rule: string): MadeVirtualAccount => ({ ok: false, field, rule });

function checkDigit(rule: VirtualAccountRule, digits: string, amount: number | undefined): string | undefined {
  const { weights, amountWeights, modulus, complement, digitwiseModulus } = rule;
  const weigh = (digit: number, weight: number) => (digitwiseModulus ? (digit * weight) % 10 : digit * weight);
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    sum += weigh(Number(digits[index]), weights[index % weights.length] ?? 0);
  }
  if (amountWeights) {
    const fromTheRight = [...String(amount ?? "")].reverse();
    if (amount === undefined || fromTheRight.length > amountWeights.length) return undefined;
    for (const [index, digit] of fromTheRight.entries()) sum += weigh(Number(digit), amountWeights[index] ?? 0);
  }
  const rest = sum % modulus;
  return String((complement ? (modulus - rest) % modulus : rest) % 10);
}

function dueDigits(day: string, format: "YDDD" | "MMDD" | "MMDDHH"): string {
  const [year = "", month = "", date = ""] = day.split("-");
  if (format === "MMDD") return month + date;
  // The last hour of the day: a bill is paid until its due date has ended.
  if (format === "MMDDHH") return `${month}${date}23`;
  const dayOfYear = (Date.parse(`${day}T00:00:00Z`) - Date.parse(`${year}-01-01T00:00:00Z`)) / 86_400_000 + 1;
  return `${(Number(year) - 1) % 10}${String(dayOfYear).padStart(3, "0")}`;
}
