import type { LayoutInput } from "../layout/description.ts";
import { luckygasBHeader } from "./luckygas-b-header.ts";
import { luckygasResponseCodes } from "./luckygas-response-codes.ts";

/** LuckyGas 200-byte reply file: header of variant B, details in the service form, trailer of variant B filled in. */
export const luckygasBReply = {
  format: "fixed_width",
  id: "luckygas-b-reply",
  title: "LuckyGas 200-byte reply file, service form",
  direction: "reply",
  encoding: "BIG5",
  eol: "CRLF",
  finalEol: "optional",
  recordBytes: 200,
  responseCodes: luckygasResponseCodes,
  absence: "missing",
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
        { kind: "text", name: "bank_reference", start: 28, length: 20, value: "bankReference", charset: "ascii" },
        {
          kind: "text",
          name: "response_code",
          start: 48,
          length: 3,
          value: "responseCode",
          charset: "ascii",
          required: true,
        },
        { kind: "text", name: "message", start: 51, length: 100, value: "responseMessage", onUndecodable: "replace" },
        {
          kind: "date",
          name: "processed_date",
          start: 151,
          length: 8,
          value: "processedDate",
          style: "YYYYMMDD",
          required: false,
        },
        { kind: "filler", name: "filler", start: 159, length: 42 },
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
        { kind: "number", name: "success_count", start: 23, length: 6, value: "successCount" },
        { kind: "amount", name: "success_amount", start: 29, length: 15, value: "successAmount", decimals: 2 },
        { kind: "number", name: "fail_count", start: 44, length: 6, value: "failCount" },
        { kind: "amount", name: "fail_amount", start: 50, length: 15, value: "failAmount", decimals: 2 },
        { kind: "filler", name: "filler", start: 65, length: 136 },
      ],
    },
  ],
} satisfies LayoutInput;
