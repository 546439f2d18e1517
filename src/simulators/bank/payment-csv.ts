import iconv from "iconv-lite";
import type { Payment, PaymentFile } from "./payment-file.ts";

/** How a bank that takes delimited files wants them. */
export interface CsvRules {
  encoding: "UTF-8" | "BIG5";
  delimiter: string;
}

const columns = ["交易序號", "扣款帳號", "戶名", "扣款金額", "扣款日期", "身分證/統編", "備註"];

/** Reads a delimited payment file; its batch is told by its name alone. */
export function readCsvPaymentFile(file: Buffer, name: string, rules: CsvRules): PaymentFile {
  const batchNumber = /_([A-Za-z0-9]+)\.[A-Za-z]+$/.exec(name)?.[1];
  const refuse = (reason: string): PaymentFile => ({ accepted: false, batchNumber, reason });
  const text = iconv.decode(file, rules.encoding === "BIG5" ? "cp950" : "utf8");
  if (text.includes("\ufffd")) return refuse(`is not ${rules.encoding}`);
  if (!text.endsWith("\r\n")) return refuse("does not end with CRLF");
  const [header, ...rows] = text
    .slice(0, -2)
    .split("\r\n")
    .map((line) => splitLine(line, rules.delimiter));
  if (header?.join() !== columns.join()) return refuse("column headers are not those agreed");
  const payments: Payment[] = [];
  for (const [index, cells] of rows.entries()) {
    const [transactionId = "", accountNumber = "", holder = "", amount = "", date = ""] = cells;
    const isGood =
      cells.length === columns.length &&
      /^[\x21-\x7e]{1,20}$/.test(transactionId) &&
      /^[0-9]{6,14}$/.test(accountNumber) &&
      holder.trim() !== "" &&
      /^[1-9][0-9]{0,10}$/.test(amount) &&
      /^20\d\d\/\d\d\/\d\d$/.test(date);
    if (!isGood) return refuse(`line ${index + 2} is not as agreed`);
    payments.push({
      sequence: index + 1,
      transactionId,
      accountNumber,
      amount: Number(amount),
      paymentDate: date.replaceAll("/", ""),
    });
  }
  return { accepted: true, batchNumber: batchNumber ?? "", payments };
}

function splitLine(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let rest = line;
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(rest);
    const cell = quoted ? (quoted[1] ?? "").replaceAll('""', '"') : (rest.split(delimiter)[0] ?? "");
    cells.push(cell);
    rest = rest.slice(quoted ? quoted[0].length : cell.length);
    if (!rest.startsWith(delimiter)) return cells;
    rest = rest.slice(delimiter.length);
  }
}
