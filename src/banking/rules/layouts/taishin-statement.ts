import type { LayoutInput } from "../layout/description.ts";
import { amount, ascii, date, digits, filler, inOrder, literal, text } from "./parts.ts";

/** Taishin statement line of incoming remittances, 125 bytes; the amount is left-aligned with one implied decimal, the virtual account of 14 digits is filled with `00`. */
export const taishinStatement: LayoutInput = {
  format: "fixed_width",
  id: "taishin-statement",
  title: "Taishin statement of virtual accounts, 125 bytes",
  direction: "statement",
  encoding: "BIG5",
  eol: "CRLF",
  finalEol: "optional",
  receipts: {
    // `+`, `C` and `S` are what statements of received money carry; the bank's paper for taking back was not seen.
    reversal: [
      { value: "amountSign", texts: ["-"] },
      { value: "debitCredit", texts: ["D"] },
    ],
    settled: { value: "status", texts: ["S"] },
  },
  recordBytes: 125,
  records: [
    {
      name: "line",
      role: "detail",
      fields: inOrder(
        ascii("response", 4, "responseCode"),
        digits("account", 14, "accountNumber", { required: true }),
        date("date", "processedDate", "YYYYMMDD"),
        digits("sequence", 6, "bankReference", { required: true }),
        ascii("flag", 1, "flag"),
        digits("time", 6, "processedTime"),
        ascii("type", 4, "channel"),
        amount("amount", 12, "amount", { decimals: 1, align: "left" }),
        ascii("sign", 1, "amountSign"),
        ascii("debit_credit", 1, "debitCredit"),
        digits("virtual_account", 14, "virtualAccount", { required: true }),
        literal("virtual_account_fill", "00"),
        ascii("id", 10, "idNumber"),
        digits("from_bank", 3, "payerBank"),
        text("comment", 20, "memo", { onUndecodable: "replace" }),
        filler(18, "reserved"),
        ascii("status", 1, "status"),
      ),
    },
  ],
};
