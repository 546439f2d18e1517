import { describe, expect, test } from "bun:test";
import { shareOut } from "../../../src/einvoice/rules/share-out.ts";
import { netOfGross, taxOfNet } from "../../../src/einvoice/rules/tax.ts";

describe("5 % tax in whole NT$", () => {
  test.each([
    [1, 1, 0],
    [10, 10, 0],
    [11, 10, 1],
    [20, 19, 1],
    [105, 100, 5],
    [340, 324, 16],
    [1380, 1314, 66],
  ])("gross %p has net %p and tax %p", (gross, net, tax) => {
    expect(netOfGross(gross)).toBe(net);
    expect(gross - netOfGross(gross)).toBe(tax);
  });

  test.each([
    [9, 0],
    [10, 1],
    [30, 2],
    [50, 3],
    [90, 5],
    [130, 7],
    [1314, 66],
  ])("net %p has tax %p", (net, tax) => {
    expect(taxOfNet(net)).toBe(tax);
  });

  test("both directions are the nearest dollar for every amount up to 2,000,000", () => {
    for (let amount = 0; amount <= 2_000_000; amount += 1) {
      // Nearest without division: twice the error is at most the divisor, and a half goes up.
      const taxError = 100 * taxOfNet(amount) - 5 * amount;
      const netError = 105 * netOfGross(amount) - 100 * amount;
      if (taxError > 50 || taxError <= -50) throw new Error(`tax of net ${amount}`);
      if (netError > 52 || netError < -52) throw new Error(`net of gross ${amount}`);
    }
  });

  test("the greatest amount is 999,999,999,999", () => {
    expect(taxOfNet(999_999_999_999)).toBe(50_000_000_000);
    expect(netOfGross(999_999_999_999)).toBe(952_380_952_380);
    expect(() => taxOfNet(1_000_000_000_000)).toThrow(RangeError);
    expect(() => netOfGross(1_000_000_000_000)).toThrow(RangeError);
  });

  test("an amount that is no whole NT$ is refused", () => {
    for (const wrong of [-1, 0.5, Number.NaN, 1e15]) {
      expect(() => taxOfNet(wrong)).toThrow(RangeError);
      expect(() => netOfGross(wrong)).toThrow(RangeError);
    }
  });
});

test("allowance of 33 + 33: tax 3 is spread as 2 + 1", () => {
  expect(taxOfNet(66)).toBe(3);
  expect(shareOut(3n, [33n, 33n])).toEqual([2n, 1n]);
});
