import { describe, expect, test } from "bun:test";
import type { RecordValues } from "../../../../src/banking/rules/layout/description.ts";
import { loadLayout } from "../../../../src/banking/rules/layout/layout.ts";
import { luckygasBPayment } from "../../../../src/banking/rules/layouts/luckygas-b.ts";

const loaded = loadLayout(luckygasBPayment);
if (!loaded.ok) throw new Error("layout");
const { layout } = loaded;

const good: RecordValues = {
  transactionId: "TX-1",
  accountNumber: "123456",
  accountHolder: "張三",
  amount: 1,
  paymentDate: "2026-01-31",
};
const problemsOf = (change: RecordValues) => {
  const header = { batchNumber: "B1", fileDate: "2026-01-31", clearingCode: "017" };
  const encoded = layout.encode({ header, details: [good, { ...good, ...change }] });
  return encoded.ok ? [] : encoded.problems;
};

describe("what a payment file refuses", () => {
  test("nothing, when all is well (control)", () => {
    expect(problemsOf({})).toEqual([]);
  });

  test.each<[string, RecordValues, string, string]>([
    [
      "a character outside the code page",
      { accountHolder: "游錫堃" },
      "accountHolder",
      "character U+5803 (堃) is not in the bank's code page (BIG5)",
    ],
    [
      "an astral character, once",
      { accountHolder: "𠮷田" },
      "accountHolder",
      "character U+20BB7 (𠮷) is not in the bank's code page (BIG5)",
    ],
    ["a line break", { memo: "a\nb" }, "memo", "character U+000A is not in the bank's code page (BIG5)"],
    [
      "a name of 16 ideographs",
      { accountHolder: "張".repeat(16) },
      "accountHolder",
      "has 32 bytes in BIG5; the bank's field holds 30",
    ],
    [
      "an id of 21 bytes",
      { transactionId: "X".repeat(21) },
      "transactionId",
      "has 21 bytes in BIG5; the bank's field holds 20",
    ],
    ["an account with letters", { accountNumber: "12345A" }, "accountNumber", "must be digits 0-9 only"],
    [
      "an id with a full-width letter",
      { transactionId: "Ａ1" },
      "transactionId",
      "must be visible ASCII characters only",
    ],
    ["an amount of 12 digits", { amount: 100_000_000_000 }, "amount", "is too large: the bank's field holds 11 digits"],
    ["a fraction of a dollar", { amount: 0.5 }, "amount", "must be a whole number, not negative"],
    ["an empty name", { accountHolder: "" }, "accountHolder", "must not be empty"],
  ])("%s", (_name, change, value, rule) => {
    expect(problemsOf(change)[0]).toEqual({ item: 1, value, rule });
  });

  test("a compatibility ideograph is composed to the one that the code page has", () => {
    expect(problemsOf({ accountHolder: "\uf900" })).toEqual([]);
    expect(problemsOf({ accountHolder: "豈\u200b" })).toHaveLength(1);
  });
});

describe("cutting", () => {
  const cut = loadLayout({
    format: "fixed_width",
    id: "cut",
    title: "cut",
    direction: "payment",
    encoding: "BIG5",
    eol: "LF",
    finalEol: "required",
    recordBytes: 4,
    records: [
      {
        name: "detail",
        role: "detail",
        selector: { start: 1, text: "D" },
        fields: [
          { kind: "literal", name: "type", start: 1, length: 1, text: "D" },
          { kind: "text", name: "memo", start: 2, length: 3, value: "memo", onOverflow: "cut" },
        ],
      },
    ],
  });
  test.each([
    ["A張三", "4441b1690a"],
    ["張三", "44b169200a"],
    ["AB張", "444142200a"],
  ])("%s is cut at the last whole character and padded: %s", (memo, expected) => {
    if (!cut.ok) throw new Error(cut.problems.join());
    const encoded = cut.layout.encode({ header: {}, details: [{ memo }] });
    expect(encoded.ok && Buffer.from(encoded.bytes).toString("hex")).toBe(expected);
  });
});
