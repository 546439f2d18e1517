type DateStyle = "YYYYMMDD" | "YYYY/MM/DD" | "ROC6" | "ROC7" | "ROC8";

/** Year 1 of the Republic is 1912. */
const ROC_YEAR_OFFSET = 1911;

const rocDigits = { ROC6: 2, ROC7: 3, ROC8: 4 } as const;

/** Length of a date in characters. */
export const dateWidth = (style: DateStyle): number =>
  ({ YYYYMMDD: 8, "YYYY/MM/DD": 10, ROC6: 6, ROC7: 7, ROC8: 8 })[style];

/** Writes a calendar day (`YYYY-MM-DD`) in a bank's style; `undefined` for a day before the Republic in a ROC style. */
export function formatDate(day: string, style: DateStyle): string | undefined {
  const [year = "", month = "", date = ""] = day.split("-");
  if (style === "YYYYMMDD") return `${year}${month}${date}`;
  if (style === "YYYY/MM/DD") return `${year}/${month}/${date}`;
  const rocYear = Number(year) - ROC_YEAR_OFFSET;
  const digits = String(rocYear).padStart(rocDigits[style], "0");
  return rocYear < 1 || digits.length > rocDigits[style] ? undefined : `${digits}${month}${date}`;
}

const patterns: Record<DateStyle, RegExp> = {
  YYYYMMDD: /^(\d{4})(\d{2})(\d{2})$/,
  "YYYY/MM/DD": /^(\d{4})\/(\d{2})\/(\d{2})$/,
  ROC6: /^(\d{2})(\d{2})(\d{2})$/,
  ROC7: /^(\d{3})(\d{2})(\d{2})$/,
  ROC8: /^(\d{4})(\d{2})(\d{2})$/,
};

/** Reads a date that exists in the calendar, or `undefined`. The calendar (Gregorian or ROC) is declared, never guessed. */
export function parseDate(text: string, style: DateStyle): string | undefined {
  const match = patterns[style].exec(text);
  if (!match) return undefined;
  const offset = style in rocDigits ? ROC_YEAR_OFFSET : 0;
  const year = String(Number(match[1]) + offset).padStart(4, "0");
  const day = `${year}-${match[2]}-${match[3]}`;
  const instant = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().slice(0, 10) === day ? day : undefined;
}

/** Hides all but the last four characters of an account number. */
export const maskAccount = (account: string): string => "*".repeat(Math.max(account.length - 4, 0)) + account.slice(-4);
