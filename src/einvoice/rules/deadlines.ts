import type { DeadlineLevel } from "@luckygas/gateway-client";
import { taipeiDate, taipeiDayStart } from "../../platform/taipei-time.ts";
import { nextPeriod, periodStart } from "./period.ts";

/** Days allowed, counted from the day after the act (統一發票使用辦法 art. 7-1, as applied by the tax offices since 2025). */
const UPLOAD_DAYS = { consumer: 2, business: 7 } as const;

/**
 * The instant by which the platform must have a document: the end of the last allowed day in Taipei, exclusive.
 * An invoice to a consumer issued on 1 January is due before 4 January, 00:00; one to a business before 9 January.
 */
export function uploadDueAt(actAt: Date, buyerKind: "consumer" | "business"): Date {
  return taipeiDayStart(taipeiDate(actAt), UPLOAD_DAYS[buyerKind] + 1);
}

/** Days of the odd month after a period in which its invoices may still be cancelled: to the day of the VAT return. */
export const CANCEL_DAYS = 15;

/**
 * The instant from which an invoice can be cancelled (作廢) only with the tax office's approval: the end of the 15th of the odd month
 * after its period, in Taipei, exclusive. A provider may end earlier, on `lastDay`.
 */
export function cancelBefore(period: string, lastDay = CANCEL_DAYS): Date {
  return taipeiDayStart(taipeiDate(periodStart(nextPeriod(period))), Math.min(lastDay, CANCEL_DAYS));
}

/** Days of the period after in which unused numbers are reported (E0402). */
const REPORT_DAYS = 10;

/** The instant by which the unused numbers of a period must be reported, exclusive. */
export const reportDueAt = (period: string): Date =>
  taipeiDayStart(taipeiDate(periodStart(nextPeriod(period))), REPORT_DAYS);

/** Shares of the allowed time from which a message is alarmed. */
export const HALF = 0.5;
export const URGENT = 0.9;

/** How much of the allowed time is used up. */
export function deadlineLevel(actedAt: Date, dueAt: Date, now: Date): DeadlineLevel {
  const share = (now.getTime() - actedAt.getTime()) / Math.max(1, dueAt.getTime() - actedAt.getTime());
  if (share >= 1) return "overdue";
  if (share >= URGENT) return "urgent";
  return share >= HALF ? "half" : "early";
}
