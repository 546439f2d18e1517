import { expect, test } from "bun:test";
import { firstState } from "../../../../src/sms/rules/first-state.ts";
import { quietUntil } from "../../../../src/sms/rules/quiet-hours.ts";

const taipei = (time: string) => new Date(`2025-01-15T${time}+08:00`);

const vectors: [string, string | undefined][] = [
  ["00:00:00", "2025-01-15T09:00:00"],
  ["08:59:59", "2025-01-15T09:00:00"],
  ["09:00:00", undefined],
  ["12:29:59", undefined],
  ["12:30:00", "2025-01-15T13:30:00"],
  ["13:29:59", "2025-01-15T13:30:00"],
  ["13:30:00", undefined],
  ["20:59:59", undefined],
  ["21:00:00", "2025-01-16T09:00:00"],
  ["23:59:59", "2025-01-16T09:00:00"],
];

test.each(vectors)("at %s it is quiet until %p", (time, until) => {
  expect(quietUntil(taipei(time))).toEqual(until === undefined ? undefined : new Date(`${until}+08:00`));
});

test("a promotion waits for the end of the quiet hours, and its useful life begins then", () => {
  const createdAt = taipei("21:30:00");
  const request = { quietUntil, createdAt, sendAt: undefined, validForSeconds: 3_600 };
  expect(firstState({ ...request, messageType: "promotional" })).toEqual({
    status: "deferred",
    statusReason: "quiet hours",
    dueAt: new Date("2025-01-16T09:00:00+08:00"),
    expiresAt: new Date("2025-01-16T10:00:00+08:00"),
  });
  expect(firstState({ ...request, messageType: "payment_reminder" })).toMatchObject({ status: "queued" });
});

test("a schedule is kept, one that falls into quiet hours is moved on, one that has passed means at once", () => {
  const createdAt = taipei("10:00:00");
  const request = { quietUntil, createdAt, validForSeconds: 60, messageType: "promotional" } as const;
  expect(firstState({ ...request, sendAt: taipei("11:00:00") })).toMatchObject({
    statusReason: "scheduled",
    dueAt: taipei("11:00:00"),
    expiresAt: taipei("11:01:00"),
  });
  expect(firstState({ ...request, sendAt: taipei("13:00:00") })).toMatchObject({
    statusReason: "quiet hours",
    dueAt: taipei("13:30:00"),
  });
  expect(firstState({ ...request, sendAt: taipei("09:00:00") })).toEqual({
    status: "queued",
    statusReason: undefined,
    dueAt: undefined,
    expiresAt: taipei("10:01:00"),
  });
});
