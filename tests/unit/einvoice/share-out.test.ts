import { expect, test } from "bun:test";
import fc from "fast-check";
import { shareOut } from "../../../src/einvoice/rules/share-out.ts";

test("what is left goes to the largest remainders, the earlier one first among equals", () => {
  expect(shareOut(10n, [1n, 1n, 1n])).toEqual([4n, 3n, 3n]);
  expect(shareOut(11n, [1n, 1n, 1n])).toEqual([4n, 4n, 3n]);
  expect(shareOut(5n, [1n, 9n, 1n, 9n])).toEqual([1n, 2n, 0n, 2n]);
  expect(shareOut(3n, [1n, 5n])).toEqual([1n, 2n]);
  expect(shareOut(3n, [5n, 1n])).toEqual([3n, 0n]);
  expect(shareOut(1n, [1n, 2n, 2n])).toEqual([0n, 1n, 0n]);
});

test("nothing is shared over nothing", () => {
  expect(shareOut(0n, [0n, 0n])).toEqual([0n, 0n]);
  expect(shareOut(0n, [])).toEqual([]);
  expect(shareOut(0n, [1n, 2n])).toEqual([0n, 0n]);
  expect(() => shareOut(1n, [0n, 0n])).toThrow("nothing to share");
  expect(() => shareOut(1n, [])).toThrow("nothing to share");
});

test("negative amounts and weights are refused", () => {
  expect(() => shareOut(-1n, [1n])).toThrow("not be negative");
  expect(() => shareOut(1n, [2n, -1n])).toThrow("not be negative");
  expect(() => shareOut(0n, [-1n, 1n])).toThrow("not be negative");
});

test("property: shares add up, none is a whole away from its exact part, and a larger weight never gets less", () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 1_000n }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10_000n }), weights, (amount, given) => {
      const total = given.reduce((sum, weight) => sum + weight, 0n);
      fc.pre(total > 0n);
      const shares = shareOut(amount, given);
      expect(shares.reduce((sum, share) => sum + share, 0n)).toBe(amount);
      for (const [index, share] of shares.entries()) {
        const error = share * total - amount * (given[index] ?? 0n);
        expect(error < total && -error < total).toBe(true);
        for (const [other, otherShare] of shares.entries()) {
          if ((given[other] ?? 0n) > (given[index] ?? 0n)) expect(otherShare >= share).toBe(true);
        }
      }
    }),
  );
});
