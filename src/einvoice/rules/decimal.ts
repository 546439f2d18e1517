import { decimalText } from "@luckygas/gateway-client";

/** Fraction digits of every quantity, price and line amount (MIG 4.1: decimal(20,7)). */
const FRACTION_DIGITS = 7;
const SCALE = 10n ** BigInt(FRACTION_DIGITS);

/** An exact decimal with seven fraction digits, as a whole number of ten-millionths. */
export type Decimal = bigint;

/** Reads a decimal of at most seven fraction digits. Throws a `RangeError` on anything else. */
export function parseDecimal(value: number | string): Decimal {
  // Most quantities and prices are whole numbers, which need no text.
  if (Number.isSafeInteger(value)) return BigInt(value) * SCALE;
  const match = /^(-?)([0-9]+)(?:\.([0-9]{1,7}))?$/.exec(decimalText(value));
  if (!match) throw new RangeError(`not a decimal of at most ${FRACTION_DIGITS} fraction digits: ${value}`);
  const [, sign, whole, fraction] = match;
  const magnitude = BigInt(`${whole}${(fraction ?? "").padEnd(FRACTION_DIGITS, "0")}`);
  return sign === "-" ? -magnitude : magnitude;
}

/** The shortest text of a decimal: no needless zeros, no exponent. */
export function formatDecimal(value: Decimal): string {
  if (value % SCALE === 0n) return String(value / SCALE);
  const magnitude = value < 0n ? -value : value;
  const fraction = String(magnitude % SCALE)
    .padStart(FRACTION_DIGITS, "0")
    .replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${magnitude / SCALE}${fraction && `.${fraction}`}`;
}

/** `numerator / denominator` to the nearest whole, halves away from zero. The denominator is above zero. */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const quotient = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -quotient : quotient;
}

/** The product, to the nearest ten-millionth. */
export const multiply = (left: Decimal, right: Decimal): Decimal => divideHalfUp(left * right, SCALE);

/** Whole units, halves away from zero. */
export const toWhole = (value: Decimal): bigint => divideHalfUp(value, SCALE);

/** Whether the decimal has no fraction. */
export const isWhole = (value: Decimal): boolean => value % SCALE === 0n;

export const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total + value, 0n);
