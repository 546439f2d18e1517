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
  const { batchNumber, fileDate, clearingCode, companyCode, fileValues } = batch;
  return layout.encode({
    header: { ...fileValues, batchNumber, fileDate, clearingCode, companyCode },
    details: batch.items.map((item) => detailOf(item, batch)),
  });
}

/** One object and no more for every debit: a file has up to hundreds of thousands. */
function detailOf(item: PaymentItem, { paymentDate, fileValues }: PaymentBatch): RecordValues {
  const values: RecordValues = {
    transactionId: item.transactionId,
    accountNumber: item.accountNumber,
    accountHolder: item.accountHolder,
    amount: item.amount,
    paymentDate,
  };
  for (const name of Object.keys(fileValues))
    if (!(name in values)) Reflect.set(values, name, Reflect.get(fileValues, name));
  if (item.idNumber) values.idNumber = item.idNumber;
  if (item.memo) values.memo = item.memo;
  if (item.reference) values.customerReference = item.reference;
  if (item.customerNumber) values.customerNumber = item.customerNumber;
  if (item.receivingUnit) values.receivingUnit = item.receivingUnit;
  return values;
}

/** Where in a caller's input a problem lies: `items.3.accountHolder`, or `paymentDate`; values of the header are ours. */
export function inputPath(problem: EncodeProblem): string {
  if (["totalAmount", "totalCount", "hashTotal"].includes(problem.value)) return "items";
  if (problem.item !== undefined && problem.value === "customerReference") return `items.${problem.item}.reference`;
  if (problem.item === undefined || problem.value === "paymentDate") return problem.value;
  return `items.${problem.item}.${problem.value}`;
}
