import type { EncodeProblem, EncodeResult } from "./layout/content.ts";
import type { RecordValues, TextValue } from "./layout/description.ts";
import type { Layout } from "./layout/layout.ts";

/** What one debit puts into a payment file. */
export interface PaymentItem {
  transactionId: string;
  accountNumber: string;
  accountHolder: string;
  amount: number;
  idNumber?: string | null | undefined;
  memo?: string | null | undefined;
  reference?: string | null | undefined;
  customerNumber?: string | null | undefined;
  receivingUnit?: string | null | undefined;
}

export interface PaymentBatch {
  batchNumber: string;
  /** Day on which the file is made, Taipei. */
  fileDate: string;
  paymentDate: string;
  clearingCode: string;
  companyCode: string;
  /** What is the same in every file and every item of the bank. */
  fileValues: Readonly<Partial<Record<TextValue, string>>>;
  items: readonly PaymentItem[];
}

/** Writes a payment file in a bank's layout, or tells every value that the layout cannot take. */
export function encodePayment(layout: Layout, batch: PaymentBatch): EncodeResult {
  const { batchNumber, fileDate, clearingCode, companyCode, paymentDate, fileValues } = batch;
  return layout.encode({
    header: { ...fileValues, batchNumber, fileDate, clearingCode, companyCode },
    details: batch.items.map(
      (item): RecordValues => ({
        ...fileValues,
        transactionId: item.transactionId,
        accountNumber: item.accountNumber,
        accountHolder: item.accountHolder,
        amount: item.amount,
        paymentDate,
        ...(item.idNumber && { idNumber: item.idNumber }),
        ...(item.memo && { memo: item.memo }),
        ...(item.reference && { customerReference: item.reference }),
        ...(item.customerNumber && { customerNumber: item.customerNumber }),
        ...(item.receivingUnit && { receivingUnit: item.receivingUnit }),
      }),
    ),
  });
}

/** Where in a caller's input a problem lies: `items.3.accountHolder`, or `paymentDate`; values of the header are ours. */
export function inputPath(problem: EncodeProblem): string {
  if (["totalAmount", "totalCount", "hashTotal"].includes(problem.value)) return "items";
  if (problem.item !== undefined && problem.value === "customerReference") return `items.${problem.item}.reference`;
  if (problem.item === undefined || problem.value === "paymentDate") return problem.value;
  return `items.${problem.item}.${problem.value}`;
}
