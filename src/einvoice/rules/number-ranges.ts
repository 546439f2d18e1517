import type { FieldProblem, NumberRangeInput } from "@luckygas/gateway-client";
import { periodOfYearMonth } from "./period.ts";

/** Numbers are allotted in booklets (本) of 50: ranges begin with …00 or …50 and end with …49 or …99. */
export const BOOKLET_NUMBERS = 50;

/** A range with the period it belongs to. */
export interface KnownRange {
  period: string;
  prefix: string;
  rangeStart: number;
  rangeEnd: number;
  /** Branch that the numbers were given to. */
  branchUbn?: string | null;
}

/** The range of an input, its year and month turned into the period. */
export function toKnownRange(range: NumberRangeInput): KnownRange {
  const { prefix, rangeStart, rangeEnd } = range;
  return { period: periodOfYearMonth(range.yearMonth), prefix, rangeStart, rangeEnd };
}

const isSameTrack = (a: KnownRange, b: KnownRange) => a.period === b.period && a.prefix === b.prefix;

/** Whether two ranges have a number in common. */
export const rangesOverlap = (a: KnownRange, b: KnownRange): boolean =>
  isSameTrack(a, b) && a.rangeStart <= b.rangeEnd && b.rangeStart <= a.rangeEnd;

/** The known range that is a range, or those that it was cut into because a branch was given a part; none when it is not known. */
export function partsOf<Range extends KnownRange>(range: KnownRange, known: readonly Range[]): Range[] {
  const parts = known
    .filter(
      (other) => isSameTrack(other, range) && other.rangeStart >= range.rangeStart && other.rangeEnd <= range.rangeEnd,
    )
    .sort((a, b) => a.rangeStart - b.rangeStart);
  let next = range.rangeStart;
  for (const part of parts) {
    if (part.rangeStart !== next) return [];
    next = part.rangeEnd + 1;
  }
  const isCut = parts.length > 1;
  if (next !== range.rangeEnd + 1 || (isCut && !parts.some(({ branchUbn }) => branchUbn))) return [];
  return parts;
}

/**
 * What is wrong with ranges to be added beside those already known: booklet limits, order, overlap. A range that is
 * known already is no problem. Paths are those of the input, `ranges.0.rangeEnd`.
 */
export function rangeProblems(ranges: readonly KnownRange[], known: readonly KnownRange[]): FieldProblem[] {
  return ranges.flatMap((range, index) => {
    const path = `ranges.${index}`;
    const problems: FieldProblem[] = [];
    if (range.rangeStart % BOOKLET_NUMBERS !== 0) {
      problems.push({ path: `${path}.rangeStart`, rule: "must end with 00 or 50: numbers come in booklets of 50" });
    }
    if ((range.rangeEnd + 1) % BOOKLET_NUMBERS !== 0) {
      problems.push({ path: `${path}.rangeEnd`, rule: "must end with 49 or 99: numbers come in booklets of 50" });
    }
    if (range.rangeEnd < range.rangeStart) {
      problems.push({ path: `${path}.rangeEnd`, rule: "must not be below rangeStart" });
    }
    if (ranges.slice(0, index).some((earlier) => rangesOverlap(earlier, range))) {
      problems.push({ path, rule: "must not overlap an earlier range of the list" });
    }
    if (known.some((other) => rangesOverlap(other, range)) && partsOf(range, known).length === 0) {
      problems.push({ path, rule: "must not overlap a range that is already there" });
    }
    return problems;
  });
}
