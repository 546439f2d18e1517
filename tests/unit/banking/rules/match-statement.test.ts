import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { statementLineClasses } from "../../../../contracts/src/banking.ts";
import type { RecordValues } from "../../../../src/banking/rules/layout/description.ts";
import { loadLayout } from "../../../../src/banking/rules/layout/layout.ts";
import { taishinStatement } from "../../../../src/banking/rules/layouts/taishin-statement.ts";
import { type ExpectedReceipt, matchStatement } from "../../../../src/banking/rules/match-statement.ts";
import { statementTotals } from "../../../../src/banking/rules/statement-identities.ts";

const loaded = loadLayout(taishinStatement);
if (!loaded.ok) throw new Error(loaded.problems.join());
const rules = loaded.layout.description.receipts;

const accounts = ["95678000000001", "95678000000002", "95678000000003"];
const anyReceipt = fc.record<ExpectedReceipt>({
  id: fc.uuid(),
  virtualAccount: fc.constantFrom(...accounts),
  amount: fc.constantFrom(100, 200),
  status: fc.constantFrom("open", "received", "reversed", "cancelled"),
  receivedAmount: fc.constantFrom(null, 100, 200),
});
const anyLine = fc.record<RecordValues>({
  virtualAccount: fc.constantFrom(...accounts, "95678000000009"),
  amount: fc.constantFrom(100, 200, 300),
  amountSign: fc.constantFrom("+", "-"),
  debitCredit: fc.constantFrom("C", "D"),
  status: fc.constantFrom("S", "S", "S", "P"),
  processedDate: fc.constant("2026-08-04"),
  bankReference: fc.constantFrom("000001", "000002", "000003", "000004"),
});

describe("lines of a statement", () => {
  test("each is in exactly one class, no receipt is paid twice without being taken back, and everything adds up", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(anyReceipt, { maxLength: 6 }), fc.array(anyLine, { maxLength: 30 }), (receipts, values) => {
        const lines = values.map((line, index) => ({ record: index + 1, values: line }));
        const result = matchStatement({ lines, receipts, knownKeys: new Set(), rules });
        expect(result.map((line) => line.record)).toEqual(lines.map((line) => line.record));
        for (const line of result) {
          seen.add(line.class);
          expect(statementLineClasses).toContain(line.class);
        }
        const states = new Map(receipts.map((receipt) => [receipt.id, receipt.status]));
        for (const { class: lineClass, receiptId } of result) {
          if (receiptId === null) continue;
          const before = states.get(receiptId) ?? "cancelled";
          if (lineClass === "matched") {
            expect(["open", "reversed"]).toContain(before);
            states.set(receiptId, "received");
          } else if (lineClass === "reversed") {
            expect(before).toBe("received");
            states.set(receiptId, "reversed");
          }
        }
        const { identities } = statementTotals(
          result.map(({ class: lineClass, isReversal, amount }) => ({
            class: lineClass,
            isReversal,
            count: 1,
            amount,
          })),
        );
        expect(identities.every((identity) => identity.holds)).toBe(true);
        const again = matchStatement({
          lines,
          receipts,
          knownKeys: new Set(result.map((line) => line.lineKey)),
          rules,
        });
        expect(again.filter((line) => line.class !== "duplicate_line" && line.class !== "not_settled")).toEqual([]);
      }),
      { numRuns: 500, seed: 20_260_804 },
    );
    // Every class but the one that a person gives was met, so the run says something of each.
    expect(statementLineClasses.filter((name) => !seen.has(name))).toEqual(["assigned"]);
  });

  test("the oldest of two equal receipts is paid first", () => {
    const receipt = { virtualAccount: accounts[0] ?? "", amount: 100, status: "open" as const, receivedAmount: null };
    const receipts = [
      { ...receipt, id: "older" },
      { ...receipt, id: "newer" },
    ];
    const line = (bankReference: string) => ({
      record: Number(bankReference),
      values: { virtualAccount: receipt.virtualAccount, amount: 100, status: "S", bankReference },
    });
    const result = matchStatement({ lines: [line("1"), line("2"), line("3")], receipts, knownKeys: new Set(), rules });
    expect(result.map(({ class: lineClass, receiptId }) => [lineClass, receiptId])).toEqual([
      ["matched", "older"],
      ["matched", "newer"],
      ["already_received", "older"],
    ]);
  });
});
