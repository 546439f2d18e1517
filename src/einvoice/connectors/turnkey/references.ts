import type { NumbersDocument } from "../../rules/document.ts";
import { eightDigits } from "../../rules/unused-numbers.ts";

/**
 * Whether the words of a result are about a message on numbers (E0401, E0402). How results refer to these is not published: a track together
 * with its period, or with the first number of one of the message's ranges, in any notation; for E0401 with the branch as well.
 */
export function isNamedIn(document: NumbersDocument, words: string): boolean {
  const compact = words.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");
  const { prefix, period } = document.kind === "unused_numbers" ? document.report : document.numbers;
  const begins =
    document.kind === "unused_numbers" ? document.report.ranges.map(([begin]) => begin) : beginsOf(document);
  const namesNumbers = begins.some((begin) => compact.includes(`${prefix}${eightDigits(begin)}`));
  const namesTrack = compact.includes(`${prefix}${period}`) || compact.includes(`${period}${prefix}`);
  if (document.kind === "unused_numbers") return namesTrack || namesNumbers;
  return (namesTrack || namesNumbers) && compact.includes(document.numbers.branchUbn);
}

const beginsOf = ({ numbers }: Extract<NumbersDocument, { kind: "branch_numbers" }>) =>
  numbers.parts.map(({ begin }) => begin);
