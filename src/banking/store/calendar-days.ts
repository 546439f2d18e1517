import { and, asc, between, inArray } from "drizzle-orm";
import type { Drizzle } from "../../platform/database.ts";
import type { CalendarEntry } from "../rules/calendar/banking-calendar.ts";
import { bankCalendarDays } from "../tables.ts";

export type CalendarDayRow = typeof bankCalendarDays.$inferSelect;

/** Stands for all banks. */
export const ALL_BANKS = "*";

/** Every decided day of every bank, by bank; what concerns all banks is in each, unless the bank has its own. */
export async function readCalendars(db: Drizzle): Promise<(bank: string) => ReadonlyMap<string, CalendarEntry>> {
  const rows = await db.select().from(bankCalendarDays);
  const common = rows.filter((row) => row.bankCode === ALL_BANKS);
  return (bank) =>
    new Map(
      [...common, ...rows.filter((row) => row.bankCode === bank)].map((row) => [
        row.day,
        { kind: row.kind, cutoffTime: row.cutoffTime },
      ]),
    );
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
