import iconv from "iconv-lite";
import type { CsvRules } from "./payment-csv.ts";
import type { Payment } from "./payment-file.ts";

/** What the bank says of one debit. */
export interface Answer {
  payment: Payment;
  reference: string;
  code: string;
  message: string;
}

export interface ReplyContext {
  batchNumber: string;
  clearingCode: string;
  /** YYYYMMDD, Taipei. */
  day: string;
}

const SUCCESS = "000";

/** The reply in 200-byte records: header of variant B, details in the service form, trailer filled in. */
export function writeFixedReply(answers: Answer[], { batchNumber, clearingCode, day }: ReplyContext): Buffer {
  const header = `H${batchNumber.padEnd(20)}${day}${clearingCode}${" ".repeat(10)}001`;
  const details = answers.map((answer, index) =>
    Buffer.concat([
      latin1(
        `D${digits(index + 1, 6)}${answer.payment.transactionId.padEnd(20)}${answer.reference.padEnd(20)}${answer.code}`,
      ),
      padded(iconv.encode(answer.message, "cp950"), 100),
      latin1(day),
    ]),
  );
  const succeeded = answers.filter((answer) => answer.code === SUCCESS);
  const failed = answers.filter((answer) => answer.code !== SUCCESS);
  const trailer = `T${[answers, succeeded, failed].map((group) => digits(group.length, 6) + cents(group)).join("")}`;
  const records = [latin1(header), ...details, latin1(trailer)];
  return Buffer.concat(records.map((record) => Buffer.concat([padded(record, 200), latin1("\r\n")])));
}

/** The reply as a delimited file with the amounts that were debited. */
export function writeCsvReply(answers: Answer[], { day }: ReplyContext, rules: CsvRules): Buffer {
  const date = `${day.slice(0, 4)}/${day.slice(4, 6)}/${day.slice(6)}`;
  const lines = [
    ["交易序號", "銀行參考號", "處理日期", "回應代碼", "回應訊息", "實際扣款金額"],
    ...answers.map(({ payment, reference, code, message }) => [
      payment.transactionId,
      reference,
      date,
      code,
      message,
      String(code === SUCCESS ? payment.amount : 0),
    ]),
  ];
  const text = lines.map((cells) => `${cells.join(rules.delimiter)}\r\n`).join("");
  return iconv.encode(text, rules.encoding === "BIG5" ? "cp950" : "utf8");
}

/** The notice that a whole file was refused: code, and the reason in words. */
export const writeRejection = (reason: string): Buffer => latin1(`E099 FILE REJECTED: ${reason}\r\n`);

const latin1 = (text: string) => Buffer.from(text, "latin1");
const digits = (value: number, width: number) => String(value).padStart(width, "0");
const cents = (answers: Answer[]) => digits(answers.reduce((sum, answer) => sum + answer.payment.amount, 0) * 100, 15);

function padded(bytes: Buffer, width: number): Buffer {
  if (bytes.length > width) throw new RangeError(`${bytes.length} bytes do not fit ${width}`);
  return Buffer.concat([bytes, Buffer.alloc(width - bytes.length, " ")]);
}
