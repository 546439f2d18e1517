import { describe, expect, test } from "bun:test";
import { itemStatuses } from "@luckygas/gateway-client";
import { postingOf, type SettledStatus } from "../../../../src/banking/rules/reconcile.ts";
import { classesOf, comingBack, item, line, run } from "./reconcile-run.ts";

describe("a debit that came back", () => {
  test("reverses a success, told earlier, in the same file or by absence", () => {
    for (const status of ["success", "paid_by_absence"] as const) {
      const result = run([item("1", 100, status)], [comingBack("1", "001")]);
      expect(classesOf(result)).toEqual(["returned"]);
      expect([...result.settled]).toEqual([["1", "returned"]]);
      expect(result.accuracy).toBe(1);
    }
    const both = run([item("1", 100)], [line("1", "000"), comingBack("1", "001"), comingBack("1", "001")]);
    expect(classesOf(both)).toEqual(["matched_success", "returned", "duplicate_line"]);
    expect([...both.settled]).toEqual([["1", "returned"]]);
  });

  test("before any result is a failure, whatever its code", () => {
    expect(classesOf(run([item("1", 100)], [comingBack("1", "000")]))).toEqual(["matched_failed"]);
  });

  test("a second time says nothing new", () => {
    for (const status of ["returned", "failed"] as const) {
      const again = run([item("1", 100, status)], [comingBack("1", "001")]);
      expect(classesOf(again)).toEqual(["already_final_same"]);
      expect(again.settled.size).toBe(0);
    }
  });
});

describe("a line about an item that is final", () => {
  test.each([
    ["success", "000", "already_final_same"],
    ["paid_by_absence", "000", "already_final_same"],
    ["failed", "001", "already_final_same"],
    ["returned", "001", "already_final_same"],
    ["success", "001", "already_final_conflict"],
    ["paid_by_absence", "001", "already_final_conflict"],
    ["failed", "000", "already_final_conflict"],
    ["returned", "000", "already_final_conflict"],
  ] as const)("%s told %s again: %s, and it stays as it is", (status, code, expected) => {
    const result = run([item("1", 100, status)], [line("1", code)]);
    expect(classesOf(result)).toEqual([expected]);
    expect(result.settled.size).toBe(0);
  });

  test("a correction changes what it contradicts, and nothing else", () => {
    const items = [item("1", 100, "failed"), item("2", 200, "success"), item("3", 300, "success")];
    const result = run(items, [line("1", "000"), line("2", "001"), line("3", "000")], { isCorrection: true });
    expect(classesOf(result)).toEqual(["corrected", "corrected", "already_final_same"]);
    expect([...result.settled]).toEqual([
      ["1", "success"],
      ["2", "failed"],
    ]);
    expect(result.accuracy).toBe(2 / 3);
  });
});

describe("whose file it is", () => {
  test("a file without a header, or whose header names no bank, is taken for the bank's own", () => {
    for (const header of [null, {}]) {
      const result = run([item("1", 100)], [line("1", "000")], { header });
      expect(classesOf(result)).toEqual(["matched_success"]);
      expect(result.holds).toBe(true);
    }
  });

  test("a line may name another account in the place of its own", () => {
    const swapped = { accountNumber: "555", presentingAccount: "00001" };
    expect(classesOf(run([item("1", 100)], [line("1", "000", swapped)]))).toEqual(["matched_success"]);
  });

  test("an amount of zero is no result of a debit that succeeded, and another amount never is", () => {
    expect(classesOf(run([item("1", 100)], [line("1", "001", { amount: 99 })]))).toEqual(["amount_mismatch"]);
    expect(classesOf(run([item("1", 100)], [line("1", "001", { amount: 100 })]))).toEqual(["matched_failed"]);
  });
});

test("money moves only between taken and not taken", () => {
  const taken = new Set<string>(["success", "paid_by_absence"]);
  const after: SettledStatus[] = ["success", "failed", "returned"];
  for (const from of itemStatuses) {
    for (const to of after) {
      const wasTaken = taken.has(from);
      const expected = wasTaken === taken.has(to) ? undefined : wasTaken ? "reversal" : "debit";
      expect([from, to, postingOf(from, to)]).toEqual([from, to, expected]);
    }
  }
});
