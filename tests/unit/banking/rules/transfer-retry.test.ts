import { describe, expect, test } from "bun:test";
import { transferErrorTypes } from "../../../../contracts/src/banking.ts";
import { countsAgainstLink, isRefusal, mayRetry, retryDelayMs } from "../../../../src/banking/rules/transfer-retry.ts";

describe("what is tried again", () => {
  test("faults of the way, damage and a full pool; nothing else", () => {
    expect(transferErrorTypes.filter(mayRetry)).toEqual([
      "dns",
      "connect",
      "timeout",
      "handshake",
      "channel",
      "integrity",
      "disconnected",
      "pool_exhausted",
    ]);
  });

  test("only faults of the way speak against the link", () => {
    expect(transferErrorTypes.filter(countsAgainstLink)).toEqual([
      "dns",
      "connect",
      "timeout",
      "handshake",
      "channel",
      "disconnected",
    ]);
  });

  test("an answer that refuses is told apart from everything that is no answer", () => {
    expect(transferErrorTypes.filter(isRefusal).sort()).toEqual(["exists_or_failure", "no_such_file", "permission"]);
    expect(transferErrorTypes.filter((type) => isRefusal(type) && mayRetry(type))).toEqual([]);
  });

  test.each([
    [1, 0.5, 1000],
    [2, 0, 750],
    [2, 0.5, 1000],
    [3, 0.5, 2000],
    [4, 0.999999, 5000],
    [40, 0.5, 300_000],
  ])("before try %i with random %d: %i ms", (next, random, expected) => {
    expect(retryDelayMs(next, random, 1000)).toBe(expected);
  });
});
