import type { NumberRange, NumberRangeInput } from "@luckygas/gateway-client";
import type { RangeStore } from "../store/ranges.ts";
import { numberRangeView } from "./number-range-view.ts";

/** Adds number ranges, all or none; throws `invalid_input` naming every field that breaks a rule. */
export function createImportNumberRanges(deps: { ranges: RangeStore }) {
  return async (input: { ranges: NumberRangeInput[] }): Promise<{ items: NumberRange[] }> => {
    const ranges = await deps.ranges.add(input.ranges);
    return { items: ranges.map(numberRangeView) };
  };
}
