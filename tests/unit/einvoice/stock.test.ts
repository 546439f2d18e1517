import { describe, expect, test } from "bun:test";
import { averageUsePerHour, hoursLeft, stockConcern } from "../../../src/einvoice/rules/stock.ts";

const stock = (left: number, total = 1_000) => ({ left, total, hasRange: total > 0 });
const PLENTY = stock(1_000);
const at = (instant: string) => new Date(instant);
const MID_PERIOD = at("2025-01-20T04:00:00Z");

describe("the watch over numbers", () => {
  test.each([
    ["enough of everything", MID_PERIOD, stock(500), PLENTY, 1, undefined],
    ["no range at all", MID_PERIOD, stock(0, 0), PLENTY, 1, "no number range for the present period"],
    ["none left", MID_PERIOD, stock(0), PLENTY, 1, "no invoice numbers are left"],
    ["47 hours left", MID_PERIOD, stock(470), PLENTY, 10, "last about 47 hours"],
    ["48 hours left", MID_PERIOD, stock(480), PLENTY, 10, undefined],
    ["10 % left", MID_PERIOD, stock(100), PLENTY, 0.01, "at most 10 %"],
    ["more than 10 % left", MID_PERIOD, stock(101), PLENTY, 0.01, undefined],
    ["20 hours left and the period ends in 10", at("2025-02-28T06:00:00Z"), stock(200), PLENTY, 10, undefined],
    ["no next range on the 24th", at("2025-02-24T15:59:59Z"), stock(500), stock(0, 0), 0, undefined],
    ["no next range on the 25th", at("2025-02-24T16:00:00Z"), stock(500), stock(0, 0), 0, "next period 11404"],
    ["no next range on the 25th of the odd month", at("2025-01-25T16:00:00Z"), stock(500), stock(0, 0), 0, undefined],
  ])("%s", (_what, now, present, next, usedPerHour, expected) => {
    const concern = stockConcern(now, present, next, usedPerHour);
    if (expected === undefined) expect(concern).toBeUndefined();
    else expect(concern).toContain(expected);
  });

  test("the average counts from the turn of the period in Taipei", () => {
    expect(averageUsePerHour(stock(900), at("2025-01-01T02:00:00Z"))).toBe(10);
    expect(hoursLeft(stock(900), 10)).toBe(90);
    expect(hoursLeft(stock(900), 0)).toBe(Number.POSITIVE_INFINITY);
    expect(hoursLeft(stock(0), 0)).toBe(Number.POSITIVE_INFINITY);
  });
});
