/** What a result code means for the document that was sent. */
export type RtnClass =
  /** Done. */
  | "accepted"
  /** Refused for its content. */
  | "reject"
  /** Nothing applied; the same message may be sent again. */
  | "retry"
  /** The number or act is there already: ask what it is. */
  | "settle"
  /** Nothing applied; our credentials or registration must be mended. */
  | "configuration"
  | "unknown";

interface RtnEntry {
  class: RtnClass;
  /** Stable name of the outcome, for callers and operators. */
  reason: string;
}

/** Result codes of the JSON dialect: success and the 20 codes of its table. Whatever is not listed is unknown. */
export const rtnCodes: Readonly<Record<string, RtnEntry>> = {
  "1": { class: "accepted", reason: "accepted" },
  "0": { class: "unknown", reason: "failed_without_reason" },
  "9000001": { class: "retry", reason: "provider_system_error" },
  "9000002": { class: "reject", reason: "parameter_error" },
  "9000003": { class: "reject", reason: "verification_error" },
  "5000001": { class: "settle", reason: "duplicate_number" },
  "5000002": { class: "reject", reason: "number_format" },
  "5000003": { class: "reject", reason: "invoice_date" },
  "5000004": { class: "reject", reason: "buyer_id" },
  "5000005": { class: "reject", reason: "seller_id" },
  "5000006": { class: "reject", reason: "amount" },
  "5000007": { class: "settle", reason: "already_void" },
  "5000008": { class: "reject", reason: "not_found" },
  "6000001": { class: "settle", reason: "duplicate_allowance" },
  "6000002": { class: "reject", reason: "allowance_original_missing" },
  "6000003": { class: "reject", reason: "allowance_above_original" },
  "6000004": { class: "reject", reason: "allowance_original_void" },
  "7000001": { class: "configuration", reason: "app_id" },
  "7000002": { class: "configuration", reason: "signature" },
  "7000003": { class: "configuration", reason: "certificate_expired" },
  "7000004": { class: "configuration", reason: "ip_not_allowed" },
};

/** The meaning of a result code; an unlisted one is `unknown`, never success and never failure. */
export function classifyRtnCode(code: string): RtnEntry {
  const listed = Object.hasOwn(rtnCodes, code) ? rtnCodes[code] : undefined;
  return listed ?? { class: "unknown", reason: "unlisted_code" };
}
