import { describe, expect, test } from "bun:test";
import { afterFind, afterSubmit } from "../../../src/einvoice/rules/upload-state.ts";

const PACING = { baseMs: 1_000, maxMs: 300_000 };

describe("after a document was sent", () => {
  test("accepted and rejected end it", () => {
    expect(afterSubmit({ kind: "accepted" }, 3, PACING)).toEqual({ status: "accepted", waitMs: 0, reason: null });
    expect(afterSubmit({ kind: "rejected", reason: "amount" }, 3, PACING)).toEqual({
      status: "rejected",
      waitMs: 0,
      reason: "amount",
    });
  });

  test("silence is asked about, never sent again", () => {
    expect(afterSubmit({ kind: "unknown", reason: "timeout" }, 0, PACING)).toEqual({
      status: "unknown",
      waitMs: 1_000,
      reason: "timeout",
    });
  });

  test("a duplicate is asked about at once", () => {
    expect(afterSubmit({ kind: "unknown", reason: "duplicate_number" }, 5, PACING)).toMatchObject({
      status: "unknown",
      waitMs: 0,
    });
  });

  test("only what had no effect is sent again: doubling waits, longer ones when we must mend something", () => {
    const step = (setbacks: number, isRetryable: boolean) =>
      afterSubmit({ kind: "not_applied", reason: "x", isRetryable }, setbacks, PACING);
    expect(step(0, true)).toEqual({ status: "due", waitMs: 1_000, reason: "x" });
    expect(step(4, true).waitMs).toBe(16_000);
    expect(step(0, false).waitMs).toBe(60_000);
    expect(step(1_000, true).waitMs).toBe(300_000);
  });
});

describe("after the platform was asked", () => {
  const before = (reason: string | null = "timeout") => ({ reason, setbacks: 0 });

  test("ours is adopted, another content is refused", () => {
    expect(afterFind({ kind: "found", differences: [] }, before(), PACING).status).toBe("accepted");
    expect(afterFind({ kind: "found", differences: ["TotalAmount"] }, before(), PACING)).toEqual({
      status: "rejected",
      waitMs: 0,
      reason: "number_taken_by_other_content",
    });
  });

  test("not there: sent again, unless the platform had called it a duplicate", () => {
    expect(afterFind({ kind: "not_found" }, before(), PACING).status).toBe("due");
    const contradiction = afterFind({ kind: "not_found" }, before("duplicate_number"), PACING);
    expect(contradiction).toMatchObject({ status: "unknown", reason: "duplicate_yet_not_found" });
    expect(afterFind({ kind: "not_found" }, before(contradiction.reason), PACING)).toMatchObject(contradiction);
  });

  test("an unlisted code is asked about at once, and believed only when there is nothing", () => {
    const sent = afterSubmit({ kind: "unknown", reason: "code_4711" }, 5, PACING);
    expect(sent).toMatchObject({ status: "unknown", waitMs: 0, reason: "code_4711" });
    const asked = before(sent.reason);
    expect(afterFind({ kind: "not_found" }, asked, PACING)).toMatchObject({ status: "rejected", reason: "code_4711" });
    expect(afterFind({ kind: "found", differences: [] }, asked, PACING).status).toBe("accepted");
    const silent = afterFind({ kind: "unknown", reason: "timeout" }, asked, PACING);
    expect(silent).toMatchObject({ status: "unknown", reason: "code_4711" });
  });

  test("no answer: asked again, and the first reason stays", () => {
    expect(afterFind({ kind: "unknown", reason: "reset" }, before("duplicate_number"), PACING)).toEqual({
      status: "unknown",
      waitMs: 1_000,
      reason: "duplicate_number",
    });
  });
});
