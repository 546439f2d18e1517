import type { NumberRange } from "@luckygas/gateway-client";
import type { StoredRange } from "../store/ranges.ts";

export function numberRangeView(range: StoredRange): NumberRange {
  const isUsedUp = range.nextNumber > range.rangeEnd;
  return {
    id: range.id,
    invoicePeriod: range.period,
    prefix: range.prefix,
    rangeStart: range.rangeStart,
    rangeEnd: range.rangeEnd,
    nextNumber: isUsedUp ? null : range.nextNumber,
    remaining: range.rangeEnd - range.nextNumber + 1,
    isActive: range.isActive,
    branchUbn: range.branchUbn,
  };
}
