import { describe, expect, test } from "bun:test";
import { createBankingCalendar, dayAfter } from "../../../../src/banking/rules/calendar/banking-calendar.ts";
import { readGovernmentCalendar } from "../../../../src/banking/rules/calendar/government-calendar.ts";
import { calendarWarning, createHolidays } from "../../../../src/banking/rules/calendar/holidays.ts";
import { encodeBig5 } from "../../../../src/platform/big5.ts";

const WEEKDAYS = [..."日一二三四五六"];
const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();

/** Every day of a year, with the marks of the government's file. */
function daysOf(year: number, special: Record<string, [mark: string, note: string]> = {}) {
  const rows: { day: string; mark: string; note: string }[] = [];
  for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = dayAfter(day)) {
    const [mark, note] = special[day] ?? [[0, 6].includes(weekday(day)) ? "2" : "0", ""];
    rows.push({ day, mark, note });
  }
  return rows;
}

const csv = (rows: ReturnType<typeof daysOf>, end = "\r\n") =>
  [
    "西元日期,星期,是否放假,備註",
    ...rows.map(({ day, mark, note }) => `${day.replaceAll("-", "")},${WEEKDAYS[weekday(day)]},${mark},${note}`),
  ].join(end);

const rows = daysOf(2027, {
  "2027-01-01": ["2", "開國紀念日"],
  "2027-02-08": ["2", "春節"],
  "2027-02-20": ["0", "補行上班"],
});
const read = (bytes: Uint8Array, makeUpDaysOpen = false) => readGovernmentCalendar(bytes, 2027, { makeUpDaysOpen });
const utf8 = (text: string) => new TextEncoder().encode(text);

describe("the government's calendar of a year", () => {
  const expected = {
    ok: true as const,
    year: { closed: { "2027-01-01": "開國紀念日", "2027-02-08": "春節" }, open: {} },
    makeUpDays: ["2027-02-20"],
  };

  test("CSV in UTF-8 with and without a byte order mark, in Big5, and JSON are read alike", () => {
    expect(read(utf8(`\ufeff${csv(rows)}\r\n`))).toEqual(expected);
    expect(read(utf8(csv(rows, "\n")))).toEqual(expected);
    const big5 = csv(rows, "\n")
      .split("\n")
      .map((line) => {
        const encoded = encodeBig5(line);
        if (!encoded.ok) throw new Error("not Big5");
        return Buffer.from(encoded.bytes);
      });
    expect(read(Buffer.concat(big5.flatMap((line) => [line, Buffer.from("\r\n")])))).toEqual(expected);
    const json = rows.map(({ day, mark, note }) => ({
      date: day.replaceAll("-", ""),
      isHoliday: mark === "2",
      description: note,
    }));
    expect(read(utf8(JSON.stringify(json)))).toEqual(expected);
  });

  test("make-up Saturdays are banking days only where that is said", () => {
    const saturday = "2027-02-20";
    const calendarOf = (makeUpDaysOpen: boolean) => {
      const file = read(utf8(csv(rows)), makeUpDaysOpen);
      if (!file.ok) throw new Error(file.problems.join());
      return createBankingCalendar(new Map(), "15:30", createHolidays(new Map([[2027, file.year]])));
    };
    expect(calendarOf(false).isBankingDay(saturday)).toBe(false);
    expect(calendarOf(true).isBankingDay(saturday)).toBe(true);
    expect(calendarOf(true).isBankingDay("2027-02-08")).toBe(false);
    expect(calendarOf(true).isBankingDay("2027-02-09")).toBe(true);
  });

  test("Labour Day is closed for banks whatever offices do", () => {
    const file = readGovernmentCalendar(utf8(csv(daysOf(2028, { "2028-02-28": ["2", "和平紀念日"] }))), 2028, {
      makeUpDaysOpen: false,
    });
    expect(file).toMatchObject({ ok: true, year: { closed: { "2028-05-01": "勞動節" } } });
  });

  test.each([
    ["a day that is missing", csv(rows.filter(({ day }) => day !== "2027-03-01")), "2027-03-01 is missing"],
    ["a day that stands twice", csv([...rows, ...rows.slice(0, 1)]), "2027-01-01 stands twice"],
    ["a mark that says nothing", csv(rows).replace("20270104,一,0", "20270104,一,1"), "line 5"],
    ["a date that does not exist", csv(rows).replace("20270301", "20270230"), "line 61"],
    ["a year without a holiday", csv(daysOf(2027)), "no holiday"],
    ["another year", csv(daysOf(2026)), "has no day of 2027"],
    ["another file", "<html>not found</html>", "是否放假"],
    ["broken JSON", "[{", "neither"],
    ["nothing", "", "是否放假"],
  ])("%s is refused with its place", (_name, text, problem) => {
    const file = read(utf8(text));
    expect(file.ok ? [] : file.problems[0]).toContain(problem);
  });
});

describe("what is known of the years", () => {
  const year = { closed: {}, open: {} };

  test("is told until the first gap", () => {
    expect(createHolidays().knownUntil).toBe("2026-12-31");
    expect(createHolidays(new Map([[2028, year]])).knownUntil).toBe("2026-12-31");
    expect(
      createHolidays(
        new Map([
          [2027, year],
          [2028, year],
        ]),
      ).knownUntil,
    ).toBe("2028-12-31");
  });

  test("a day of a year that is not known is warned of", () => {
    expect(calendarWarning(createHolidays(), "2026-12-31")).toBeNull();
    expect(calendarWarning(createHolidays(), "2027-01-04")).toContain("holidays of 2027 are not loaded");
    expect(calendarWarning(createHolidays(new Map([[2027, year]])), "2027-01-04")).toBeNull();
  });

  test("an imported year takes the place of the built-in one", () => {
    expect(createHolidays().on("2026-06-19")?.kind).toBe("closed");
    expect(createHolidays(new Map([[2026, year]])).on("2026-06-19")).toBeUndefined();
  });
});
