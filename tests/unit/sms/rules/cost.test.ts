import { expect, test } from "bun:test";
import fc from "fast-check";
import { costOfPoints, formatMicros, parseMicros } from "../../../../src/sms/rules/cost.ts";

test("decimals are read exactly or not at all", () => {
  expect(parseMicros("0.85")).toBe(850_000n);
  expect(parseMicros("1")).toBe(1_000_000n);
  for (const bad of ["", "-1", "1.", ".5", "1e3", "1,0", "0.1234567", " 1"]) expect(parseMicros(bad)).toBeUndefined();
});

test("writing and reading are inverse", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (micros) => {
      expect(parseMicros(formatMicros(micros))).toBe(micros);
    }),
  );
});

test("points times price, without floating point", () => {
  expect(costOfPoints("3", 700_000n)).toBe(2_100_000n);
  expect(costOfPoints("1.5", 850_000n)).toBe(1_275_000n);
  expect(costOfPoints("0.000001", 500_000n)).toBe(1n);
  expect(costOfPoints("?", 1n)).toBeUndefined();
});
