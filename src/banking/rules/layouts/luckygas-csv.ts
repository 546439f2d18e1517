import type { LayoutInput } from "../layout/description.ts";
import { luckygasResponseCodes } from "./luckygas-response-codes.ts";

/** LuckyGas delimited payment file. The first column carries the transaction id, by which the reply is matched. */
export const luckygasCsvPayment = {
  format: "csv",
  id: "luckygas-csv-payment",
  title: "LuckyGas delimited payment file",
  direction: "payment",
  encoding: "UTF-8",
  eol: "CRLF",
  delimiter: ",",
  columns: [
    { kind: "text", header: "交易序號", value: "transactionId", length: 20, charset: "ascii", required: true },
    { kind: "text", header: "扣款帳號", value: "accountNumber", length: 14, charset: "digits", required: true },
    { kind: "text", header: "戶名", value: "accountHolder", length: 60, required: true },
    { kind: "amount", header: "扣款金額", value: "amount", decimals: 0 },
    { kind: "date", header: "扣款日期", value: "paymentDate", style: "YYYY/MM/DD" },
    { kind: "text", header: "身分證/統編", value: "idNumber", length: 10, charset: "ascii", optional: true },
    { kind: "text", header: "備註", value: "memo", length: 150 },
  ],
} satisfies LayoutInput;

/** LuckyGas delimited reply file; the amount that was really debited is told by some banks only. */
export const luckygasCsvReply = {
  format: "csv",
  id: "luckygas-csv-reply",
  title: "LuckyGas delimited reply file",
  direction: "reply",
  encoding: "UTF-8",
  eol: "CRLF",
  delimiter: ",",
  responseCodes: luckygasResponseCodes,
  absence: "missing",
  columns: [
    { kind: "text", header: "交易序號", value: "transactionId", length: 20, charset: "ascii", required: true },
    { kind: "text", header: "銀行參考號", value: "bankReference", length: 40, charset: "ascii" },
    { kind: "date", header: "處理日期", value: "processedDate", style: "YYYY/MM/DD", required: false },
    { kind: "text", header: "回應代碼", value: "responseCode", length: 10, charset: "ascii", required: true },
    { kind: "text", header: "回應訊息", value: "responseMessage", length: 300, onUndecodable: "replace" },
    { kind: "amount", header: "實際扣款金額", value: "processedAmount", decimals: 0, optional: true },
  ],
} satisfies LayoutInput;
