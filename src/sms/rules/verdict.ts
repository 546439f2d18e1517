import { pOfZ, type Share, sampleRatio, stratifiedZ } from "./statistics.ts";

/** A variant's results among the first planned messages. */
export interface VariantResults {
  variant: string;
  weight: number;
  /** Recipients it was drawn for, over the whole experiment. */
  assigned: number;
  /** By provider: those of the first planned messages that have ended. */
  ended: ReadonlyMap<string, Share>;
  /** Of the first planned messages, whether ended or not. */
  counted: number;
  /** Of those, not ended yet. */
  pending: number;
}

export interface Comparison {
  a: string;
  b: string;
  z: number | null;
  p: number | null;
}

export interface Verdict {
  state: "running" | "sample_ratio_mismatch" | "no_difference" | "winner";
  winner: string | null;
  reason: string;
  comparisons: Comparison[];
  sampleRatio: { chiSquare: number; p: number };
}

/**
 * False winners in at most this share of experiments without a difference, over all pairs. A little below 5 %, because the
 * normal approximation errs on either side.
 */
const ALPHA = 0.04;
/** Below this, the split itself is broken, and so is everything computed from it. */
const RATIO_P_MIN = 0.001;

/**
 * What an experiment says. It is judged on the first planned messages of each variant and only once all of them have ended,
 * so that looking often changes nothing. Providers differ more than texts do: each is compared within itself.
 */
export function judge(variants: readonly VariantResults[], plannedPerVariant: number): Verdict {
  const ratio = sampleRatio(
    variants.map(({ assigned }) => assigned),
    variants.map(({ weight }) => weight),
  );
  const comparisons = pairs(variants).map(([a, b]) => compare(a, b));
  const verdict = (state: Verdict["state"], reason: string, winner: string | null = null): Verdict => ({
    ...{ state, winner, reason, comparisons, sampleRatio: ratio },
  });
  if (variants.length < 2) return verdict("running", "fewer than two variants have a weight");
  if (ratio.p < RATIO_P_MIN)
    return verdict("sample_ratio_mismatch", "the variants were not drawn as their weights say");
  if (variants.some(({ counted }) => counted < plannedPerVariant)) {
    return verdict("running", `a variant has fewer than the planned ${plannedPerVariant} messages`);
  }
  if (variants.some(({ pending }) => pending > 0)) return verdict("running", "not all planned messages have ended");
  const winner = winnerOf(variants, comparisons);
  if (winner === undefined) return verdict("no_difference", "no variant differs from all others beyond chance");
  return verdict("winner", `${winner} was delivered more often than every other variant`, winner);
}

/** The variant that is better in all its comparisons. */
function winnerOf(variants: readonly VariantResults[], comparisons: readonly Comparison[]): string | undefined {
  const alpha = ALPHA / comparisons.length;
  const better = comparisons.map((comparison) => betterOf(comparison, alpha));
  const wins = (name: string) => better.filter((one) => one === name).length;
  return variants.map(({ variant }) => variant).find((name) => wins(name) === variants.length - 1);
}

function betterOf({ a, b, z, p }: Comparison, alpha: number): string | undefined {
  if (p === null || p >= alpha) return undefined;
  return (z ?? 0) > 0 ? b : a;
}

function compare(a: VariantResults, b: VariantResults): Comparison {
  const providers = [...new Set([...a.ended.keys(), ...b.ended.keys()])];
  const none: Share = { successes: 0, total: 0 };
  const z = stratifiedZ(providers.map((name) => ({ a: a.ended.get(name) ?? none, b: b.ended.get(name) ?? none })));
  return { a: a.variant, b: b.variant, z: z ?? null, p: z === undefined ? null : pOfZ(z) };
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, index) => items.slice(index + 1).map((b): [T, T] => [a, b]));
}
