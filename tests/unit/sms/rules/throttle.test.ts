import { expect, test } from "bun:test";
import { type Earlier, throttle, usualThrottle } from "../../../../src/sms/rules/throttle.ts";

const now = new Date("2025-01-15T02:00:00Z");
const ago = (minutes: number, text = `text ${minutes}`, isCode = false): Earlier => ({
  isCode,
  text,
  at: new Date(now.getTime() - minutes * 60_000),
});
const judge = (earlier: Earlier[], message = { isCode: false, text: "hello" }) =>
  throttle(message, earlier, usualThrottle, now);

test("an equal text within ten minutes is a duplicate, later it is not", () => {
  expect(judge([ago(9, "hello")])).toEqual({ verdict: "duplicate" });
  expect(judge([ago(10, "hello")])).toEqual({ verdict: "send" });
  expect(judge([ago(1, "hello!")])).toEqual({ verdict: "send" });
});

test("the sixth message of an hour waits until the first of the five is an hour old", () => {
  const five = [50, 40, 30, 20, 15].map((minutes) => ago(minutes));
  expect(judge(five.slice(1))).toEqual({ verdict: "send" });
  expect(judge(five)).toEqual({ verdict: "wait", until: new Date(now.getTime() + 10 * 60_000) });
  expect(judge([...five, ago(61)])).toEqual({ verdict: "wait", until: new Date(now.getTime() + 10 * 60_000) });
  expect(judge([...five, ago(55)])).toEqual({ verdict: "wait", until: new Date(now.getTime() + 10 * 60_000) });
});

test("what is an hour old or older does not count", () => {
  const four = [50, 40, 30, 20].map((minutes) => ago(minutes));
  expect(judge([ago(60), ...four])).toEqual({ verdict: "send" });
  expect(judge([ago(61), ...four])).toEqual({ verdict: "send" });
  expect(judge([ago(59), ...four])).toEqual({ verdict: "wait", until: new Date(now.getTime() + 60_000) });
});

test("one-time codes are counted by themselves and may be equal", () => {
  const codes = [1, 2, 3, 4].map((minutes) => ago(minutes, "hello", true));
  expect(judge(codes)).toEqual({ verdict: "send" });
  expect(judge(codes, { isCode: true, text: "hello" })).toEqual({ verdict: "send" });
  expect(judge([...codes, ago(5, "hello", true)], { isCode: true, text: "x" })).toMatchObject({ verdict: "wait" });
});
