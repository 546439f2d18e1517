import type { LayoutInput } from "../layout/description.ts";
import { debitA, headerA, luckygasFile, resultInServiceForm, trailerA } from "./luckygas-parts.ts";
import { luckygasResponseCodes } from "./luckygas-response-codes.ts";

/** LuckyGas payment file, variant A, for reading old files: a header of 209 bytes, no line end after the last record. */
export const luckygasAPayment: LayoutInput = {
  ...luckygasFile,
  id: "luckygas-a-payment",
  title: "LuckyGas 200-byte payment file, variant A (old files)",
  direction: "payment",
  finalEol: "none",
  records: [headerA(), debitA, trailerA()],
};

/** LuckyGas reply file to variant A: details in the service form; some banks sent them without header and trailer. */
export const luckygasAReply: LayoutInput = {
  ...luckygasFile,
  id: "luckygas-a-reply",
  title: "LuckyGas 200-byte reply file, variant A (old files)",
  direction: "reply",
  finalEol: "optional",
  responseCodes: luckygasResponseCodes,
  absence: "missing",
  records: [headerA({ optional: true }), resultInServiceForm, trailerA({ optional: true })],
};
