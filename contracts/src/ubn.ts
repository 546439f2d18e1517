const WEIGHTS = [1, 2, 1, 2, 1, 2, 4, 1] as const;

/**
 * Whether eight digits are a valid 統一編號 (tax id): the decimal digits of digit × weight are added; the sum must be
 * divisible by 5, or the sum + 1 when the 7th digit is 7 (rule of MOF since 2023-04-01). `00000000` is not a tax id.
 * A valid number need not belong to a living business.
 */
export function isValidUbn(text: string): boolean {
  if (!/^[0-9]{8}$/.test(text) || text === "00000000") return false;
  let sum = 0;
  for (const [index, weight] of WEIGHTS.entries()) {
    const product = Number(text[index]) * weight;
    sum += Math.floor(product / 10) + (product % 10);
  }
  return sum % 5 === 0 || (text[6] === "7" && (sum + 1) % 5 === 0);
}
