import { describe, expect, test } from "bun:test";
import { rangeProblems, toKnownRange } from "../../../src/einvoice/rules/number-ranges.ts";

const range = (rangeStart: number, rangeEnd: number, yearMonth = "202501", prefix = "AA") =>
  toKnownRange({ yearMonth, prefix, rangeStart, rangeEnd });
const paths = (ranges: Parameters<typeof rangeProblems>[0], known: Parameters<typeof rangeProblems>[1] = []) =>
  rangeProblems(ranges, known).map((problem) => problem.path);

describe("ranges to be added", () => {
  test("booklets of 50", () => {
    expect(paths([range(0, 49), range(50, 199), range(99_999_950, 99_999_999)])).toEqual([]);
    expect(paths([range(1, 49)])).toEqual(["ranges.0.rangeStart"]);
    expect(paths([range(0, 50)])).toEqual(["ranges.0.rangeEnd"]);
    expect(paths([range(100, 49)])).toEqual(["ranges.0.rangeEnd"]);
  });

  test("no overlap, within the list or with what is there; both months are one period", () => {
    expect(paths([range(0, 99), range(50, 149, "202502")])).toEqual(["ranges.1"]);
    expect(paths([range(0, 99)], [range(50, 149, "202502")])).toEqual(["ranges.0"]);
    expect(paths([range(0, 99), range(0, 99, "202503"), range(0, 99, "202501", "AB")])).toEqual([]);
  });

  test("what is there already is no problem", () => {
    expect(paths([range(0, 99)], [range(0, 99, "202502")])).toEqual([]);
  });
});
