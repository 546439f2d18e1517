import type { ReceiptState } from "../../rules/states.ts";
import type { BulkOutcome, FailureClass } from "../port.ts";

interface StatusCode {
  meaning: string;
  /** Absent: says nothing about delivery. */
  state?: ReceiptState;
  failureClass?: FailureClass;
}

/**
 * Delivery status codes (Every8d API 2.1, document v2.2, appendix; 16 rows). 104 to 106 were "equipment failure" in older
 * documents; 107 is "received after the deadline" there, so a later 100 may still follow.
 */
export const statusCodes: Readonly<Record<string, StatusCode>> = {
  "0": { meaning: "handed to the carrier", state: "sent" },
  "700": { meaning: "sent", state: "sent" },
  "100": { meaning: "delivered to the handset", state: "delivered" },
  "101": { meaning: "handset off, without signal or full", state: "undelivered", failureClass: "handset" },
  "102": { meaning: "failure of the carrier's network", state: "undelivered", failureClass: "carrier" },
  "103": { meaning: "number wrong, unassigned or suspended", state: "undelivered", failureClass: "recipient" },
  "104": { meaning: "on the carrier's blacklist", state: "undelivered", failureClass: "recipient" },
  "105": { meaning: "content blocked by the carrier", state: "undelivered", failureClass: "content" },
  "106": { meaning: "content blocked by the platform", state: "undelivered", failureClass: "content" },
  "107": { meaning: "not delivered in time", state: "expired", failureClass: "handset" },
  "300": { meaning: "scheduled", state: "scheduled" },
  "301": { meaning: "not enough credit", state: "rejected", failureClass: "account" },
  "303": { meaning: "schedule cancelled", state: "cancelled" },
  "500": { meaning: "international number, feature off", state: "rejected", failureClass: "account" },
  "888": { meaning: "test mode", state: "sent" },
  "999": { meaning: "reply by the recipient" },
};

/** `query`: of queries only. `unknown`: the provider does not say whether it took the message. */
export type ErrorClass = "request" | "account" | "recipient" | "content" | "query" | "unknown";

interface ErrorCode {
  meaning: string;
  errorClass: ErrorClass;
}

const account = (meaning: string): ErrorCode => ({ meaning, errorClass: "account" });
const request = (meaning: string): ErrorCode => ({ meaning, errorClass: "request" });
const recipient = (meaning: string): ErrorCode => ({ meaning, errorClass: "recipient" });

/** Negative codes of replies (Every8d API 2.1, document v2.2, appendix; 25 rows). As a delivery status they mean "rejected". */
export const errorCodes: Readonly<Record<string, ErrorCode>> = {
  "-1": request("parameter error"),
  "-2": account("account or password wrong"),
  "-100": account("account unknown"),
  "-101": account("password wrong"),
  "-300": account("account or password missing"),
  "-3": recipient("number on the provider's blacklist or invalid"),
  "-4": request("scheduled time more than 24 hours past"),
  "-5": { meaning: "content too long", errorClass: "content" },
  "-6": request("time format"),
  "-28": request("time format"),
  "-7": request("recipient file too large"),
  "-8": recipient("format of the mobile number"),
  "-9": { meaning: "no such batch", errorClass: "query" },
  "-21": { meaning: "no such batch", errorClass: "query" },
  "-10": recipient("handset lacks MMS"),
  "-11": account("API right not opened"),
  "-12": account("international right not opened"),
  "-13": account("point transfer right not opened"),
  "-14": account("MMS right not opened"),
  "-15": request("subject too long"),
  "-16": account("blocked by sending restrictions"),
  "-20": request("scheduled less than 10 minutes ahead"),
  "-24": request("scheduled more than 6 months ahead"),
  "-41": request("no mobile number given"),
  "-99": { meaning: "unknown error of the server", errorClass: "unknown" },
};

/** What a delivery status means; a code in neither table says nothing. */
export function readStatus(code: string): StatusCode {
  const listed = statusCodes[code];
  if (listed) return listed;
  const error = errorCodes[code];
  if (!error || error.errorClass === "unknown" || error.errorClass === "query") return { meaning: "unlisted status" };
  return { meaning: error.meaning, state: "rejected", failureClass: error.errorClass };
}

/** What a code means as the answer to a send. An unlisted or unclear one says nothing certain. */
export function refusalOf(code: string): BulkOutcome {
  const listed = errorCodes[code];
  if (!listed || listed.errorClass === "unknown" || listed.errorClass === "query") {
    return { kind: "unknown", reason: listed?.meaning ?? "unlisted error code", providerCode: code };
  }
  const { errorClass, meaning: reason } = listed;
  return errorClass === "account"
    ? { kind: "not_taken", outcomeClass: "account", providerCode: code, reason }
    : { kind: "rejected", outcomeClass: errorClass, providerCode: code, reason };
}
