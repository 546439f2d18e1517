import { eightDigits } from "./unused-numbers.ts";

/** Numbers of one track, inclusive. */
export interface NumberSpan {
  prefix: string;
  rangeStart: number;
  rangeEnd: number;
}

const lengthOf = ({ rangeStart, rangeEnd }: NumberSpan) => rangeEnd - rangeStart + 1;

/**
 * Which numbers that were never given out to ask about: all of them when they are at most `max`, else the next ones of every range in
 * equal shares.
 */
export function spansToAsk(
  ranges: readonly (NumberSpan & { nextNumber: number })[],
  max: number,
): { spans: NumberSpan[]; isAll: boolean } {
  const left = ranges
    .map(({ prefix, nextNumber, rangeEnd }) => ({ prefix, rangeStart: nextNumber, rangeEnd }))
    .filter((span) => lengthOf(span) > 0)
    .sort((a, b) => lengthOf(a) - lengthOf(b));
  let room = max;
  // The shortest first, so that what one leaves of its share goes to the others.
  const spans = left.map((span, index) => {
    const share = Math.min(lengthOf(span), Math.floor(room / (left.length - index)));
    room -= share;
    return { ...span, rangeEnd: span.rangeStart + share - 1 };
  });
  return {
    spans: spans.filter((span) => lengthOf(span) > 0),
    isAll: left.every((span, index) => span.rangeEnd === spans[index]?.rangeEnd),
  };
}

/** The first `count` numbers of the spans, as spans. */
export function firstOfSpans(spans: readonly NumberSpan[], count: number): NumberSpan[] {
  let left = count;
  return spans.flatMap((span) => {
    const taken = Math.min(left, lengthOf(span));
    left -= taken;
    return taken > 0 ? [{ ...span, rangeEnd: span.rangeStart + taken - 1 }] : [];
  });
}

/** The `count` numbers of the spans after the first `skipped`. */
export function numbersAfter(spans: readonly NumberSpan[], skipped: number, count: number): string[] {
  return firstOfSpans(spans, skipped + count)
    .flatMap(({ prefix, rangeStart, rangeEnd }) =>
      Array.from({ length: rangeEnd - rangeStart + 1 }, (_, offset) => `${prefix}${eightDigits(rangeStart + offset)}`),
    )
    .slice(skipped);
}
