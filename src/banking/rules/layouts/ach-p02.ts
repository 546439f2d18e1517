import type { LayoutInput } from "../layout/description.ts";
import { achFile, mandateBytes, mandateRecords } from "./ach-parts.ts";
import { achAuthorisationCodes } from "./ach-return-codes.ts";
import { ascii, code, count } from "./parts.ts";

const request = { sequence: count("seq", 6, "sequence"), reply: ascii("reply", 1, "responseCode") };
/** In a reply the number is that of the request, so that not every request must be answered at once. */
const answer = { sequence: count("seq", 6, "originalSequence"), reply: code("reply", 1, "responseCode") };

/** Taiwan Clearing House ACHP02, version V10, 220 bytes: authorisations for debits. */
export const achP02: LayoutInput = {
  ...achFile,
  id: "ach-p02",
  title: "ACH P02 authorisations, 220 bytes (V10)",
  direction: "authorisation",
  recordBytes: mandateBytes("V10"),
  records: mandateRecords("ACHP02", "V10", request),
};

/** The older ACHP02 of 120 bytes. Its columns are the newer ones with an account of 14 digits and a note of 20 characters. */
export const achP02Old: LayoutInput = {
  ...achFile,
  id: "ach-p02-120",
  title: "ACH P02 authorisations, 120 bytes (older form)",
  direction: "authorisation",
  recordBytes: mandateBytes("older"),
  records: mandateRecords("ACHP02", "older", request),
};

/** Taiwan Clearing House ACHR02, version V10, 220 bytes: the answers to authorisations; `0` is accepted. */
export const achR02: LayoutInput = {
  ...achFile,
  id: "ach-r02",
  title: "ACH R02 authorisation replies, 220 bytes (V10)",
  direction: "authorisation_reply",
  recordBytes: mandateBytes("V10"),
  responseCodes: achAuthorisationCodes,
  records: mandateRecords("ACHR02", "V10", answer),
};

/** The older ACHR02 of 120 bytes; see `achP02Old`. */
export const achR02Old: LayoutInput = {
  ...achFile,
  id: "ach-r02-120",
  title: "ACH R02 authorisation replies, 120 bytes (older form)",
  direction: "authorisation_reply",
  recordBytes: mandateBytes("older"),
  responseCodes: achAuthorisationCodes,
  records: mandateRecords("ACHR02", "older", answer),
};
