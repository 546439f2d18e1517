import { describe, expect, test } from "bun:test";
import { batchStatuses } from "../../../../contracts/src/banking.ts";
import { canMove, statesBefore } from "../../../../src/banking/rules/batch-state.ts";

describe("batch states", () => {
  test("nothing leaves a final state", () => {
    for (const from of ["reconciled", "rejected", "cancelled"] as const) {
      expect(batchStatuses.filter((to) => canMove(from, to))).toEqual([]);
    }
  });

  test("a batch is cancelled only from states in which the bank cannot have it", () => {
    expect(statesBefore("cancelled")).toEqual(["draft", "sealed", "approved", "held"]);
  });

  test("a batch is sent only after approval, and never again by itself from an unknown state", () => {
    expect(statesBefore("sending")).toEqual(["approved", "held"]);
    expect(statesBefore("approved")).toEqual(["sealed"]);
    expect(canMove("indeterminate", "sending")).toBe(false);
    expect(canMove("sent", "sending")).toBe(false);
  });

  test("every state but the first can be reached, and none reaches itself", () => {
    for (const status of batchStatuses) {
      expect(canMove(status, status)).toBe(false);
      if (status !== "draft") expect(statesBefore(status).length).toBeGreaterThan(0);
    }
  });
});
