import type { FileContent } from "./content.ts";
import { computeControls, controlNames, lineAmount } from "./controls.ts";
import { dateValues, type LayoutDescription, textValues } from "./description.ts";
import type { FileProblem } from "./problem.ts";

/**
 * Checks what a file says about itself: sequence numbers from 1 in steps of 1, counts, sums, and that success and failure
 * add up to the total. Sums are checked here only where every line carries its amount; otherwise reconciliation does it.
 */
export function checkControls(
  layout: LayoutDescription,
  content: FileContent,
  complain: (problem: FileProblem) => void,
): void {
  for (const [index, detail] of content.details.entries()) {
    const { sequence } = detail.values;
    if (sequence !== undefined && sequence !== index + 1) {
      complain({ record: detail.record, field: "sequence", rule: `is ${sequence}; the sequence demands ${index + 1}` });
    }
  }
  if (!content.trailer) return;
  const computed = computeControls(
    content.details.map((detail) => detail.values),
    layout,
  );
  if (!computed) {
    complain({ field: "totalAmount", rule: "the sum of the details is too large" });
    return;
  }
  const told = content.trailer.values;
  const carriesAmounts = content.details.every((detail) => lineAmount(detail.values) !== undefined);
  for (const name of controlNames) {
    if (told[name] === undefined || computed[name] === undefined || (name.endsWith("Amount") && !carriesAmounts))
      continue;
    if (told[name] !== computed[name]) {
      complain({
        record: content.trailer.record,
        field: name,
        rule: `says ${told[name]}; the details make ${computed[name]}`,
      });
    }
  }
  checkRepeated(content, complain);
  const { totalAmount, successAmount, failAmount } = told;
  if (totalAmount !== undefined && successAmount !== undefined && failAmount !== undefined) {
    if (successAmount + failAmount !== totalAmount) {
      complain({
        record: content.trailer.record,
        field: "totalAmount",
        rule: `says ${totalAmount}; success ${successAmount} and failure ${failAmount} make ${successAmount + failAmount}`,
      });
    }
  }
}

/** What a trailer repeats of the header must be the same. */
function checkRepeated({ header, trailer }: FileContent, complain: (problem: FileProblem) => void): void {
  if (!header || !trailer) return;
  for (const name of [...textValues, ...dateValues]) {
    const [first, last] = [header.values[name], trailer.values[name]];
    if (first !== undefined && last !== undefined && first !== last) {
      complain({ record: trailer.record, field: name, rule: `says ${last}; the header says ${first}` });
    }
  }
}
