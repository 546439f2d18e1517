import type { LayoutInput } from "../layout/description.ts";
import { achFile, debitBytes, debitDetail, debitHeader, debitTrailer, sequenceDigits } from "./ach-parts.ts";
import { ascii, filler } from "./parts.ts";

const original = (form: "V10" | "older") => [
  filler(8, "pdate"),
  filler(sequenceDigits(form), "pseq"),
  filler(1, "pschd"),
];

/** Taiwan Clearing House ACHP01, version V10, 250 bytes: debits presented. NOTE carries the transaction id; amounts in whole NT$. */
export const achP01: LayoutInput = {
  ...achFile,
  id: "ach-p01",
  title: "ACH P01 presentment, 250 bytes (V10)",
  direction: "payment",
  needsAuthorisation: ["SD"],
  recordBytes: debitBytes("V10"),
  records: [
    debitHeader("ACHP01", "V10"),
    debitDetail("N", "V10", { returnCode: ascii("rcode", 2, "responseCode"), original: original("V10") }),
    debitTrailer("ACHP01", "V10", [filler(8, "ydate")]),
  ],
};

/** The older ACHP01 of 160 bytes: accounts of 14 digits, sequence of 6. */
export const achP01Old: LayoutInput = {
  ...achFile,
  id: "ach-p01-160",
  title: "ACH P01 presentment, 160 bytes (older form)",
  direction: "payment",
  needsAuthorisation: ["SD"],
  recordBytes: debitBytes("older"),
  records: [
    debitHeader("ACHP01", "older"),
    debitDetail("N", "older", {
      returnCode: ascii("rcode", 2, "responseCode", { default: "00" }),
      original: original("older"),
    }),
    debitTrailer("ACHP01", "older", []),
  ],
};
