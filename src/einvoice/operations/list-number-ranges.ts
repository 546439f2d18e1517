import type { einvoiceContract, NumberRange } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import type { RangeStore } from "../store/ranges.ts";
import { numberRangeView } from "./number-range-view.ts";

type Input = z.output<typeof einvoiceContract.listNumberRanges.input>;

/** Number ranges in the order of their use. The cursor is the id of the last range of the page before. */
export function createListNumberRanges(deps: { ranges: RangeStore }) {
  return async (input: Input): Promise<{ items: NumberRange[]; nextCursor: string | null }> => {
    if (input.cursor !== undefined && !/^[0-9]{1,9}$/.test(input.cursor)) {
      throw invalidInput("cursor", "must be the nextCursor of an earlier answer");
    }
    const afterId = input.cursor === undefined ? undefined : Number(input.cursor);
    const found = await deps.ranges.list({ period: input.invoicePeriod, afterId }, input.limit + 1);
    const page = found.slice(0, input.limit);
    const last = page.at(-1);
    return {
      items: page.map(numberRangeView),
      nextCursor: found.length > input.limit && last ? String(last.id) : null,
    };
  };
}
