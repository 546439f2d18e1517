import type { LayoutInput } from "../layout/description.ts";
import { luckygasBHeader } from "./luckygas-b-header.ts";

/** LuckyGas 200-byte payment file, variant B: H, D per debit, T; each 200 bytes and CRLF; amounts in cents. */
export const luckygasBPayment = {
  format: "fixed_width",
  id: "luckygas-b-payment",
  title: "LuckyGas 200-byte payment file, variant B",
  direction: "payment",
  encoding: "BIG5",
  eol: "CRLF",
  finalEol: "required",
  recordBytes: 200,
  records: [
    luckygasBHeader,
    {
      name: "detail",
      role: "detail",
      selector: { start: 1, text: "D" },
      fields: [
        { kind: "literal", name: "record_type", start: 1, length: 1, text: "D" },
        { kind: "number", name: "sequence", start: 2, length: 6, value: "sequence" },
        {
          kind: "text",
          name: "transaction_id",
          start: 8,
          length: 20,
          value: "transactionId",
          charset: "ascii",
          required: true,
        },
        {
          kind: "text",
          name: "account_number",
          start: 28,
          length: 14,
          value: "accountNumber",
          charset: "digits",
          required: true,
        },
        { kind: "text", name: "account_holder", start: 42, length: 30, value: "accountHolder", required: true },
        { kind: "amount", name: "amount", start: 72, length: 13, value: "amount", decimals: 2 },
        { kind: "date", name: "payment_date", start: 85, length: 8, value: "paymentDate", style: "YYYYMMDD" },
        { kind: "text", name: "id_number", start: 93, length: 10, value: "idNumber", charset: "ascii" },
        { kind: "text", name: "memo", start: 103, length: 50, value: "memo" },
        { kind: "filler", name: "filler", start: 153, length: 48 },
      ],
    },
    {
      name: "trailer",
      role: "trailer",
      selector: { start: 1, text: "T" },
      fields: [
        { kind: "literal", name: "record_type", start: 1, length: 1, text: "T" },
        { kind: "number", name: "total_count", start: 2, length: 6, value: "totalCount" },
        { kind: "amount", name: "total_amount", start: 8, length: 15, value: "totalAmount", decimals: 2 },
        { kind: "literal", name: "success_count", start: 23, length: 6, text: "000000" },
        { kind: "literal", name: "success_amount", start: 29, length: 15, text: "000000000000000" },
        { kind: "literal", name: "fail_count", start: 44, length: 6, text: "000000" },
        { kind: "literal", name: "fail_amount", start: 50, length: 15, text: "000000000000000" },
        { kind: "filler", name: "filler", start: 65, length: 136 },
      ],
    },
  ],
} satisfies LayoutInput;
