import { createHmac } from "node:crypto";
import type { Secret } from "../../../platform/secret.ts";

/** Parameters of a look-up, by name. */
export type LookupParameters = Record<string, string>;

/**
 * Signature of a look-up (MOF application API v1.7, appendix on signatures): parameters by ascending name in byte order, `name=value` joined with
 * `&`, values before any encoding; HMAC-SHA256 with the API key, Base64.
 */
export function lookupSignature(parameters: LookupParameters, apiKey: Secret): string {
  const text = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return createHmac("sha256", apiKey.reveal()).update(text, "utf8").digest("base64");
}
