import { expect, test } from "bun:test";
import { OperationError } from "../../../src/platform/errors.ts";
import { createCallerLimits } from "../../../src/platform/rate-limit.ts";

const service = { subject: "S1", role: "service" } as const;
const driver = { subject: "D1", role: "driver" } as const;

function refusal(act: () => void): OperationError {
  try {
    act();
  } catch (error) {
    if (error instanceof OperationError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

test("ten seconds' worth at once, then the steady rate; a driver gets a tenth", () => {
  let now = 0;
  const limits = createCallerLimits({ callsPerSecond: 20, nowMs: () => now });
  const allowed = (caller: typeof service | typeof driver) => {
    let count = 0;
    try {
      for (; count < 10_000; count += 1) limits.take(caller);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
    }
    return count;
  };
  expect(allowed(service)).toBe(200);
  expect(allowed(driver)).toBe(20);
  now += 1_000;
  expect(allowed(service)).toBe(20);
  expect(allowed(driver)).toBe(2);
  now += 3_600_000;
  expect(allowed(service)).toBe(200);
});

test("a refusal says when to come again, is told once a minute, and touches nobody else", () => {
  let now = 0;
  const told: string[] = [];
  const limits = createCallerLimits({
    callsPerSecond: 1,
    nowMs: () => now,
    onRefused: ({ subject }) => told.push(subject),
  });
  for (let count = 0; count < 10; count += 1) limits.take(service);
  for (let count = 0; count < 5; count += 1) {
    expect(refusal(() => limits.take(service))).toMatchObject({
      code: "rate_limited",
      options: { reason: "caller_limit", retryAfterSeconds: 1 },
    });
  }
  limits.take({ subject: "S2", role: "service" });
  expect(told).toEqual(["S1"]);
  now += 60_000;
  for (let count = 0; count < 10; count += 1) limits.take(service);
  refusal(() => limits.take(service));
  expect(told).toEqual(["S1", "S1"]);
});

test("knows the busiest caller of each role, in this minute and the one before", () => {
  let now = 0;
  const limits = createCallerLimits({ callsPerSecond: 1_000, nowMs: () => now });
  for (let count = 0; count < 30; count += 1) limits.take(service);
  for (let count = 0; count < 7; count += 1) limits.take({ subject: "S2", role: "service" });
  now += 60_000;
  limits.take(driver);
  expect([...limits.busiest()]).toEqual([
    ["service", 30],
    ["driver", 1],
  ]);
  now += 120_000;
  expect(limits.busiest().get("service")).toBe(0);
});

test("memory is bounded whoever calls", () => {
  const limits = createCallerLimits({ callsPerSecond: 1, nowMs: () => 0 });
  for (let count = 0; count < 25_000; count += 1) limits.take({ subject: `S${count}`, role: "service" });
  expect(limits.busiest().size).toBe(1);
});
