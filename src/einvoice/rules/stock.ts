import { taipeiParts } from "../../platform/taipei-time.ts";
import { nextPeriod, periodOf, periodStart } from "./period.ts";

/** Numbers of a period. */
export interface PeriodStock {
  left: number;
  /** Of all its active ranges. */
  total: number;
  hasRange: boolean;
}

const HOUR_MS = 3_600_000;
const HOURS_LEFT_MIN = 48;
const SHARE_LEFT_MIN = 0.1;
/** Day of the even month by which the next period's numbers should be there; they can be taken from about the 20th. */
const NEXT_PERIOD_DAY = 25;

/** Hours that the numbers last at the rate of use, `Infinity` when none are used. */
export function hoursLeft(stock: PeriodStock, usedPerHour: number): number {
  return usedPerHour > 0 ? stock.left / usedPerHour : Number.POSITIVE_INFINITY;
}

/** Numbers used per hour since the period began. */
export function averageUsePerHour(stock: PeriodStock, now: Date): number {
  const hours = (now.getTime() - periodStart(periodOf(now)).getTime()) / HOUR_MS;
  return (stock.total - stock.left) / Math.max(1, hours);
}

/**
 * What a person should know about the numbers: none left, at most 10 % left, under 48 hours at the rate of use (unless the period ends
 * before), no range for the next period on the 25th of the even month.
 */
export function stockConcern(
  now: Date,
  present: PeriodStock,
  next: PeriodStock,
  usedPerHour: number,
): string | undefined {
  const period = periodOf(now);
  if (!present.hasRange) return `there is no number range for the present period ${period}; import one`;
  if (present.left === 0) return "no invoice numbers are left in the present period; import number ranges";
  const hours = hoursLeft(present, usedPerHour);
  const hoursToEnd = (periodStart(nextPeriod(period)).getTime() - now.getTime()) / HOUR_MS;
  if (hours < Math.min(HOURS_LEFT_MIN, hoursToEnd)) {
    return `the invoice numbers last about ${Math.floor(hours)} hours: ${present.left} are left; import number ranges`;
  }
  if (present.left <= present.total * SHARE_LEFT_MIN) {
    return `at most 10 % of the invoice numbers are left: ${present.left} of ${present.total}; import number ranges`;
  }
  const { month, day } = taipeiParts(now);
  if (month % 2 === 0 && day >= NEXT_PERIOD_DAY && next.left === 0) {
    return `there is no number range for the next period ${nextPeriod(period)}; import one before it begins`;
  }
  return undefined;
}
