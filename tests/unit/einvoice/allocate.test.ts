import { describe, expect, test } from "bun:test";
import { allocateNumbers, type OpenRange } from "../../../src/einvoice/rules/allocate.ts";

const NOW = new Date("2025-01-15T02:00:00Z");
const range = (id: number, nextNumber: number, rangeEnd: number, lastIssuedAt: Date | null = null): OpenRange => ({
  id,
  prefix: "AA",
  nextNumber,
  rangeEnd,
  lastIssuedAt,
});

describe("giving out numbers", () => {
  test("across ranges in their order, the last number of each included", () => {
    const { allocations, advanced } = allocateNumbers([range(1, 48, 49), range(2, 100, 149)], 3, NOW);
    expect(allocations.map((allocation) => allocation.number)).toEqual(["AA00000048", "AA00000049", "AA00000100"]);
    expect(advanced.map(({ id, nextNumber }) => [id, nextNumber])).toEqual([
      [1, 50],
      [2, 101],
    ]);
  });

  test("as many as there are, and nothing for the rest", () => {
    const { allocations, advanced } = allocateNumbers([range(1, 49, 49)], 5, NOW);
    expect(allocations).toHaveLength(1);
    expect(advanced).toEqual([{ id: 1, nextNumber: 50, lastIssuedAt: NOW }]);
    expect(allocateNumbers([range(1, 50, 49)], 1, NOW)).toEqual({ allocations: [], advanced: [] });
  });

  test("time never runs backwards within a range, though another process's clock was ahead", () => {
    const ahead = new Date(NOW.getTime() + 5_000);
    const { allocations } = allocateNumbers([range(1, 49, 49, ahead), range(2, 100, 149)], 2, NOW);
    expect(allocations.map((allocation) => allocation.issuedAt)).toEqual([ahead, NOW]);
  });

  test("nor does it stand still at the last number's time", () => {
    const before = new Date(NOW.getTime() - 5_000);
    const { allocations, advanced } = allocateNumbers([range(1, 48, 49, before)], 1, NOW);
    expect(allocations.map((allocation) => allocation.issuedAt)).toEqual([NOW]);
    expect(advanced).toEqual([{ id: 1, nextNumber: 49, lastIssuedAt: NOW }]);
  });
});
