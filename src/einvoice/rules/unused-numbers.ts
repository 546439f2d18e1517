/** What is left of one range after its period. */
export interface LeftOver {
  prefix: string;
  rangeEnd: number;
  /** The number that would have been given out next. */
  nextNumber: number;
}

/** The unused numbers per track, ranges that touch put together, tracks in the order of their letters; a track without any is there too. */
export function unusedNumbers(ranges: readonly LeftOver[]): Map<string, [begin: number, end: number][]> {
  const byTrack = new Map<string, [number, number][]>();
  const sorted = [...ranges].sort((a, b) =>
    a.prefix === b.prefix ? a.nextNumber - b.nextNumber : a.prefix < b.prefix ? -1 : 1,
  );
  for (const { prefix, nextNumber, rangeEnd } of sorted) {
    const found = byTrack.get(prefix) ?? [];
    byTrack.set(prefix, found);
    if (nextNumber > rangeEnd) continue;
    const last = found.at(-1);
    if (last && last[1] + 1 === nextNumber) last[1] = rangeEnd;
    else found.push([nextNumber, rangeEnd]);
  }
  return byTrack;
}

export const eightDigits = (number: number) => String(number).padStart(8, "0");

export const countNumbers = (ranges: readonly (readonly [number, number])[]) =>
  ranges.reduce((total, [begin, end]) => total + end - begin + 1, 0);
