import { describe, expect, test } from "bun:test";
import type { EncodeResult, FileInput } from "../../../../src/banking/rules/layout/content.ts";
import type { Layout } from "../../../../src/banking/rules/layout/layout.ts";
import { encodePayment, inputPath, type PaymentBatch } from "../../../../src/banking/rules/payment-file.ts";
import { fixed, load, record } from "./sample-layouts.ts";

const { description: _description, ...any } = load(fixed(1, [record("detail", "D", [])]));

/** What the layout is asked to write. */
function asked(batch: Partial<PaymentBatch>): FileInput | undefined {
  let input: FileInput | undefined;
  const layout: Layout = {
    ...{ ...any, description: _description },
    encode: (given): EncodeResult => {
      input = given;
      return { ok: true, bytes: new Uint8Array(), recordCount: 0, totalAmount: 0 };
    },
  };
  const parts = { batchNumber: "B1", fileDate: "2026-01-30", paymentDate: "2026-01-31" };
  const bank = { clearingCode: "017", companyCode: "LG", fileValues: {}, items: [] };
  expect(encodePayment(layout, { ...parts, ...bank, ...batch }).ok).toBe(true);
  return input;
}

const item = { transactionId: "T1", accountNumber: "123", accountHolder: "張三", amount: 5 };

describe("a payment file", () => {
  test("has the batch in its header and a detail for each debit", () => {
    expect(asked({ items: [item, { ...item, transactionId: "T2" }] })).toEqual({
      header: { batchNumber: "B1", fileDate: "2026-01-30", clearingCode: "017", companyCode: "LG" },
      details: [
        { ...item, paymentDate: "2026-01-31" },
        { ...item, transactionId: "T2", paymentDate: "2026-01-31" },
      ],
    });
  });

  test("has what a debit says beside, and nothing for what it does not say", () => {
    const more = { idNumber: "A1", memo: "m", customerNumber: "C1", receivingUnit: "0040000" };
    expect(asked({ items: [{ ...item, ...more, reference: "R1" }] })?.details).toEqual([
      { ...item, ...more, customerReference: "R1", paymentDate: "2026-01-31" },
    ]);
    const nothing = { idNumber: null, memo: "", reference: undefined, customerNumber: null, receivingUnit: "" };
    expect(asked({ items: [{ ...item, ...nothing }] })?.details).toEqual([{ ...item, paymentDate: "2026-01-31" }]);
  });

  test("has the bank's own values everywhere, unless the debit or the batch says another", () => {
    const fileValues = { companyName: "幸福", memo: "bank's", accountNumber: "0", batchNumber: "0" };
    const input = asked({ fileValues, items: [item, { ...item, memo: "own" }] });
    expect(input?.header).toMatchObject({ companyName: "幸福", batchNumber: "B1" });
    expect(input?.details).toMatchObject([
      { companyName: "幸福", memo: "bank's", accountNumber: "123" },
      { companyName: "幸福", memo: "own", accountNumber: "123" },
    ]);
  });
});

test.each([
  [{ item: 3, value: "accountHolder" }, "items.3.accountHolder"],
  [{ item: 0, value: "customerReference" }, "items.0.reference"],
  [{ value: "customerReference" }, "customerReference"],
  [{ item: 3, value: "paymentDate" }, "paymentDate"],
  [{ value: "companyCode" }, "companyCode"],
  [{ value: "totalAmount" }, "items"],
  [{ item: 1, value: "totalCount" }, "items"],
  [{ value: "hashTotal" }, "items"],
])("the problem %j is at %s of the caller's input", (problem, path) => {
  expect(inputPath({ ...problem, rule: "x" })).toBe(path);
});
