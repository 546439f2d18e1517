import { builtInYears } from "./taiwan-holidays.ts";

/** What is special in one year for all banks, by day (`YYYY-MM-DD`), with the reason. */
export interface CalendarYear {
  /** Working days of the week on which banks are closed. */
  closed: Readonly<Record<string, string>>;
  /** Saturdays and Sundays on which banks work. */
  open: Readonly<Record<string, string>>;
}

/** The years whose holidays are known: built in, or imported in their place. */
export interface Holidays {
  on(day: string): { kind: "closed" | "open"; note: string } | undefined;
  /** Whether the holidays of the day's year are known; otherwise it has weekends alone. */
  knows(day: string): boolean;
  /** The last day up to which every year is known. */
  knownUntil: string;
}

const yearOf = (day: string) => Number(day.slice(0, 4));

export function createHolidays(imported: ReadonlyMap<number, CalendarYear> = new Map()): Holidays {
  const years = new Map([...builtInYears, ...imported]);
  let last = Math.min(...years.keys());
  while (years.has(last + 1)) last += 1;
  return {
    on: (day) => {
      const year = years.get(yearOf(day));
      const closed = year?.closed[day];
      if (closed !== undefined) return { kind: "closed", note: closed };
      const open = year?.open[day];
      return open === undefined ? undefined : { kind: "open", note: open };
    },
    knows: (day) => years.has(yearOf(day)),
    knownUntil: `${last}-12-31`,
  };
}

/** What a caller must know of an answer about a day whose year is not known; `null` when it is. */
export const calendarWarning = (holidays: Holidays, day: string): string | null =>
  holidays.knows(day)
    ? null
    : `the holidays of ${yearOf(day)} are not loaded (known until ${holidays.knownUntil}), so only weekends count: import the year's calendar`;
