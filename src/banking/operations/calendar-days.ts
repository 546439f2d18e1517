import { invalidInput } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { taiwanHolidays } from "../rules/calendar/taiwan-holidays.ts";
import { ALL_BANKS, type CalendarDayRow, listCalendarDays, writeCalendarDay } from "../store/calendar-days.ts";
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

/** Built-in holidays and what was decided here, by day; what was decided stands beside the built-in entry that it replaces. */
export function createListCalendarDays(deps: BankingDependencies) {
  return async ({ bank, from, to }: Input<"listCalendarDays">): Promise<Output<"listCalendarDays">> => {
    if (Date.parse(to) - Date.parse(from) > DAYS_MAX * 86_400_000) {
      throw invalidInput("to", `must be at most ${DAYS_MAX} days after from`);
    }
    const builtIn = Object.entries(taiwanHolidays)
      .filter(([day]) => day >= from && day <= to)
      .map(([day, note]) => ({
        bank: ALL_BANKS,
        day,
        kind: "closed" as const,
        cutoffTime: null,
        note,
        decidedBy: "built_in",
      }));
    const decided = (await listCalendarDays(deps.db, { bank, from, to })).map(viewDay);
    const items = [...builtIn, ...decided].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
    return { items, nextCursor: null };
  };
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
