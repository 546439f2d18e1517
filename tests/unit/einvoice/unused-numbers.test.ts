import { expect, test } from "bun:test";
import fc from "fast-check";
import { countNumbers, unusedNumbers } from "../../../src/einvoice/rules/unused-numbers.ts";

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
