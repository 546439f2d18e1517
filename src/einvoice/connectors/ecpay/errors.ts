import { ConnectorError } from "../../../platform/errors.ts";
import { unlistedCode } from "../../rules/upload-state.ts";
import { DUPLICATE_ORDER, type ProviderWords } from "../port.ts";
import { PROVIDER } from "./endpoints.ts";

/** What a result code means for the call. */
export type RtnClass =
  /** Done. */
  | "done"
  /** The centre holds nothing of the kind. */
  | "absent"
  /** It is done already, or our key is used: the centre is asked what it holds. */
  | "settle"
  /** Refused for its content or state. */
  | "reject"
  /** Nothing applied; the same call may be made again. */
  | "retry"
  /** Nothing applied; something at the centre or in our settings must be mended first. */
  | "configuration"
  | "unknown";

interface RtnEntry {
  class: RtnClass;
  reason: string;
}

/**
 * Result codes as far as they are public (19). ECPay publishes no table ("new codes are added all the time", developers.ecpay.com.tw/7954): its pages
 * say that 1 is success and every other code a failure. Whatever is not listed is therefore asked about before it is believed.
 */
export const ecpayCodes: Readonly<Record<string, RtnEntry>> = {
  "1": { class: "done", reason: "done" },
  "2": { class: "absent", reason: "invoice_absent" },
  "7": { class: "absent", reason: "absent" },
  "1600003": { class: "absent", reason: "invoice_absent" },
  "2000039": { class: "absent", reason: "allowance_absent" },
  "5070357": { class: "settle", reason: DUPLICATE_ORDER },
  "5070453": { class: "settle", reason: "already_void" },
  "2000063": { class: "settle", reason: "already_void" },
  "5070450": { class: "reject", reason: "has_allowance" },
  "5000007": { class: "reject", reason: "customs_mark" },
  "5000022": { class: "reject", reason: "amount" },
  "1200125": { class: "reject", reason: "buyer_id" },
  "2020001": { class: "reject", reason: "donation_code" },
  "1100040": { class: "configuration", reason: "no_numbers_at_the_centre" },
  "1500047": { class: "configuration", reason: "no_numbers_at_the_centre" },
  "5070350": { class: "configuration", reason: "no_numbers_at_the_centre" },
  "9000001": { class: "retry", reason: "tax_authority_unavailable" },
  "9999999": { class: "retry", reason: "provider_system_error" },
  "6160052": { class: "done", reason: "partner_known" },
};

/** The meaning of a result code; an unlisted one is `unknown`, never success and never failure. */
export function classifyCode(code: string): RtnEntry {
  const listed = Object.hasOwn(ecpayCodes, code) ? ecpayCodes[code] : undefined;
  return listed ?? { class: "unknown", reason: unlistedCode(code) };
}

/** Refusals of the envelope (`TransCode`): nothing of the call was looked at. */
export const transReasons: Readonly<Record<string, string>> = {
  "104": "clock_differs",
  "110": "wrong_keys",
  "115": "not_enabled_at_the_centre",
};

/** For calls that certainly had no effect. */
export function notApplied(operation: string, reason: string, retryable: boolean, words: ProviderWords = {}) {
  return new ConnectorError({ provider: PROVIDER, operation, retryable, reason, ...words });
}
