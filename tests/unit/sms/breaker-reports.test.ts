import { expect, test } from "bun:test";
import type { BreakerPermit } from "../../../src/platform/breaker.ts";
import { createBreakerReports } from "../../../src/sms/breaker-reports.ts";

/** A permit that writes down what it is told, each time after a turn of the event loop. */
function recorder() {
  const told: string[] = [];
  const tell = (verdict: string) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    told.push(verdict);
  };
  const permit: BreakerPermit = { success: tell("success"), failure: tell("failure"), neutral: tell("neutral") };
  return { told, permit };
}

test("order is kept and successes that wait behind one another are told once", async () => {
  const { told, permit } = recorder();
  const reports = createBreakerReports();
  const verdicts = ["success", "success", "success", "failure", "success", "success", "neutral", "failure"] as const;
  await Promise.all(verdicts.map((verdict) => reports.report("p", permit, verdict)));
  expect(told).toEqual(["success", "failure", "success", "neutral", "failure"]);
});

test("a success that comes while one is being recorded is recorded itself", async () => {
  const { told, permit } = recorder();
  const reports = createBreakerReports();
  const first = reports.report("p", permit, "success");
  await Promise.resolve();
  await Promise.resolve();
  await Promise.all([first, reports.report("p", permit, "success")]);
  expect(told).toEqual(["success", "success"]);
});

test("a report that fails is told to its caller and does not stop the next", async () => {
  const { told, permit } = recorder();
  const reports = createBreakerReports();
  const broken = { ...permit, failure: () => Promise.reject(new Error("database away")) };
  const failing = reports.report("p", broken, "failure");
  const next = reports.report("p", permit, "success");
  await expect(failing).rejects.toThrow("database away");
  await next;
  expect(told).toEqual(["success"]);
});
