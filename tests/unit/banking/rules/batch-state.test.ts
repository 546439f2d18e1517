import { describe, expect, test } from "bun:test";
import { batchStatuses } from "../../../../contracts/src/banking.ts";
import { awaitsReply, canMove, statesBefore } from "../../../../src/banking/rules/batch-state.ts";

const inAnyOrder = (states: readonly string[]) => [...states].sort();

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

  test("the way of a batch: each step follows from the one before", () => {
    const way = ["draft", "sealed", "approved", "sending", "sent", "acknowledged", "reconciled"] as const;
    for (const [index, from] of way.entries()) {
      for (const to of way.slice(index + 1)) {
        const isReply = to === "acknowledged" || to === "reconciled";
        // A reply may be the first that is heard of a file under way.
        const isNext = to === way[index + 1] || (isReply && index >= way.indexOf("sending"));
        expect([from, to, canMove(from, to)]).toEqual([from, to, isNext]);
      }
      for (const to of way.slice(0, index)) expect([from, to, canMove(from, to)]).toEqual([from, to, false]);
    }
  });

  test("a batch that was held goes on, is found to have arrived, or is given up", () => {
    expect(inAnyOrder(statesBefore("held"))).toEqual(["approved", "indeterminate", "sending"]);
    expect(statesBefore("indeterminate")).toEqual(["sending"]);
    expect(inAnyOrder(statesBefore("sent"))).toEqual(["held", "indeterminate", "sending"]);
  });

  test("the bank may refuse or answer whatever file may have reached it", () => {
    const mayHaveArrived = ["sending", "held", "sent", "indeterminate"] as const;
    expect(inAnyOrder(statesBefore("rejected"))).toEqual(inAnyOrder(mayHaveArrived));
    expect(inAnyOrder(statesBefore("acknowledged"))).toEqual(inAnyOrder(mayHaveArrived));
    expect(inAnyOrder(statesBefore("reconciled"))).toEqual(inAnyOrder([...mayHaveArrived, "acknowledged"]));
    // A reconciled batch still gets returns.
    expect(inAnyOrder(awaitsReply)).toEqual(inAnyOrder([...mayHaveArrived, "acknowledged", "reconciled"]));
  });
});
