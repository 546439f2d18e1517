const DECIMAL = /^(\d{1,9})(?:\.(\d{1,6}))?$/;
const SCALE = 6;

/** A non-negative decimal with at most six places as millionths; `undefined` when it is none. Exact, no floating point. */
export function parseMicros(decimal: string): bigint | undefined {
  const match = DECIMAL.exec(decimal);
  if (!match) return undefined;
  const [, whole = "", fraction = ""] = match;
  return BigInt(whole + fraction.padEnd(SCALE, "0"));
}

/** Millionths as the shortest exact decimal with at least two places: `850000n` is `0.85`. */
export function formatMicros(micros: bigint): string {
  const digits = micros.toString().padStart(SCALE + 1, "0");
  const fraction = digits.slice(-SCALE).replace(/0+$/, "").padEnd(2, "0");
  return `${digits.slice(0, -SCALE)}.${fraction}`;
}

/** Points (decimal text) × price of a point in millionths of NT$, rounded half up to millionths. */
export function costOfPoints(points: string, pricePerPointMicros: bigint): bigint | undefined {
  const pointsMicros = parseMicros(points);
  if (pointsMicros === undefined) return undefined;
  const unit = 10n ** BigInt(SCALE);
  return (pointsMicros * pricePerPointMicros + unit / 2n) / unit;
}
