import type { LayoutInput } from "../layout/description.ts";
import {
  type AchForm,
  achFile,
  debitBytes,
  debitDetail,
  debitHeader,
  debitTrailer,
  sequenceDigits,
} from "./ach-parts.ts";
import { achReturnCodes } from "./ach-return-codes.ts";
import { ascii, code, count, date } from "./parts.ts";

const returnOf = (form: AchForm, { originalDateRequired }: { originalDateRequired: boolean }) =>
  debitDetail("R", form, {
    returnCode: code("rcode", 2, "responseCode"),
    original: [
      date("pdate", "originalDate", "ROC8", { required: originalDateRequired }),
      count("pseq", sequenceDigits(form), "originalSequence"),
      ascii("pschd", 1, "flag"),
    ],
    rules: { meaning: "return" },
  });

const returns = {
  ...achFile,
  direction: "reply",
  responseCodes: achReturnCodes,
  absence: "success_after_window",
  returnWindowDays: 1,
} as const;

/** Taiwan Clearing House ACHR01, version V10, 250 bytes: only the items that came back. An item that is absent once the window has closed was paid. The two accounts may be exchanged. */
export const achR01: LayoutInput = {
  ...returns,
  id: "ach-r01",
  title: "ACH R01 returns, 250 bytes (V10)",
  recordBytes: debitBytes("V10"),
  records: [
    debitHeader("ACHR01", "V10"),
    returnOf("V10", { originalDateRequired: true }),
    debitTrailer("ACHR01", "V10", [date("ydate", "previousDate", "ROC8", { required: false })]),
  ],
};

/** The older ACHR01 of 160 bytes. */
export const achR01Old: LayoutInput = {
  ...returns,
  id: "ach-r01-160",
  title: "ACH R01 returns, 160 bytes (older form)",
  recordBytes: debitBytes("older"),
  records: [
    debitHeader("ACHR01", "older"),
    returnOf("older", { originalDateRequired: false }),
    debitTrailer("ACHR01", "older", []),
  ],
};
