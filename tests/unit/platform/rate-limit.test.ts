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

test("the time to wait is what the missing part of a call takes at the caller's own rate", () => {
  let now = 0;
  const limits = createCallerLimits({ callsPerSecond: 0.5, nowMs: () => now });
  const waitOf = (caller: typeof service | typeof driver) =>
    refusal(() => limits.take(caller)).options.retryAfterSeconds;
  for (let count = 0; count < 5; count += 1) limits.take(service);
  expect(waitOf(service)).toBe(2);
  now += 500;
  expect(waitOf(service)).toBe(2);
  now += 501;
  expect(waitOf(service)).toBe(1);
  limits.take(driver);
  expect(waitOf(driver)).toBe(20);
});

test("without a clock of its own it goes by the process's", () => {
  const limits = createCallerLimits({ callsPerSecond: 0.001 });
  limits.take(service);
  expect(refusal(() => limits.take(service)).options.retryAfterSeconds).toBeLessThanOrEqual(1_000);
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

test("a minute's calls are its own, and a minute without any ends what was before", () => {
  let now = 0;
  const limits = createCallerLimits({ callsPerSecond: 1_000, nowMs: () => now });
  const busiest = () => limits.busiest().get("service");
  for (let count = 0; count < 30; count += 1) limits.take(service);
  now += 60_000;
  for (let count = 0; count < 2; count += 1) limits.take(service);
  expect(busiest()).toBe(30);
  now += 120_000;
  expect(busiest()).toBe(0);
});

test("of more than 10,000 callers the first is forgotten, and none before", () => {
  const limits = createCallerLimits({ callsPerSecond: 0.1, nowMs: () => 0 });
  limits.take(service);
  for (let count = 1; count < 10_000; count += 1) limits.take({ subject: `other ${count}`, role: "service" });
  refusal(() => limits.take(service));
  limits.take(driver);
  limits.take(service);
  refusal(() => limits.take({ subject: "other 2", role: "service" }));
});

test("memory is bounded whoever calls", () => {
  const limits = createCallerLimits({ callsPerSecond: 1, nowMs: () => 0 });
  for (let count = 0; count < 25_000; count += 1) limits.take({ subject: `S${count}`, role: "service" });
  expect(limits.busiest().size).toBe(1);
});
