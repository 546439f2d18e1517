import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { NoAnswerError } from "../../../contracts/src/client/errors.ts";
import { createRetryPolicy, isRepeatable, nextDelayMs } from "../../../contracts/src/client/retry-link.ts";

const broken = new Error("call", { cause: new NoAnswerError("network", "reset") });

describe("the waits", () => {
  test("grow from a bound that doubles, never beyond the longest", () => {
    const policy = createRetryPolicy({ attemptsMax: 6, delayMs: 100, delayMsMax: 500, random: () => 1 });
    const waits = [1, 2, 3, 4, 5, 6].map((attempt) => nextDelayMs(policy, attempt, broken));
    expect(waits).toEqual([100, 200, 400, 500, 500, undefined]);
  });

  test("are random between 0 and the bound, and at least what is asked for", () => {
    const random = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        random,
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 1, max: 9 }),
        (share, asked, attempt) => {
          const policy = createRetryPolicy({ attemptsMax: 10, random: () => share });
          const bound = Math.min(5_000, 300 * 2 ** (attempt - 1));
          expect(nextDelayMs(policy, attempt, broken)).toBe(share * bound);
          const cause = new NoAnswerError("unreadable", "proxy", { httpStatus: 503, retryAfterMs: asked });
          expect(nextDelayMs(policy, attempt, new Error("call", { cause }))).toBe(Math.max(asked, share * bound));
        },
      ),
    );
  });

  test("options out of range are refused by name", () => {
    expect(() => createRetryPolicy({ attemptsMax: 0 })).toThrow("attemptsMax");
    expect(() => createRetryPolicy({ attemptsMax: 11 })).toThrow("attemptsMax");
    expect(() => createRetryPolicy({ attemptsMax: 1.5 })).toThrow("attemptsMax");
    expect(() => createRetryPolicy({ delayMs: -1 })).toThrow("delayMs");
    expect(() => createRetryPolicy({ delayMs: 6_000 })).toThrow("delayMsMax");
    expect(() => createRetryPolicy({ delayMs: Number.NaN })).toThrow("delayMs");
  });
});

test("only a text is an idempotency key", () => {
  const repeatable = (input: unknown) => isRepeatable({ type: "mutation", input });
  expect(repeatable({ idempotencyKey: "order-0001" })).toBe(true);
  for (const input of [undefined, null, "idempotencyKey", { idempotencyKey: undefined }, { idempotencyKey: 7 }, {}]) {
    expect(repeatable(input)).toBe(false);
  }
  expect(isRepeatable({ type: "subscription", input: { idempotencyKey: "order-0001" } })).toBe(false);
});
