import { expect, test } from "bun:test";
import fc from "fast-check";
import { countNumbers, eightDigits, unusedNumbers } from "../../../src/einvoice/rules/unused-numbers.ts";

test("touching ranges are put together, used up ones leave nothing, tracks stand apart", () => {
  const found = unusedNumbers([
    { prefix: "BB", nextNumber: 100, rangeEnd: 149 },
    { prefix: "AA", nextNumber: 50, rangeEnd: 49 },
    { prefix: "AA", nextNumber: 60, rangeEnd: 99 },
    { prefix: "AA", nextNumber: 100, rangeEnd: 149 },
    { prefix: "AA", nextNumber: 200, rangeEnd: 249 },
    { prefix: "CC", nextNumber: 50, rangeEnd: 49 },
  ]);
  expect([...found]).toEqual([
    [
      "AA",
      [
        [60, 149],
        [200, 249],
      ],
    ],
    ["BB", [[100, 149]]],
    ["CC", []],
  ]);
});

test("ranges are put together in whatever order they come", () => {
  const ranges = [150, 0, 100, 50].map((begin) => ({ prefix: "AA", nextNumber: begin, rangeEnd: begin + 49 }));
  expect(unusedNumbers(ranges).get("AA")).toEqual([[0, 199]]);
});

test("a number of seven digits or fewer is filled with zeros", () => {
  expect([0, 1_234_567, 99_999_999].map(eightDigits)).toEqual(["00000000", "01234567", "99999999"]);
});

test("property: used and unused together are all", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }), (used) => {
      const ranges = used.map((count, index) => ({
        prefix: "AA",
        nextNumber: index * 50 + count,
        rangeEnd: index * 50 + 49,
      }));
      const unused = countNumbers(unusedNumbers(ranges).get("AA") ?? []);
      expect(unused + used.reduce((total, count) => total + count, 0)).toBe(used.length * 50);
    }),
  );
});
