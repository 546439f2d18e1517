import { expect, test } from "bun:test";
import { addResults, successRate } from "../../../../src/sms/rules/success-rate.ts";

const start = new Date("2026-01-01T00:00:00Z");
const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000);

test("an untried provider stands at the prior", () => {
  expect(successRate(undefined, start)).toBe(0.8);
});

test("results move the rate and fade by half in a day", () => {
  const record = addResults(undefined, { delivered: 90, total: 100 }, start);
  expect(successRate(record, start)).toBeCloseTo(98 / 110, 10);
  expect(successRate(record, later(24))).toBeCloseTo((45 + 8) / (50 + 10), 10);
  const more = addResults(record, { delivered: 0, total: 50 }, later(24));
  expect(successRate(more, later(24))).toBeCloseTo((45 + 8) / (100 + 10), 10);
});

test("a clock that goes back does not make the past count more", () => {
  const record = addResults(undefined, { delivered: 1, total: 1 }, start);
  expect(successRate(record, later(-24))).toBeCloseTo(9 / 11, 10);
});
