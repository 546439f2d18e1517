import type { ReceiptState } from "../../rules/states.ts";
import type { FailureClass } from "../port.ts";

interface StateCode {
  meaning: string;
  state: ReceiptState;
  failureClass?: FailureClass;
}

/** `StatusFlag` of a callback and `statuscode` of a query (Mitake API v2.14, status table; 10 rows, 3 seen in use only). */
export const stateCodes: Readonly<Record<string, StateCode>> = {
  "0": { meaning: "scheduled", state: "scheduled" },
  "1": { meaning: "reached the carrier", state: "sent" },
  "2": { meaning: "reached the carrier", state: "sent" },
  "3": { meaning: "reached the carrier", state: "sent" },
  "4": { meaning: "delivered to the handset", state: "delivered" },
  "5": { meaning: "content error", state: "undelivered", failureClass: "content" },
  "6": { meaning: "number error", state: "undelivered", failureClass: "recipient" },
  "7": { meaning: "SMS service disabled for the number", state: "undelivered", failureClass: "recipient" },
  "8": { meaning: "not delivered in time", state: "expired", failureClass: "handset" },
  "9": { meaning: "schedule cancelled", state: "cancelled" },
};

/** `statusstr` of a callback, where `StatusFlag` is missing (6 rows); `UNKNOWN` says nothing. */
export const statusWords: Readonly<Record<string, StateCode | undefined>> = {
  DELIVRD: stateCodes["4"],
  EXPIRED: stateCodes["8"],
  DELETED: stateCodes["9"],
  UNDELIV: { meaning: "number error or service disabled", state: "undelivered", failureClass: "recipient" },
  SYNTAXE: stateCodes["5"],
  UNKNOWN: undefined,
};

/** `unknown`: the provider does not say whether it took the message. `query`: of queries only. */
export type ErrorClass =
  | "unknown"
  | "transient"
  | "throttle"
  | "account"
  | "request"
  | "content"
  | "recipient"
  | "query";

interface ErrorCode {
  meaning: string;
  errorClass: ErrorClass;
}

const account = (meaning: string): ErrorCode => ({ meaning, errorClass: "account" });

/** Error codes of `SmSend` and `SmQuery` (Mitake API v2.14, error table; 22 rows). */
export const errorCodes: Readonly<Record<string, ErrorCode>> = {
  "*": { meaning: "system error", errorClass: "unknown" },
  a: { meaning: "sending temporarily suspended", errorClass: "transient" },
  b: { meaning: "sending temporarily suspended", errorClass: "transient" },
  r: { meaning: "system suspended", errorClass: "transient" },
  l: { meaning: "too many connections at the same time", errorClass: "throttle" },
  c: account("account missing"),
  d: account("password missing"),
  e: account("account or password wrong"),
  f: account("account expired"),
  h: account("account disabled"),
  m: account("password must be changed"),
  n: account("password expired"),
  p: account("no right to use the API"),
  k: account("address of this server is not registered"),
  s: account("accounting failed"),
  t: { meaning: "message expired", errorClass: "request" },
  u: { meaning: "text is empty", errorClass: "content" },
  v: { meaning: "mobile number invalid", errorClass: "recipient" },
  x: { meaning: "file too large", errorClass: "request" },
  y: { meaning: "parameter error", errorClass: "request" },
  w: { meaning: "too many ids in a query", errorClass: "query" },
  z: { meaning: "no data", errorClass: "query" },
};
