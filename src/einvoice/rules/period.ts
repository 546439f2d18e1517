import { taipeiDayStart, taipeiParts } from "../../platform/taipei-time.ts";

const two = (value: number) => String(value).padStart(2, "0");

/** Code of the two-month period (期別) of a year and month: ROC year (year − 1911), then the even month. January 2025 is `11402`. */
function periodCode(year: number, month: number): string {
  return `${String(year - 1911).padStart(3, "0")}${two(month + (month % 2))}`;
}

/** The period of an instant, by the calendar of Taipei. */
export function periodOf(instant: Date): string {
  const { year, month } = taipeiParts(instant);
  return periodCode(year, month);
}

/** The period that a year and month belong to: `202501` and `202502` both give `11402`. */
export function periodOfYearMonth(yearMonth: string): string {
  const match = /^([0-9]{4})(0[1-9]|1[0-2])$/.exec(yearMonth);
  if (!match) throw new RangeError(`not a year and month: ${yearMonth}`);
  return periodCode(Number(match[1]), Number(match[2]));
}

function partsOf(period: string): { rocYear: number; evenMonth: number } {
  const match = /^([0-9]{3})(02|04|06|08|10|12)$/.exec(period);
  if (!match) throw new RangeError(`not an invoice period: ${period}`);
  return { rocYear: Number(match[1]), evenMonth: Number(match[2]) };
}

/** Both months of a period as `YYYYMM`, the odd one first. */
export function yearMonthsOf(period: string): [odd: string, even: string] {
  const { rocYear, evenMonth } = partsOf(period);
  const year = rocYear + 1911;
  return [`${year}${two(evenMonth - 1)}`, `${year}${two(evenMonth)}`];
}

/** The period in words as the printed proof has it: `114年01-02月`. */
export function periodText(period: string): string {
  const { rocYear, evenMonth } = partsOf(period);
  return `${rocYear}年${two(evenMonth - 1)}-${two(evenMonth)}月`;
}

/** The instant at which a period begins: 00:00 in Taipei of the first day of its odd month. */
export function periodStart(period: string): Date {
  const { rocYear, evenMonth } = partsOf(period);
  return taipeiDayStart(`${rocYear + 1911}-${two(evenMonth - 1)}-01`);
}

/** The period after a period. */
export function nextPeriod(period: string): string {
  const { rocYear, evenMonth } = partsOf(period);
  return evenMonth === 12 ? periodCode(rocYear + 1912, 2) : periodCode(rocYear + 1911, evenMonth + 2);
}
