import { afterAll, beforeAll, expect, test } from "bun:test";
import { dayAfter } from "../../../src/banking/rules/calendar/banking-calendar.ts";
import { describeWith } from "../../support/real-parts.ts";
import { as, type BankingProcess, type BankWorld, items, startWorld } from "./banking-kit.ts";

const clock = { now: () => new Date("2026-11-24T01:00:00Z"), sleep: async () => {} };

/** The calendar of a year in which every Monday of February is a holiday. */
function yearFile(year: number, without?: string): string {
  const lines = ["西元日期,星期,是否放假,備註"];
  for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = dayAfter(day)) {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    const isHoliday = weekday === 0 || weekday === 6 || (weekday === 1 && day.slice(5, 7) === "02");
    if (day !== without) lines.push(`${day.replaceAll("-", "")},,${isHoliday ? 2 : 0},`);
  }
  return Buffer.from(lines.join("\r\n")).toString("base64");
}

describeWith(["postgres"], "years of the banking calendar", () => {
  let world: BankWorld;
  let gateway: BankingProcess;
  beforeAll(async () => {
    world = await startWorld({ cutoffTime: "15:30" }, { clock, jobs: false });
    ({ gateway } = world);
  });
  afterAll(() => world.close());
  const clerk = () => as(gateway, "clerk");
  const importYear = (year: number, contentBase64: string) =>
    gateway.handlers.importCalendar({ year, contentBase64, makeUpDaysOpen: false }, as(gateway, "boss"));
  const create = (paymentDate: string) =>
    gateway.handlers.createBatch(
      { idempotencyKey: crypto.randomUUID(), bank: "mega", paymentDate, items: items(1) },
      clerk(),
    );
  const mega = async () =>
    (await gateway.handlers.listBanks(undefined, clerk())).items.find((each) => each.bank === "mega");

  test("a year that is not loaded is told wherever somebody might trust it; once imported, its holidays hold", async () => {
    expect((await gateway.banking.health()).banking_mega).toMatchObject({
      status: "healthy",
      detail: expect.stringContaining("2026-12-31"),
    });
    expect(await mega()).toMatchObject({ calendarKnownUntil: "2026-12-31" });
    expect(await gateway.handlers.getBankStatus({ bank: "mega" }, clerk())).toMatchObject({
      calendarKnownUntil: "2026-12-31",
    });
    expect((await create("2026-12-31")).calendarWarning).toBeNull();
    expect((await create("2027-02-08")).calendarWarning).toContain("2027");

    await expect(importYear(2027, yearFile(2027, "2027-07-01"))).rejects.toMatchObject({
      code: "invalid_input",
      options: {
        reason: "calendar_unsound",
        fields: [{ path: "contentBase64", rule: expect.stringContaining("2027-07-01") }],
      },
    });
    expect(await mega()).toMatchObject({ calendarKnownUntil: "2026-12-31" });

    // Four Mondays, and Labour Day, which is a Saturday in 2027.
    expect(await importYear(2027, yearFile(2027))).toEqual({
      year: 2027,
      closedDays: 4,
      makeUpDays: [],
      knownUntil: "2027-12-31",
    });
    await expect(create("2027-02-08")).rejects.toMatchObject({
      options: { reason: "not_banking_day", fields: [{ rule: expect.stringContaining("2027-02-09") }] },
    });
    expect((await create("2027-02-09")).calendarWarning).toBeNull();
    expect((await gateway.banking.health()).banking_mega?.detail).toBeUndefined();
    const listed = await gateway.handlers.listCalendarDays({ from: "2027-02-01", to: "2027-02-28" }, clerk());
    expect(listed).toMatchObject({ knownUntil: "2027-12-31" });
    expect(listed.items.map(({ day, decidedBy }) => [day, decidedBy])).toContainEqual(["2027-02-08", "boss"]);
  });

  test("what was decided about a day stays when its year is imported again", async () => {
    const day = { bank: "*", day: "2027-02-08", kind: "open" as const, note: "the bank works all the same" };
    await gateway.handlers.setCalendarDay(day, as(gateway, "boss"));
    await importYear(2027, yearFile(2027));
    expect((await create("2027-02-08")).status).toBe("draft");
  });
});
