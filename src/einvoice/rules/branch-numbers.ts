import type { FieldProblem } from "@luckygas/gateway-client";
import { BOOKLET_NUMBERS } from "./number-ranges.ts";

/** Numbers that a head office gives away; inclusive. */
export interface GivenAway {
  beginNumber: number;
  endNumber: number;
}

/** A range of the head office's own, with what is left of it. */
export interface OwnRange {
  rangeStart: number;
  rangeEnd: number;
  /** The next number that it would give out. */
  nextNumber: number;
}

/** What is wrong with numbers to be given away: they come in booklets (本) of 50, as ranges do (MIG 4.1, E0401). */
export function givenAwayProblems({ beginNumber, endNumber }: GivenAway): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (beginNumber % BOOKLET_NUMBERS !== 0) {
    problems.push({ path: "beginNumber", rule: "must end with 00 or 50: numbers come in booklets of 50" });
  }
  if ((endNumber + 1) % BOOKLET_NUMBERS !== 0) {
    problems.push({ path: "endNumber", rule: "must end with 49 or 99: numbers come in booklets of 50" });
  }
  if (endNumber < beginNumber) problems.push({ path: "endNumber", rule: "must not be below beginNumber" });
  return problems;
}

/** Whether a range holds the numbers, all of them unused. */
export const holdsUnused = (range: OwnRange, { beginNumber, endNumber }: GivenAway): boolean =>
  beginNumber >= Math.max(range.rangeStart, range.nextNumber) && endNumber <= range.rangeEnd;

/** What of a range stays with the head office before and after the numbers given away; an empty part is left out. */
export function remainders(range: OwnRange, { beginNumber, endNumber }: GivenAway): OwnRange[] {
  const { rangeStart, rangeEnd, nextNumber } = range;
  return [
    { rangeStart, rangeEnd: beginNumber - 1, nextNumber },
    { rangeStart: endNumber + 1, rangeEnd, nextNumber: endNumber + 1 },
  ].filter((part) => part.rangeEnd >= part.rangeStart);
}
