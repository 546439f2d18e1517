/**
 * Divides a whole amount over weights so that the shares are whole and add up exactly: each gets its rounded-down part,
 * and what is left goes one by one to the largest remainders, the earlier weight first among equals.
 * Weights are not negative; when all are zero, all shares are zero and the amount must be zero.
 */
export function shareOut(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (amount < 0n || weights.some((weight) => weight < 0n))
    throw new RangeError("amount and weights must not be negative");
  if (total === 0n) {
    if (amount !== 0n) throw new RangeError("nothing to share an amount over");
    return weights.map(() => 0n);
  }
  const parts = weights.map((weight, index) => ({
    index,
    share: (amount * weight) / total,
    remainder: (amount * weight) % total,
  }));
  let left = amount - parts.reduce((sum, part) => sum + part.share, 0n);
  const byRemainder = [...parts].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
  );
  for (const part of byRemainder) {
    if (left === 0n) break;
    part.share += 1n;
    left -= 1n;
  }
  return parts.map((part) => part.share);
}
