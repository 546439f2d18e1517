import { describe, expect, test } from "bun:test";
import { lineClasses } from "@luckygas/gateway-client";
import fc from "fast-check";
import { classesOf, item, line, run } from "./reconcile-run.ts";

describe("reconciliation", () => {
  test("every class, each by its own line", () => {
    const items = [
      item("1", 100),
      item("2", 200),
      item("3", 300),
      item("4", 400),
      item("5", 500, "success"),
      item("6", 600, "success"),
    ];
    const result = run(items, [
      line("1", "000"),
      line("2", "001"),
      line("3", "000", { processedAmount: 299 }),
      line("4", "000", { accountNumber: "999" }),
      line("5", "000"),
      line("6", "003"),
      line("9", "000"),
      line("1", "000"),
    ]);
    expect(classesOf(result)).toEqual([
      "matched_success",
      "matched_failed",
      "amount_mismatch",
      "account_mismatch",
      "already_final_same",
      "already_final_conflict",
      "unknown_transaction",
      "duplicate_line",
    ]);
    expect([...result.settled]).toEqual([
      ["1", "success"],
      ["2", "failed"],
    ]);
    expect(result.accuracy).toBe(2 / 8);
  });

  test("a code that the table lacks is a failure, never a success", () => {
    const result = run([item("1", 100)], [line("1", "X99")]);
    expect(classesOf(result)).toEqual(["matched_failed"]);
    expect(result.lines[0]?.response.meaning).toContain("not in the bank's table");
  });

  test("a failed debit told with amount 0 is a failure, not a wrong amount", () => {
    expect(classesOf(run([item("1", 100)], [line("1", "001", { processedAmount: 0 })]))).toEqual(["matched_failed"]);
    expect(classesOf(run([item("1", 100)], [line("1", "000", { processedAmount: 0 })]))).toEqual(["amount_mismatch"]);
  });

  test("a file with another bank's code posts nothing", () => {
    const result = run([item("1", 100)], [line("1", "000")], { header: { clearingCode: "822" } });
    expect(classesOf(result)).toEqual(["wrong_bank"]);
    expect(result.settled.size).toBe(0);
    expect(result.holds).toBe(false);
  });

  test.each([
    [{ totalCount: 2, totalAmount: 300, successCount: 1, successAmount: 100, failCount: 1, failAmount: 200 }, true],
    [{ totalCount: 2, totalAmount: 301, successCount: 1, successAmount: 100, failCount: 1, failAmount: 201 }, false],
    [{ totalCount: 2, totalAmount: 300, successCount: 1, successAmount: 200, failCount: 1, failAmount: 100 }, false],
    [{ totalCount: 3, totalAmount: 300 }, false],
  ])("amounts of the trailer against the items: %j holds: %p", (trailer, holds) => {
    expect(run([item("1", 100), item("2", 200)], [line("1", "000"), line("2", "001")], { trailer }).holds).toBe(holds);
  });

  test("the amount of unknown transactions explains a difference, but only upwards", () => {
    const lines = [line("1", "000"), line("9", "000")];
    const told = (successAmount: number) => ({
      trailer: { totalCount: 2, totalAmount: successAmount, successCount: 2, successAmount },
    });
    const more = run([item("1", 100)], lines, told(150));
    expect(more.holds).toBe(true);
    expect(more.identities.map((identity) => identity.explanation)).toContain(
      "NT$ 50 belong to 1 lines of unknown transactions",
    );
    expect(run([item("1", 100)], lines, told(99)).holds).toBe(false);
  });

  test("an empty file has accuracy 1", () => {
    expect(run([item("1", 100)], []).accuracy).toBe(1);
  });

  test("each line has one class, each item one account, and applying twice changes nothing", () => {
    const lines = fc.array(
      fc.record({ id: fc.integer({ min: 0, max: 9 }), code: fc.constantFrom("000", "001", "007", "999") }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(
        lines,
        fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 6, maxLength: 6 }),
        (drawn, amounts) => {
          const items = amounts.map((amount, index) => item(String(index), amount));
          const input = drawn.map(({ id, code }) => line(String(id), code));
          const first = run(items, input);
          expect(first.lines).toHaveLength(input.length);
          for (const each of first.lines) expect(lineClasses).toContain(each.class);
          expect(first.identities[0]?.holds).toBe(true);
          const after = items.map((each) => ({ ...each, status: first.settled.get(each.id) ?? each.status }));
          const second = run(after, input);
          expect(second.settled.size).toBe(0);
          expect(classesOf(second).some((each) => each.startsWith("matched"))).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});
