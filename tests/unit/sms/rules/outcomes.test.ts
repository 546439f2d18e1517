import { expect, test } from "bun:test";
import { backoffMs, outcomeRules } from "../../../../src/sms/rules/outcomes.ts";

test("only what was certainly not taken may fail over or be repeated", () => {
  const failingOver = Object.entries(outcomeRules).filter(([, rule]) => rule.failOver);
  expect(failingOver.map(([name]) => name).sort()).toEqual(["account", "not_sent", "throttle", "transient"]);
  for (const rule of Object.values(outcomeRules)) expect(rule.failOver).toBe(rule.retry !== "never");
  expect(outcomeRules.ambiguous).toMatchObject({ retry: "never", failOver: false });
});

test("faults of the recipient, the content and our request never count against the provider", () => {
  const failing = Object.entries(outcomeRules).filter(([, rule]) => rule.breaker === "failure");
  expect(failing.map(([name]) => name).sort()).toEqual(["account", "ambiguous", "not_sent", "transient"]);
  for (const name of ["recipient", "content", "request", "throttle"] as const) {
    expect(outcomeRules[name].breaker).toBe("neutral");
  }
});

test("the pause doubles and stays within a minute", () => {
  expect([1, 2, 3, 4].map((number) => backoffMs("not_sent", number))).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(backoffMs("not_sent", 1_000)).toBe(60_000);
  expect(backoffMs("account", 1)).toBe(30_000);
});
