import type { FixedRecordInput } from "../layout/description.ts";

/** Header of the LuckyGas 200-byte files of variant B, payment and reply alike. */
export const luckygasBHeader = {
  name: "header",
  role: "header",
  selector: { start: 1, text: "H" },
  fields: [
    { kind: "literal", name: "record_type", start: 1, length: 1, text: "H" },
    {
      kind: "text",
      name: "batch_number",
      start: 2,
      length: 20,
      value: "batchNumber",
      charset: "ascii",
      required: true,
    },
    { kind: "date", name: "file_date", start: 22, length: 8, value: "fileDate", style: "YYYYMMDD" },
    {
      kind: "text",
      name: "bank_code",
      start: 30,
      length: 3,
      value: "clearingCode",
      charset: "digits",
      required: true,
    },
    { kind: "text", name: "company_code", start: 33, length: 10, value: "companyCode", charset: "ascii" },
    { kind: "literal", name: "version", start: 43, length: 3, text: "001" },
    { kind: "filler", name: "filler", start: 46, length: 155 },
  ],
} satisfies FixedRecordInput;
