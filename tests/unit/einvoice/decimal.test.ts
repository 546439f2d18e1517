import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  divideHalfUp,
  formatDecimal,
  isWhole,
  multiply,
  parseDecimal,
  toWhole,
} from "../../../src/einvoice/rules/decimal.ts";

describe("decimals of seven fraction digits", () => {
  test.each<[number | string, bigint, string]>([
    [0, 0n, "0"],
    [12, 120_000_000n, "12"],
    [-3, -30_000_000n, "-3"],
    [0.5, 5_000_000n, "0.5"],
    [1.25, 12_500_000n, "1.25"],
    ["1", 10_000_000n, "1"],
    ["1.50", 15_000_000n, "1.5"],
    ["-1.5", -15_000_000n, "-1.5"],
    ["-0.0000001", -1n, "-0.0000001"],
    ["305.6666667", 3_056_666_667n, "305.6666667"],
    ["007.0100000", 70_100_000n, "7.01"],
    ["9999999999999", 99_999_999_999_990_000_000n, "9999999999999"],
  ])("%p is %p ten-millionths, written %p", (given, exact, written) => {
    expect(parseDecimal(given)).toBe(exact);
    expect(formatDecimal(exact)).toBe(written);
  });

  test.each(["", "-", ".5", "1.", "1.12345678", "x1", "1x", " 1", "1 ", "1,000", "--1", "1e3", "1.5.2", "+1"])(
    "%j is no decimal",
    (text) => {
      expect(() => parseDecimal(text)).toThrow("not a decimal");
    },
  );

  test("property: writing and reading are inverse", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (value) => {
        expect(parseDecimal(formatDecimal(value))).toBe(value);
        expect(isWhole(value)).toBe(!formatDecimal(value).includes("."));
      }),
    );
  });
});

describe("rounding", () => {
  test("halves go away from zero, on both sides of it", () => {
    expect([5n, -5n, 4n, -4n, 15n, -15n, 0n].map((value) => divideHalfUp(value, 10n))).toEqual([
      ...[1n, -1n, 0n, 0n, 2n, -2n, 0n],
    ]);
    expect(toWhole(parseDecimal("-2.5"))).toBe(-3n);
    expect(toWhole(parseDecimal("2.4999999"))).toBe(2n);
    expect(multiply(parseDecimal("-0.5"), parseDecimal("0.0000001"))).toBe(-1n);
    expect(multiply(parseDecimal("1.5"), parseDecimal("-2"))).toBe(parseDecimal("-3"));
  });
});
