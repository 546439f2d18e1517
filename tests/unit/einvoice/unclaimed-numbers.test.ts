import { describe, expect, test } from "bun:test";
import { firstOfSpans, numbersAfter, spansToAsk } from "../../../src/einvoice/rules/unclaimed-numbers.ts";

const range = (prefix: string, nextNumber: number, rangeEnd: number) => ({
  ...{ prefix, rangeStart: 0, nextNumber, rangeEnd },
});
const span = (prefix: string, rangeStart: number, rangeEnd: number) => ({ prefix, rangeStart, rangeEnd });

describe("which numbers are asked about", () => {
  test("all that were never given out, where they are few", () => {
    const { spans, isAll } = spansToAsk([range("AA", 20, 49), range("BB", 0, 49), range("CC", 50, 49)], 80);
    expect(isAll).toBe(true);
    expect(spans).toEqual([span("AA", 20, 49), span("BB", 0, 49)]);
  });

  test("the next ones of every range, where they are many; what a short range leaves goes to the others", () => {
    const { spans, isAll } = spansToAsk([range("AA", 0, 9_999), range("BB", 45, 49), range("CC", 100, 9_999)], 25);
    expect(isAll).toBe(false);
    // 25 = 5 + 10 + 10, the shortest range first.
    expect(spans).toEqual([span("BB", 45, 49), span("CC", 100, 109), span("AA", 0, 9)]);
  });

  test("no more than allowed, also with more ranges than that", () => {
    const many = Array.from({ length: 10 }, (_, index) => range(`A${"ABCDEFGHIJ"[index]}`, 0, 49));
    const { spans, isAll } = spansToAsk(many, 4);
    expect(isAll).toBe(false);
    expect(numbersAfter(spans, 0, 1_000)).toHaveLength(4);
  });

  test("nothing to ask about is all of it", () => {
    expect(spansToAsk([], 10)).toEqual({ spans: [], isAll: true });
    expect(spansToAsk([range("AA", 50, 49)], 10)).toEqual({ spans: [], isAll: true });
  });

  test("they are taken in portions, each once and in order", () => {
    const spans = [span("AA", 98, 101), span("BB", 0, 1)];
    expect(numbersAfter(spans, 0, 3)).toEqual(["AA00000098", "AA00000099", "AA00000100"]);
    expect(numbersAfter(spans, 3, 3)).toEqual(["AA00000101", "BB00000000", "BB00000001"]);
    expect(numbersAfter(spans, 6, 3)).toEqual([]);
    expect(firstOfSpans(spans, 5)).toEqual([span("AA", 98, 101), span("BB", 0, 0)]);
    expect(firstOfSpans(spans, 0)).toEqual([]);
  });
});
