import type { ImportNumberRangesInput, NumberRange, NumberRangeInput } from "@luckygas/gateway-client";
import { invalidInput } from "../../platform/errors.ts";
import type { ActiveSellers } from "../connectors/active-seller.ts";
import { readE0501 } from "../connectors/e0501.ts";
import { decodeText, readNumberRangeCsv } from "../rules/number-range-csv.ts";
import type { RangeStore } from "../store/ranges.ts";
import { numberRangeView } from "./number-range-view.ts";

const RANGES_MAX = 500;

/** Adds number ranges, all or none; throws `invalid_input` naming every field, or line of the file, that breaks a rule. */
export function createImportNumberRanges(deps: { ranges: RangeStore; sellers: ActiveSellers }) {
  async function read({ ranges, file }: ImportNumberRangesInput): Promise<NumberRangeInput[]> {
    if (ranges) return ranges;
    const { seller } = await deps.sellers.required();
    const text = decodeText(Buffer.from(file?.contentBase64 ?? "", "base64"));
    const found = text.trimStart().startsWith("<") ? readE0501(text, seller.ubn) : readNumberRangeCsv(text, seller.ubn);
    if (found.length > RANGES_MAX) throw invalidInput("file.contentBase64", `at most ${RANGES_MAX} ranges`);
    return found;
  }

  return async (input: ImportNumberRangesInput): Promise<{ items: NumberRange[] }> => {
    const ranges = await deps.ranges.add(await read(input));
    return { items: ranges.map(numberRangeView) };
  };
}
