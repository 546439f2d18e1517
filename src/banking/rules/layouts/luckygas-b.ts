import type { LayoutInput } from "../layout/description.ts";
import {
  debitB,
  headerB,
  luckygasFile,
  resultInServiceForm,
  trailerOfPaymentB,
  trailerOfReplyB,
} from "./luckygas-parts.ts";
import { luckygasResponseCodes } from "./luckygas-response-codes.ts";

/** LuckyGas 200-byte payment file, variant B: H, D per debit, T; each 200 bytes and CRLF; amounts in cents. */
export const luckygasBPayment: LayoutInput = {
  ...luckygasFile,
  id: "luckygas-b-payment",
  title: "LuckyGas 200-byte payment file, variant B",
  direction: "payment",
  finalEol: "required",
  records: [headerB, debitB, trailerOfPaymentB],
};

/** LuckyGas 200-byte reply file: header of variant B, details in the service form, trailer of variant B filled in. */
export const luckygasBReply: LayoutInput = {
  ...luckygasFile,
  id: "luckygas-b-reply",
  title: "LuckyGas 200-byte reply file, service form",
  direction: "reply",
  finalEol: "optional",
  responseCodes: luckygasResponseCodes,
  absence: "missing",
  records: [headerB, resultInServiceForm, trailerOfReplyB],
};
