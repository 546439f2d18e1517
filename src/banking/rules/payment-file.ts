import type { EncodeProblem, EncodeResult } from "./layout/content.ts";
import type { RecordValues } from "./layout/description.ts";
import type { Layout } from "./layout/layout.ts";

/** What one debit puts into a payment file. */
export interface PaymentItem {
  transactionId: string;
  accountNumber: string;
  accountHolder: string;
  amount: number;
  idNumber?: string | null | undefined;
  memo?: string | null | undefined;
}

export interface PaymentBatch {
  batchNumber: string;
  /** Day on which the file is made, Taipei. */
  fileDate: string;
  paymentDate: string;
  clearingCode: string;
  companyCode: string;
  items: readonly PaymentItem[];
}

/** Writes a payment file in a bank's layout, or tells every value that the layout cannot take. */
export function encodePayment(layout: Layout, batch: PaymentBatch): EncodeResult {
  const { batchNumber, fileDate, clearingCode, companyCode, paymentDate } = batch;
  return layout.encode({
    header: { batchNumber, fileDate, clearingCode, companyCode },
    details: batch.items.map(
      (item): RecordValues => ({
        transactionId: item.transactionId,
        accountNumber: item.accountNumber,
        accountHolder: item.accountHolder,
        amount: item.amount,
        paymentDate,
        ...(item.idNumber && { idNumber: item.idNumber }),
        ...(item.memo && { memo: item.memo }),
      }),
    ),
  });
}

/** Where in a caller's input a problem lies: `items.3.accountHolder`, or `paymentDate`; values of the header are ours. */
export function inputPath(problem: EncodeProblem): string {
  if (problem.value === "totalAmount" || problem.value === "totalCount") return "items";
  if (problem.item === undefined || problem.value === "paymentDate") return problem.value;
  return `items.${problem.item}.${problem.value}`;
}
