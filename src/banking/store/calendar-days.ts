import { and, asc, between, inArray } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle } from "../../platform/database.ts";
import type { CalendarEntry } from "../rules/calendar/banking-calendar.ts";
import { type CalendarYear, createHolidays, type Holidays } from "../rules/calendar/holidays.ts";
import { bankCalendarDays, bankCalendarYears } from "../tables.ts";

export type CalendarDayRow = typeof bankCalendarDays.$inferSelect;

/** Stands for all banks. */
export const ALL_BANKS = "*";

/** What is decided about days, and which years' holidays are known. */
export interface Calendars {
  /** Every decided day of a bank; what concerns all banks is in it, unless the bank has its own. */
  entriesOf(bank: string): ReadonlyMap<string, CalendarEntry>;
  holidays: Holidays;
}

export async function readCalendars(db: Drizzle): Promise<Calendars> {
  const [rows, holidays] = await Promise.all([db.select().from(bankCalendarDays), readHolidays(db)]);
  const common = rows.filter((row) => row.bankCode === ALL_BANKS);
  return {
    holidays,
    entriesOf: (bank) =>
      new Map(
        [...common, ...rows.filter((row) => row.bankCode === bank)].map((row) => [
          row.day,
          { kind: row.kind, cutoffTime: row.cutoffTime },
        ]),
      ),
  };
}

const daysSchema = z.record(z.string(), z.string());
const yearSchema = z.object({ closed: daysSchema, open: daysSchema });

/** The years that were imported, with who did it. */
export async function listCalendarYears(
  db: Drizzle,
): Promise<{ year: number; days: CalendarYear; importedBy: string }[]> {
  const rows = await db.select().from(bankCalendarYears).orderBy(asc(bankCalendarYears.year));
  return rows.map(({ year, days, importedBy }) => ({ year, days: yearSchema.parse(days), importedBy }));
}

export async function readHolidays(db: Drizzle): Promise<Holidays> {
  const years = await listCalendarYears(db);
  return createHolidays(new Map(years.map(({ year, days }) => [year, days])));
}

/** Puts a year in the place of what was known of it. */
export async function writeCalendarYear(db: Drizzle, row: typeof bankCalendarYears.$inferInsert): Promise<void> {
  const { year: _year, ...change } = row;
  await db.insert(bankCalendarYears).values(row).onConflictDoUpdate({ target: bankCalendarYears.year, set: change });
}

/** Decided days from `from` to `to`: those for all banks, and of one bank or every bank. */
export function listCalendarDays(
  db: Drizzle,
  { bank, from, to }: { bank?: string | undefined; from: string; to: string },
): Promise<CalendarDayRow[]> {
  return db
    .select()
    .from(bankCalendarDays)
    .where(
      and(
        between(bankCalendarDays.day, from, to),
        bank === undefined ? undefined : inArray(bankCalendarDays.bankCode, [bank, ALL_BANKS]),
      ),
    )
    .orderBy(asc(bankCalendarDays.day), asc(bankCalendarDays.bankCode));
}

export async function writeCalendarDay(
  db: Drizzle,
  row: typeof bankCalendarDays.$inferInsert,
): Promise<CalendarDayRow> {
  const { bankCode: _bank, day: _day, ...change } = row;
  const [stored] = await db
    .insert(bankCalendarDays)
    .values(row)
    .onConflictDoUpdate({ target: [bankCalendarDays.bankCode, bankCalendarDays.day], set: change })
    .returning();
  if (!stored) throw new Error("a calendar day was stored and is not there");
  return stored;
}
