import { describe, expect, test } from "bun:test";
import {
  nextPeriod,
  periodOf,
  periodOfYearMonth,
  periodStart,
  periodText,
  yearMonthsOf,
} from "../../../src/einvoice/rules/period.ts";

describe("invoice period (期別)", () => {
  test.each([
    ["202501", "11402"],
    ["202502", "11402"],
    ["202412", "11312"],
    ["202607", "11508"],
    ["200912", "09812"],
  ])("%p belongs to %p", (yearMonth, period) => {
    expect(periodOfYearMonth(yearMonth)).toBe(period);
    expect(yearMonthsOf(period)).toContain(yearMonth);
  });

  test("begins at 00:00 in Taipei, not in UTC", () => {
    expect(periodOf(new Date("2024-12-31T15:59:59.999Z"))).toBe("11312");
    expect(periodOf(new Date("2024-12-31T16:00:00.000Z"))).toBe("11402");
    expect(periodStart("11402").toISOString()).toBe("2024-12-31T16:00:00.000Z");
    expect(periodOf(new Date("2025-02-28T15:59:59.999Z"))).toBe("11402");
    expect(periodOf(new Date("2025-02-28T16:00:00.000Z"))).toBe("11404");
  });

  test("words and order", () => {
    expect(periodText("11402")).toBe("114年01-02月");
    expect(periodText("11312")).toBe("113年11-12月");
    expect(nextPeriod("11402")).toBe("11404");
    expect(nextPeriod("11312")).toBe("11402");
  });

  test.each(["11401", "114", "1140202", "11414", "011402", "11402 ", "x11402"])("%p is no period", (text) => {
    expect(() => yearMonthsOf(text)).toThrow(RangeError);
  });

  test.each(["202513", "202500", "2025", "abcdef", "2025011", "1202501", " 202501", "202501x"])(
    "%p is no month",
    (text) => {
      expect(() => periodOfYearMonth(text)).toThrow(RangeError);
    },
  );
});
