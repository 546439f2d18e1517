import { describe, expect, test } from "bun:test";
import { type CalendarEntry, createBankingCalendar } from "../../../../src/banking/rules/calendar/banking-calendar.ts";

const entries = (list: [string, CalendarEntry["kind"], string?][]) =>
  new Map(list.map(([day, kind, cutoffTime]) => [day, { kind, cutoffTime: cutoffTime ?? null }]));

describe("the banking calendar", () => {
  const plain = createBankingCalendar(new Map(), "15:30");

  test.each([
    ["2026-02-13", true],
    ["2026-02-14", false],
    ["2026-02-17", false],
    ["2026-02-27", false],
    ["2026-05-01", false],
    ["2026-06-19", false],
    ["2026-11-24", true],
  ])("%s: a banking day: %p", (day, isOpen) => expect(plain.isBankingDay(day)).toBe(isOpen));

  test("the next banking day after Lunar New Year", () => {
    expect(plain.bankingDayAfter("2026-02-13")).toBe("2026-02-23");
    expect(plain.bankingDayAfter("2026-02-13", 2)).toBe("2026-02-24");
  });

  test("the cut-off is a Taipei time; the next one is tomorrow's when today's has passed", () => {
    expect(plain.cutoffAt("2026-11-24")?.toISOString()).toBe("2026-11-24T07:30:00.000Z");
    expect(plain.nextCutoffAt(new Date("2026-11-24T07:30:00Z"))?.toISOString()).toBe("2026-11-24T07:30:00.000Z");
    expect(plain.nextCutoffAt(new Date("2026-11-24T07:30:01Z"))?.toISOString()).toBe("2026-11-25T07:30:00.000Z");
    // Friday evening: Monday.
    expect(plain.nextCutoffAt(new Date("2026-11-27T10:00:00Z"))?.toISOString()).toBe("2026-11-30T07:30:00.000Z");
    // It is the 24th in Taipei already.
    expect(plain.nextCutoffAt(new Date("2026-11-23T16:30:00Z"))?.toISOString()).toBe("2026-11-24T07:30:00.000Z");
  });

  test("a typhoon closes a day, a make-up day opens a Saturday, an early cut-off moves one", () => {
    const decided = createBankingCalendar(
      entries([
        ["2026-11-24", "closed"],
        ["2026-11-28", "open"],
        ["2026-11-25", "early_cutoff", "11:00"],
      ]),
      "15:30",
    );
    expect(decided.cutoffAt("2026-11-24")).toBeUndefined();
    expect(decided.nextCutoffAt(new Date("2026-11-24T01:00:00Z"))?.toISOString()).toBe("2026-11-25T03:00:00.000Z");
    expect(decided.isBankingDay("2026-11-28")).toBe(true);
  });

  test("without a cut-off there is none to wait for", () => {
    expect(createBankingCalendar(new Map(), null).nextCutoffAt(new Date())).toBeUndefined();
  });
});
