import { createHmac } from "node:crypto";
import type { Secret } from "../../../platform/secret.ts";

/** A message of the dialect: every value is text, or a list of texts. */
export type Message = Record<string, string | string[]>;

/** The string that is signed: `name=value` by ascending name, joined with `&`; a list gives one `name=item` per element. */
export function signedString(message: Message): string {
  return Object.entries(message)
    .filter(([name]) => name !== "CheckMacValue")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => (typeof value === "string" ? [value] : value).map((item) => `${name}=${item}`))
    .join("&");
}

/** CheckMacValue: HMAC-SHA256 of the signed string with the API key, Base64. Values are signed before any encoding. */
export function checkMacValue(message: Message, apiKey: Secret): string {
  return createHmac("sha256", apiKey.reveal()).update(signedString(message), "utf8").digest("base64");
}
