/**
 * Business tax of 5 % in whole NT$, rounded half up once per invoice, with integers only (統一發票使用辦法; MOF QR
 * specification v1.8, example 340 → 324). Banker's rounding would be wrong: net 50 has tax 3.
 */
const AMOUNT_MAX = 999_999_999_999;

function assertAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0 || amount > AMOUNT_MAX)
    throw new RangeError(`not an amount in whole NT$: ${amount}`);
}

/** The tax on a net amount. */
export function taxOfNet(net: number): number {
  assertAmount(net);
  return Math.floor((net * 5 + 50) / 100);
}

/** The net amount within a gross amount; the tax is the rest. A tie cannot occur, since 40 × gross + 21 is odd. */
export function netOfGross(gross: number): number {
  assertAmount(gross);
  return Math.floor((gross * 40 + 21) / 42);
}
