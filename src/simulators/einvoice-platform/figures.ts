const FRACTION = 7;
/** One unit in the scale of all figures: ten-millionths. */
export const UNIT = 10n ** BigInt(FRACTION);

/** A decimal(20,7) as ten-millionths, or `undefined` when the text is none. */
export function readFigure(text: string): bigint | undefined {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,7}))?$/.exec(text);
  if (!match) return undefined;
  const value = BigInt(match[2] ?? "0") * UNIT + BigInt((match[3] ?? "").padEnd(FRACTION, "0"));
  return match[1] ? -value : value;
}

/** Whole NT$, or `undefined`. */
export function readWhole(text: string): bigint | undefined {
  return /^\d{1,12}$/.test(text) ? BigInt(text) : undefined;
}

/** Whether a whole amount is the figure rounded half up. */
export function isRounded(whole: bigint, figure: bigint): boolean {
  const difference = figure - whole * UNIT;
  return difference >= -UNIT / 2n && difference < UNIT / 2n;
}

/** Whether amount is quantity × price, the price being exact to its seventh decimal only. */
export function isProduct(quantity: bigint, price: bigint, amount: bigint): boolean {
  const error = quantity * price - amount * UNIT;
  const allowed = (quantity < 0n ? -quantity : quantity) / 2n + UNIT / 2n + 1n;
  return error <= allowed && error >= -allowed;
}

const UBN_WEIGHTS = [1, 2, 1, 2, 1, 2, 4, 1];
const SEVENTH = 6;

/** Checksum of the tax id, modulus 5. A 7 in the seventh place gives 4 × 7 = 28, 2 + 8 = 10, which counts as 1 or as 0. */
export function isUbn(text: string): boolean {
  if (!/^\d{8}$/.test(text) || /^0+$/.test(text)) return false;
  const isSeven = text.charAt(SEVENTH) === "7";
  const sum = UBN_WEIGHTS.reduce((total, weight, index) => {
    if (isSeven && index === SEVENTH) return total;
    const product = weight * Number(text.charAt(index));
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 5 === 0 || (isSeven && (sum + 1) % 5 === 0);
}
