/** A number range as locked for giving out numbers. */
export interface OpenRange {
  id: number;
  prefix: string;
  rangeEnd: number;
  /** The next number to give out. */
  nextNumber: number;
  /** When its latest number was given out. */
  lastIssuedAt: Date | null;
}

export interface Allocation {
  rangeId: number;
  /** 2 letters and 8 digits. */
  number: string;
  issuedAt: Date;
}

/** How a range stands after giving out numbers. */
export interface AdvancedRange {
  id: number;
  nextNumber: number;
  lastIssuedAt: Date;
}

/**
 * Gives out numbers without gaps, ranges in their order, for as many requests as the ranges have numbers for; the rest get
 * none and nothing is used up for them. Within a range the time of issue never runs backwards, whatever the clocks say.
 */
export function allocateNumbers(
  ranges: readonly OpenRange[],
  count: number,
  now: Date,
): { allocations: Allocation[]; advanced: AdvancedRange[] } {
  const allocations: Allocation[] = [];
  const advanced: AdvancedRange[] = [];
  for (const range of ranges) {
    const taken = Math.min(count - allocations.length, range.rangeEnd - range.nextNumber + 1);
    if (taken <= 0) continue;
    const issuedAt = range.lastIssuedAt && range.lastIssuedAt > now ? range.lastIssuedAt : now;
    for (let offset = 0; offset < taken; offset += 1) {
      const number = `${range.prefix}${String(range.nextNumber + offset).padStart(8, "0")}`;
      allocations.push({ rangeId: range.id, number, issuedAt });
    }
    advanced.push({ id: range.id, nextNumber: range.nextNumber + taken, lastIssuedAt: issuedAt });
  }
  return { allocations, advanced };
}
