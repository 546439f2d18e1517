import { expect, test } from "bun:test";
import {
  pOfZ,
  probabilityBetter,
  sampleRatio,
  sampleSize,
  stratifiedZ,
  wilson,
} from "../../../src/sms/rules/statistics.ts";

const share = (successes: number, total: number) => ({ successes, total });

test.each([
  [480, 500, 0.939026, 0.973959],
  [450, 500, 0.870578, 0.923322],
  [0, 10, 0, 0.277533],
  [10, 10, 0.722467, 1],
  [97, 100, 0.915481, 0.989745],
])("Wilson's interval of %p in %p is %p to %p", (successes, total, low, high) => {
  const interval = wilson(share(successes, total));
  expect(interval.low).toBeCloseTo(low, 6);
  expect(interval.high).toBeCloseTo(high, 6);
});

test.each([
  [share(480, 500), share(450, 500), -3.71818, 0.000201],
  [share(940, 1000), share(960, 1000), 2.05196, 0.040174],
  [share(95, 100), share(97, 100), 0.72169, 0.470486],
])("two proportions %p, %p: z %p, p %p", (a, b, z, p) => {
  const found = stratifiedZ([{ a, b }]);
  expect(found).toBeCloseTo(z, 5);
  expect(pOfZ(found ?? 0)).toBeCloseTo(p, 6);
});

test.each([
  [share(940, 1000), share(960, 1000), 0.979677],
  [share(480, 500), share(450, 500), 0.00009],
])("probability that B is better: %p, %p: %p", (a, b, probability) => {
  expect(probabilityBetter(a, b)).toBeCloseTo(probability, 5);
});

test.each([
  [5000, 5000, 0, 1],
  [5100, 4900, 4, 0.0455],
  [5200, 4800, 16, 0.000063],
])("sample ratio %p to %p: χ² %p, p %p", (a, b, chiSquare, p) => {
  const found = sampleRatio([a, b], [50, 50]);
  expect(found.chiSquare).toBeCloseTo(chiSquare, 9);
  expect(found.p).toBeCloseTo(p, 6);
});

test.each([
  [0.94, 0.96, 1863],
  [0.95, 0.96, 6745],
  [0.9, 0.95, 435],
])("sample size for %p against %p is %p", (a, b, size) => {
  expect(sampleSize(a, b)).toBe(size);
});
