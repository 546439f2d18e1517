/** Results of one variant. */
export interface Share {
  successes: number;
  total: number;
}

/** 97.5 % quantile of the normal distribution. */
export const Z_95 = 1.959963985;

/** Wilson's interval of a share at 95 %; [0, 1] when nothing is known. */
export function wilson({ successes, total }: Share): { low: number; high: number } {
  if (total === 0) return { low: 0, high: 1 };
  const share = successes / total;
  const square = Z_95 ** 2;
  const centre = (share + square / (2 * total)) / (1 + square / total);
  const half = (Z_95 / (1 + square / total)) * Math.sqrt((share * (1 - share)) / total + square / (4 * total ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/**
 * B against A, each stratum (a provider) compared within itself, pooled variance; with one stratum the usual
 * two-proportion z. `undefined` when nothing can be compared.
 */
export function stratifiedZ(strata: readonly { a: Share; b: Share }[]): number | undefined {
  let difference = 0;
  let variance = 0;
  for (const { a, b } of strata) {
    const total = a.total + b.total;
    if (a.total === 0 || b.total === 0) continue;
    const weight = (a.total * b.total) / total;
    const pooled = (a.successes + b.successes) / total;
    difference += weight * (b.successes / b.total - a.successes / a.total);
    variance += weight * pooled * (1 - pooled);
  }
  return variance === 0 ? undefined : difference / Math.sqrt(variance);
}

/** Two-sided p-value of a z. */
export function pOfZ(z: number): number {
  return upperGamma(0.5, z ** 2 / 2);
}

/** χ² of counts against the shares they should have, and its p-value. */
export function sampleRatio(counts: readonly number[], shares: readonly number[]): { chiSquare: number; p: number } {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  if (total === 0 || counts.length < 2) return { chiSquare: 0, p: 1 };
  const chiSquare = counts.reduce((sum, count, index) => {
    const expected = (total * (shares[index] ?? 0)) / whole;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
  return { chiSquare, p: upperGamma((counts.length - 1) / 2, chiSquare / 2) };
}

/** Messages per variant that tell one share from another with 95 % confidence and a power of 80 %. */
export function sampleSize(shareA: number, shareB: number): number {
  const zBeta = 0.8416212336;
  const mean = (shareA + shareB) / 2;
  const spread = Z_95 * Math.sqrt(2 * mean * (1 - mean));
  const power = zBeta * Math.sqrt(shareA * (1 - shareA) + shareB * (1 - shareB));
  return Math.ceil(((spread + power) / (shareA - shareB)) ** 2);
}

/** Probability that B's share is the larger one, from uniform priors. */
export function probabilityBetter(a: Share, b: Share): number {
  const [alphaA, betaA] = [a.successes + 1, a.total - a.successes + 1];
  const [alphaB, betaB] = [b.successes + 1, b.total - b.successes + 1];
  let sum = 0;
  for (let index = 0; index < alphaB; index += 1) {
    const log =
      logBeta(alphaA + index, betaA + betaB) -
      Math.log(betaB + index) -
      logBeta(1 + index, betaB) -
      logBeta(alphaA, betaA);
    sum += Math.exp(log);
  }
  return sum;
}

const logBeta = (a: number, b: number) => logGamma(a) + logGamma(b) - logGamma(a + b);

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;

/** ln Γ(x) for positive x (Lanczos, g = 7). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + 7.5;
  const series = LANCZOS.reduce((sum, term, index) => sum + term / (shifted + index + 1), 0.9999999999998099);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

const STEPS_MAX = 500;
const PRECISION = 1e-14;

/** Regularised upper incomplete gamma function Q(a, x): series below a + 1, continued fraction above. */
function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let step = 1; step < STEPS_MAX && term > sum * PRECISION; step += 1) {
      term *= x / (a + step);
      sum += term;
    }
    return 1 - scale * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let step = 1; step < STEPS_MAX; step += 1) {
    const numerator = -step * (step - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return scale * fraction;
}
