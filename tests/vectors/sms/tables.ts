/** A provider's codes by what the document says of them. */
export type CodeTable = Readonly<Record<string, readonly string[]>>;
/** Status → canonical state and whose fault, row by row; without a state it says nothing about delivery. */
export type StatusTable = readonly (readonly [status: string, state: string | undefined, failureClass?: string])[];

/** Every8d API 2.1, document v2.2, appendix: the negative codes. */
export const every8dCodes = {
  request: ["-1", "-4", "-6", "-28", "-7", "-15", "-20", "-24", "-41"],
  account: ["-2", "-100", "-101", "-300", "-11", "-12", "-13", "-14", "-16"],
  recipient: ["-3", "-8", "-10"],
  content: ["-5"],
  query: ["-9", "-21"],
  unknown: ["-99"],
} as const satisfies CodeTable;

/** Same appendix: delivery statuses. */
export const every8dStatuses: StatusTable = [
  ["0", "sent"],
  ["700", "sent"],
  ["100", "delivered"],
  ["101", "undelivered", "handset"],
  ["102", "undelivered", "carrier"],
  ["103", "undelivered", "recipient"],
  ["104", "undelivered", "recipient"],
  ["105", "undelivered", "content"],
  ["106", "undelivered", "content"],
  ["107", "expired", "handset"],
  ["300", "scheduled"],
  ["301", "rejected", "account"],
  ["303", "cancelled"],
  ["500", "rejected", "account"],
  ["888", "sent"],
  ["999", undefined],
];

/** Mitake API v2.14, error table. */
export const mitakeCodes = {
  unknown: ["*"],
  transient: ["a", "b", "r"],
  throttle: ["l"],
  account: ["c", "d", "e", "f", "h", "m", "n", "p", "k", "s"],
  request: ["t", "x", "y"],
  content: ["u"],
  recipient: ["v"],
  query: ["w", "z"],
} as const satisfies CodeTable;

/** Mitake API v2.14, status table: `StatusFlag` of a callback, `statuscode` of a query. */
export const mitakeStatuses: StatusTable = [
  ["0", "scheduled"],
  ["1", "sent"],
  ["2", "sent"],
  ["3", "sent"],
  ["4", "delivered"],
  ["5", "undelivered", "content"],
  ["6", "undelivered", "recipient"],
  ["7", "undelivered", "recipient"],
  ["8", "expired", "handset"],
  ["9", "cancelled"],
];

/** Twilio error dictionary; 20503 is the answer with HTTP 503 that says nothing was done. */
export const twilioCodes = {
  account: ["20003", "21408", "21606", "21612", "21608", "30002", "30042"],
  throttle: ["20429", "21611", "30001"],
  transient: ["20503"],
  recipient: ["21211", "21614", "21635", "21610", "30004", "30005", "30006"],
  content: ["21602", "21617", "30007"],
  request: ["21624", "90007"],
  handset: ["30003", "30036"],
  carrier: ["30008"],
} as const satisfies CodeTable;

/** Twilio, outbound message statuses; a failed one with its error code. */
export const twilioStatuses: StatusTable = [
  ["accepted", "submitted"],
  ["queued", "submitted"],
  ["sending", "submitted"],
  ["scheduled", "scheduled"],
  ["sent", "sent"],
  ["delivered", "delivered"],
  ["undelivered", "undelivered"],
  ["undelivered 30003", "undelivered", "handset"],
  ["undelivered 30004", "undelivered", "recipient"],
  ["undelivered 30005", "undelivered", "recipient"],
  ["undelivered 30006", "undelivered", "recipient"],
  ["undelivered 30007", "undelivered", "content"],
  ["undelivered 30008", "undelivered", "carrier"],
  ["undelivered 30036", "expired", "handset"],
  ["failed 30001", "rejected"],
  ["failed 30002", "rejected", "account"],
  ["failed 30042", "rejected", "account"],
  ["failed 21610", "rejected", "recipient"],
  ["canceled", "cancelled"],
  ["read", undefined],
];
