import { invalidInput } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { type CalendarYear, createHolidays } from "../rules/calendar/holidays.ts";
import { builtInYears } from "../rules/calendar/taiwan-holidays.ts";
import {
  ALL_BANKS,
  type CalendarDayRow,
  listCalendarDays,
  listCalendarYears,
  writeCalendarDay,
} from "../store/calendar-days.ts";
import type { Input, Output } from "./batch-view.ts";

const DAYS_MAX = 800;

const viewDay = ({ bankCode, day, kind, cutoffTime, note, decidedBy }: CalendarDayRow) => ({
  bank: bankCode,
  day,
  kind,
  cutoffTime,
  note,
  decidedBy,
});

/** The holidays of the years that are known and what was decided here, by day; what was decided stands beside the holiday that it replaces. */
export function createListCalendarDays(deps: BankingDependencies) {
  return async ({ bank, from, to }: Input<"listCalendarDays">): Promise<Output<"listCalendarDays">> => {
    if (Date.parse(to) - Date.parse(from) > DAYS_MAX * 86_400_000) {
      throw invalidInput("to", `must be at most ${DAYS_MAX} days after from`);
    }
    const [imported, decided] = await Promise.all([
      listCalendarYears(deps.db),
      listCalendarDays(deps.db, { bank, from, to }),
    ]);
    const years = new Map([
      ...[...builtInYears].map(([year, days]) => [year, { days, decidedBy: "built_in" }] as const),
      ...imported.map(({ year, days, importedBy }) => [year, { days, decidedBy: importedBy }] as const),
    ]);
    const holidays = [...years.values()]
      .flatMap(({ days, decidedBy }) => viewYear(days, decidedBy))
      .filter(({ day }) => day >= from && day <= to);
    const items = [...holidays, ...decided.map(viewDay)].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
    const { knownUntil } = createHolidays(new Map(imported.map(({ year, days }) => [year, days])));
    return { items, nextCursor: null, knownUntil };
  };
}

function viewYear({ closed, open }: CalendarYear, decidedBy: string) {
  const view = (days: CalendarYear["closed"], kind: "closed" | "open") =>
    Object.entries(days).map(([day, note]) => ({ bank: ALL_BANKS, day, kind, cutoffTime: null, note, decidedBy }));
  return [...view(closed, "closed"), ...view(open, "open")];
}

/** Decides about a day, e.g. the evening before a typhoon; the latest decision for a bank and a day holds. */
export function createSetCalendarDay(deps: BankingDependencies) {
  return async (input: Input<"setCalendarDay">, decidedBy: string): Promise<Output<"setCalendarDay">> => {
    const { bank, day, kind, cutoffTime, note } = input;
    if (kind === "early_cutoff" && cutoffTime === undefined) {
      throw invalidInput("cutoffTime", "is needed for an early cut-off, HH:MM");
    }
    if (bank !== ALL_BANKS) await deps.banks.find(bank);
    const updatedAt = deps.clock.now();
    const row = { bankCode: bank, day, kind, cutoffTime: kind === "early_cutoff" ? (cutoffTime ?? null) : null };
    return viewDay(await writeCalendarDay(deps.db, { ...row, note, decidedBy, updatedAt }));
  };
}
