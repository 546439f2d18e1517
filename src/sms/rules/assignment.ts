import { createHash } from "node:crypto";

export interface WeightedVariant {
  variant: string;
  /** Share beside the others; 0: nobody. */
  weight: number;
}

/** A number in [0, 1) that is always the same for a recipient (E.164) in an experiment: the first eight bytes of SHA-256. */
export function positionOf(experiment: string, recipient: string): number {
  const digest = createHash("sha256").update(`${experiment}:${recipient}`).digest();
  return Number(digest.readBigUInt64BE(0)) / 2 ** 64;
}

/**
 * The variant a recipient gets: the variants, in the order of their names, own consecutive parts of [0, 1) as large as
 * their share of the weights. Sticky without any memory. `undefined` when no variant has a weight.
 */
export function assignVariant<V extends WeightedVariant>(
  experiment: string,
  recipient: string,
  variants: readonly V[],
): V | undefined {
  const weighted = variants.filter(({ weight }) => weight > 0).sort((a, b) => (a.variant < b.variant ? -1 : 1));
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  const position = positionOf(experiment, recipient) * total;
  let end = 0;
  for (const one of weighted) {
    end += one.weight;
    if (position < end) return one;
  }
  return weighted.at(-1);
}
