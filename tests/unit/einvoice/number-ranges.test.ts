import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { partsOf, rangeProblems, rangesOverlap, toKnownRange } from "../../../src/einvoice/rules/number-ranges.ts";

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

  test("a range of one booklet that touches another is no overlap; one that shares a number is", () => {
    expect(paths([range(0, 49), range(50, 99), range(100, 149)])).toEqual([]);
    expect(paths([range(50, 99), range(0, 99)])).toEqual(["ranges.1"]);
    expect(paths([range(0, 49)], [range(50, 99)])).toEqual([]);
  });

  test("rules say what is wrong, once each", () => {
    expect(rangeProblems([range(51, 49)], []).map(({ path, rule }) => [path, rule])).toEqual([
      ["ranges.0.rangeStart", expect.stringContaining("00 or 50")],
      ["ranges.0.rangeEnd", expect.stringContaining("below rangeStart")],
    ]);
    expect(paths([range(49, 49)])).toEqual(["ranges.0.rangeStart"]);
  });

  test("property: two ranges overlap exactly when a number is in both", () => {
    const any = fc.record({
      period: fc.constantFrom("11402", "11404"),
      prefix: fc.constantFrom("AA", "AB"),
      from: fc.nat(6),
      size: fc.nat(3),
    });
    fc.assert(
      fc.property(any, any, (first, second) => {
        const [a, b] = [first, second].map(({ period, prefix, from, size }) => ({
          period,
          prefix,
          rangeStart: from,
          rangeEnd: from + size,
        }));
        if (!a || !b) return;
        const numbers = (of: typeof a) =>
          Array.from({ length: of.rangeEnd - of.rangeStart + 1 }, (_, index) => of.rangeStart + index);
        const shares =
          a.period === b.period && a.prefix === b.prefix && numbers(a).some((number) => numbers(b).includes(number));
        expect(rangesOverlap(a, b)).toBe(shares);
      }),
      { numRuns: 500 },
    );
  });

  test("what is there already is no problem", () => {
    expect(paths([range(0, 99)], [range(0, 99, "202502")])).toEqual([]);
  });
});

describe("a range that is known already", () => {
  const branch = (rangeStart: number, rangeEnd: number) => ({ ...range(rangeStart, rangeEnd), branchUbn: "04595257" });
  const cut = [range(0, 49), branch(50, 149), range(150, 199)];

  test("as itself, or as the parts that it was cut into for a branch, in order", () => {
    expect(partsOf(range(0, 99), [range(100, 149), range(0, 99)])).toEqual([range(0, 99)]);
    expect(partsOf(range(0, 199), [...cut].reverse())).toEqual(cut);
    expect(partsOf(range(0, 199), [...cut, range(0, 199, "202503"), range(200, 249)])).toEqual(cut);
    expect(paths([range(0, 199)], cut)).toEqual([]);
  });

  test.each([
    ["nothing", []],
    ["a part is missing in the middle", [range(0, 49), branch(100, 199)]],
    ["the first part is missing", [branch(50, 199)]],
    ["the last part is missing", [range(0, 49), branch(50, 149)]],
    ["it is not cut for a branch, only put together", [range(0, 99), range(100, 199)]],
    ["its end is in a larger one", [range(0, 49), branch(50, 249)]],
    ["its track has another letter", [range(0, 199, "202501", "AB")]],
    ["its period is another", [range(0, 199, "202503")]],
  ])("not when %s", (_what, known) => {
    expect(partsOf(range(0, 199), known)).toEqual([]);
  });

  test("a range put together of two known ones overlaps them", () => {
    expect(paths([range(0, 199)], [range(0, 99), range(100, 199)])).toEqual(["ranges.0"]);
  });
});
