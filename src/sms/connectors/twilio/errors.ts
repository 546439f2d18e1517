import type { ReceiptState } from "../../rules/states.ts";
import type { FailureClass } from "../port.ts";

/** `handset` and `carrier` come with receipts only. */
export type ErrorClass =
  | "account"
  | "throttle"
  | "transient"
  | "recipient"
  | "content"
  | "request"
  | "handset"
  | "carrier";

interface ErrorCode {
  meaning: string;
  errorClass: ErrorClass;
}

const row = (errorClass: ErrorClass, meaning: string): ErrorCode => ({ errorClass, meaning });

/** Error codes of the Messages resource and of its receipts (Twilio error dictionary; 26 rows). */
export const errorCodes: Readonly<Record<string, ErrorCode>> = {
  "20003": row("account", "authentication failed"),
  "20429": row("throttle", "too many requests"),
  "20503": row("transient", "service temporarily unavailable"),
  "21211": row("recipient", "invalid recipient"),
  "21614": row("recipient", "not a mobile number"),
  "21635": row("recipient", "landline"),
  "21408": row("account", "region not permitted"),
  "21602": row("content", "text is empty"),
  "21617": row("content", "text over 1,600 characters"),
  "21606": row("account", "sender cannot send messages"),
  "21612": row("account", "no route from this sender"),
  "21608": row("account", "trial account: recipient not verified"),
  "21610": row("recipient", "recipient has opted out"),
  "21611": row("throttle", "queue of the sender is full"),
  "21624": row("request", "validity period out of range"),
  "90007": row("request", "validity period out of range"),
  "30001": row("throttle", "queue overflow"),
  "30002": row("account", "account suspended"),
  "30003": row("handset", "handset unreachable"),
  "30004": row("recipient", "blocked by recipient or carrier"),
  "30005": row("recipient", "unknown destination"),
  "30006": row("recipient", "landline or unreachable carrier"),
  "30007": row("content", "filtered by the carrier"),
  "30008": row("carrier", "unknown error of the carrier"),
  "30036": row("handset", "validity period expired in the queue"),
  "30042": row("account", "sender id blocked"),
};

/** Message statuses (Twilio, outbound message status; 9 rows of outbound messages). */
export const statuses: Readonly<Record<string, ReceiptState>> = {
  accepted: "submitted",
  scheduled: "scheduled",
  queued: "submitted",
  sending: "submitted",
  sent: "sent",
  delivered: "delivered",
  undelivered: "undelivered",
  failed: "rejected",
  canceled: "cancelled",
};

const VALIDITY_EXPIRED = "30036";

/** What a status with its error code means; an unlisted status says nothing. */
export function readStatus(status: string, errorCode: string): { state?: ReceiptState; failureClass?: FailureClass } {
  const state = statuses[status];
  if (state === undefined) return {};
  const error = errorCodes[errorCode];
  const failed = state === "undelivered" || state === "rejected";
  return {
    state: failed && errorCode === VALIDITY_EXPIRED ? "expired" : state,
    ...(failed && error && isFailureClass(error.errorClass) && { failureClass: error.errorClass }),
  };
}

/** `throttle` and `transient` say why nothing was taken, and so nothing of a delivery. */
const isFailureClass = (errorClass: ErrorClass): errorClass is FailureClass & ErrorClass =>
  errorClass !== "throttle" && errorClass !== "transient";
