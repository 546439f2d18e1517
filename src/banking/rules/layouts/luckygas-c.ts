import type { LayoutInput } from "../layout/description.ts";
import { luckygasCResponseCodes } from "./luckygas-c-response-codes.ts";
import {
  debitC,
  headerC,
  luckygasFile,
  resultC,
  returnC,
  trailerOfPaymentC,
  trailerOfReplyC,
} from "./luckygas-parts.ts";

/** LuckyGas payment file, variant C (ACH-like): company and time in the header, a hash total over the accounts in the trailer. */
export const luckygasCPayment: LayoutInput = {
  ...luckygasFile,
  id: "luckygas-c-payment",
  title: "LuckyGas 200-byte payment file, variant C",
  direction: "payment",
  finalEol: "required",
  hashTotal: { lastDigits: 8, modulusDigits: 15 },
  records: [headerC(), debitC, trailerOfPaymentC],
};

/** LuckyGas reply file of variant C: results (`D`) and debits that came back later (`R`). Header and trailer may be absent. */
export const luckygasCReply: LayoutInput = {
  ...luckygasFile,
  id: "luckygas-c-reply",
  title: "LuckyGas 200-byte reply file, variant C",
  direction: "reply",
  finalEol: "optional",
  responseCodes: luckygasCResponseCodes,
  absence: "missing",
  records: [headerC({ optional: true }), resultC, returnC, trailerOfReplyC],
};
