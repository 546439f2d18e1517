import { responseCode } from "../../../../src/banking/rules/layout/controls.ts";
import type { RecordValues } from "../../../../src/banking/rules/layout/description.ts";
import { luckygasResponseCodes } from "../../../../src/banking/rules/layouts/luckygas-response-codes.ts";
import { createItemFinder } from "../../../../src/banking/rules/match-line.ts";
import { type ExpectedItem, reconcile } from "../../../../src/banking/rules/reconcile.ts";

/** An item of the batch, open unless told otherwise. */
export const item = (id: string, amount: number, status: ExpectedItem["status"] = "pending"): ExpectedItem => ({
  id,
  batchId: "batch",
  sequence: Number(id),
  fileDate: null,
  transactionId: `TX-${id}`,
  accountNumber: `0000${id}`,
  amount,
  status,
});

/** A line about the item of this number; `000` is the code of success. */
export const line = (id: string, code: string, more: RecordValues = {}): RecordValues => ({
  transactionId: `TX-${id}`,
  responseCode: code,
  ...more,
});

/** A line that says that the debit came back. */
export const comingBack = (id: string, code: string): RecordValues => line(id, code, { recordName: "return" });

interface Circumstances {
  trailer?: RecordValues;
  /** `null`: a layout without a header. */
  header?: RecordValues | null;
  isCorrection?: boolean;
}

/** Reconciles lines with the items of a batch at the bank 017, whose codes are those of the reply layout. */
export function run(items: ExpectedItem[], lines: RecordValues[], circumstances: Circumstances = {}) {
  const { trailer, header = { clearingCode: "017" }, isCorrection = false } = circumstances;
  return reconcile({
    content: {
      ...(header && { header: { record: 1, values: header } }),
      details: lines.map((values, index) => ({ record: index + 2, values })),
      ...(trailer && { trailer: { record: lines.length + 2, values: trailer } }),
    },
    findItem: createItemFinder({ items, namedBatchId: "batch" }),
    isReturn: ({ recordName }) => recordName === "return",
    isCorrection,
    expected: items,
    clearingCode: "017",
    responseCode: (code) => responseCode(luckygasResponseCodes, code),
  });
}

export const classesOf = (result: ReturnType<typeof run>) => result.lines.map((each) => each.class);
