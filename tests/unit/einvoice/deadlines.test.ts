import { describe, expect, test } from "bun:test";
import { cancelBefore, deadlineLevel } from "../../../src/einvoice/rules/deadlines.ts";

describe("how much of the allowed time is used up", () => {
  const [actedAt, dueAt] = [new Date("2025-01-01T00:00:00Z"), new Date("2025-01-01T00:10:00Z")];
  test.each([
    [-60, "early"],
    [0, "early"],
    [299, "early"],
    [300, "half"],
    [539, "half"],
    [540, "urgent"],
    [599, "urgent"],
    [600, "overdue"],
    [6_000, "overdue"],
  ] as const)("after %p of 600 seconds: %s", (seconds, level) => {
    expect(deadlineLevel(actedAt, dueAt, new Date(actedAt.getTime() + seconds * 1_000))).toBe(level);
  });

  test("no time allowed is used up as soon as any has passed", () => {
    expect(deadlineLevel(actedAt, actedAt, new Date(actedAt.getTime() + 1))).toBe("overdue");
    expect(deadlineLevel(actedAt, actedAt, actedAt)).toBe("early");
    expect(deadlineLevel(dueAt, actedAt, new Date(dueAt.getTime() + 1))).toBe("overdue");
  });
});

test("a provider may end cancelling earlier than the law, never later", () => {
  expect(cancelBefore("11402", 12).toISOString()).toBe("2025-03-12T16:00:00.000Z");
  expect(cancelBefore("11402", 15)).toEqual(cancelBefore("11402"));
  expect(cancelBefore("11402", 20)).toEqual(cancelBefore("11402"));
});
