import type { CalendarDayKind } from "@luckygas/gateway-client";
import { taipeiDate, taipeiInstant } from "../../../platform/taipei-time.ts";
import { createHolidays, type Holidays } from "./holidays.ts";

/** What was decided about a day. */
export interface CalendarEntry {
  kind: CalendarDayKind;
  /** `HH:MM`, for `early_cutoff`. */
  cutoffTime: string | null;
}

/** The banking days of one bank: weekends, the holidays of the years that are known, and first what was decided about a day. */
export interface BankingCalendar {
  isBankingDay(day: string): boolean;
  /** The next banking day after `day`; moves on by `count`. */
  bankingDayAfter(day: string, count?: number): string;
  /** The last instant at which files for a payment on this day are taken; `undefined` when there is no cut-off or no banking day. */
  cutoffAt(day: string): Date | undefined;
  /** The next cut-off that has not passed; `undefined` when the bank has none. */
  nextCutoffAt(now: Date): Date | undefined;
}

const DAY_MS = 86_400_000;
/** Longer than any run of holidays. */
const DAYS_SEARCHED_MAX = 60;

export const dayAfter = (day: string, count = 1): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);

const isWeekend = (day: string) => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

export function createBankingCalendar(
  entries: ReadonlyMap<string, CalendarEntry>,
  cutoffTime: string | null,
  holidays: Holidays = createHolidays(),
): BankingCalendar {
  const isBankingDay = (day: string) => {
    const entry = entries.get(day);
    if (entry) return entry.kind !== "closed";
    const special = holidays.on(day)?.kind;
    return special === "open" || (special !== "closed" && !isWeekend(day));
  };
  const cutoffAt = (day: string) => {
    if (cutoffTime === null || !isBankingDay(day)) return undefined;
    const entry = entries.get(day);
    return taipeiInstant(day, entry?.kind === "early_cutoff" ? (entry.cutoffTime ?? cutoffTime) : cutoffTime);
  };
  return {
    isBankingDay,
    cutoffAt,
    bankingDayAfter: (day, count = 1) => {
      let found = day;
      for (let step = 0; step < count; step += 1) found = firstBankingDay(dayAfter(found), isBankingDay);
      return found;
    },
    nextCutoffAt: (now) => {
      if (cutoffTime === null) return undefined;
      let day = firstBankingDay(taipeiDate(now), isBankingDay);
      const today = cutoffAt(day);
      if (today && today >= now) return today;
      day = firstBankingDay(dayAfter(day), isBankingDay);
      return cutoffAt(day);
    },
  };
}

function firstBankingDay(from: string, isBankingDay: (day: string) => boolean): string {
  let day = from;
  for (let step = 0; step < DAYS_SEARCHED_MAX; step += 1) {
    if (isBankingDay(day)) return day;
    day = dayAfter(day);
  }
  throw new RangeError(`no banking day within ${DAYS_SEARCHED_MAX} days of ${from}`);
}
