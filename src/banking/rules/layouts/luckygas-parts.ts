import type { FixedRecordInput } from "../layout/description.ts";
import { amount, ascii, code, count, date, digits, filler, literal, type Part, recordOf, text } from "./parts.ts";

/** What all layouts of the LuckyGas 200-byte family have in common: cents, CRLF, Big5. */
export const luckygasFile = {
  format: "fixed_width",
  encoding: "BIG5",
  eol: "CRLF",
  recordBytes: 200,
} as const;

const inCents = { decimals: 2 };
const batchAndDay: Part[] = [code("batch_number", 20, "batchNumber"), date("file_date", "fileDate", "YYYYMMDD")];
const clearingCode = digits("bank_code", 3, "clearingCode", { required: true });
const itemBegin: Part[] = [count("sequence", 6, "sequence"), code("transaction_id", 20, "transactionId")];
const debit: Part[] = [
  digits("account_number", 14, "accountNumber", { required: true }),
  text("account_holder", 30, "accountHolder", { required: true }),
  amount("amount", 13, "amount", inCents),
  date("payment_date", "paymentDate", "YYYYMMDD"),
];
const idNumber = ascii("id_number", 10, "idNumber");

type Rules = Pick<FixedRecordInput, "optional">;

/** Header of variant B, payment and reply alike. */
export const headerB = recordOf("header", "H", [
  literal("record_type", "H"),
  ...batchAndDay,
  clearingCode,
  ascii("company_code", 10, "companyCode"),
  literal("version", "001"),
  filler(155),
]);

/** Header of variant A, which has 209 bytes. */
export const headerA = (rules: Rules = {}) =>
  recordOf(
    "header",
    "H",
    [
      literal("record_type", "H"),
      ...batchAndDay,
      clearingCode,
      ascii("version", 3, "formatVersion", { default: "001" }),
      filler(174),
    ],
    { bytes: 209, ...rules },
  );

/** Header of variant C, with time, company name and the number of the file within the day. */
export const headerC = (rules: Rules = {}) =>
  recordOf(
    "header",
    "H",
    [
      literal("record_type", "H"),
      ...batchAndDay,
      digits("file_time", 6, "fileTime", { default: "000000" }),
      ascii("company_code", 10, "companyCode"),
      text("company_name", 40, "companyName"),
      clearingCode,
      digits("file_sequence", 3, "fileSequence", { default: "001" }),
      ascii("version", 3, "formatVersion", { default: "1.0" }),
      filler(106),
    ],
    rules,
  );

const detailOf = (selector: string, parts: Part[], rules: Partial<FixedRecordInput> = {}) =>
  recordOf("detail", selector, [literal("record_type", selector), ...itemBegin, ...parts], rules);

/** Debits of the three variants: A stops after the payment date, B has id and memo, C its own columns. */
export const debitA = detailOf("D", [...debit, filler(108)]);
export const debitB = detailOf("D", [...debit, idNumber, text("memo", 50, "memo"), filler(48)]);
export const debitC = detailOf("D", [
  digits("transaction_type", 2, "transactionType", { default: "27" }),
  digits("bank_number", 3, "bankNumber"),
  digits("branch_number", 4, "branchNumber"),
  ...debit,
  idNumber,
  text("description", 40, "memo"),
  ascii("customer_reference", 20, "customerReference"),
  filler(29),
]);

const processedDate = date("processed_date", "processedDate", "YYYYMMDD", { required: false });
const result: Part[] = [ascii("bank_reference", 20, "bankReference"), code("response_code", 3, "responseCode")];

/** A result in the service form: with the bank's words, without an amount. */
export const resultInServiceForm = detailOf("D", [
  ...result,
  text("message", 100, "responseMessage", { onUndecodable: "replace" }),
  processedDate,
  filler(42),
]);

/** A result of variant C: with the amount, without words. */
export const resultC = detailOf("D", [
  ...result,
  processedDate,
  amount("processed_amount", 13, "processedAmount", inCents),
  filler(129),
]);

/** A debit of variant C that had succeeded and came back. */
export const returnC = detailOf(
  "R",
  [
    code("reason", 3, "responseCode"),
    date("return_date", "processedDate", "YYYYMMDD"),
    amount("original_amount", 13, "amount", inCents),
    filler(149),
  ],
  { name: "return", meaning: "return" },
);

const totals = (amountDigits: number): Part[] => [
  literal("record_type", "T"),
  count("total_count", 6, "totalCount"),
  amount("total_amount", amountDigits, "totalAmount", inCents),
];

/** Trailer of variant A: the total has 13 digits, and two blanks behind it. */
export const trailerA = (rules: Rules = {}) => recordOf("trailer", "T", [...totals(13), filler(180)], rules);

/** Trailer of a payment of variant B: nothing has succeeded or failed yet. */
export const trailerOfPaymentB = recordOf("trailer", "T", [
  ...totals(15),
  literal("success_count", "0".repeat(6)),
  literal("success_amount", "0".repeat(15)),
  literal("fail_count", "0".repeat(6)),
  literal("fail_amount", "0".repeat(15)),
  filler(136),
]);

export const trailerOfReplyB = recordOf("trailer", "T", [
  ...totals(15),
  count("success_count", 6, "successCount"),
  amount("success_amount", 15, "successAmount", inCents),
  count("fail_count", 6, "failCount"),
  amount("fail_amount", 15, "failAmount", inCents),
  filler(136),
]);

export const trailerOfPaymentC = recordOf("trailer", "T", [
  ...totals(15),
  count("hash_total", 15, "hashTotal"),
  filler(163),
]);

export const trailerOfReplyC = recordOf("trailer", "T", [...totals(15), filler(178)], { optional: true });
