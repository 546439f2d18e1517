import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const DEFAULT_PORTS: Record<string, string> = { "https:": "443", "http:": "80" };

/**
 * `X-Twilio-Signature`: base64 of HMAC-SHA1 over the address and every parameter's name and value, sorted by name; of a
 * repeated parameter its distinct values, sorted (Twilio, webhooks security).
 */
export function signatureOf(authToken: string, url: string, parameters: URLSearchParams): string {
  const names = [...new Set(parameters.keys())].sort();
  const signed = names.flatMap((name) => [...new Set(parameters.getAll(name))].sort().map((value) => name + value));
  return createHmac("sha1", authToken)
    .update(url + signed.join(""), "utf8")
    .digest("base64");
}

export interface SignedRequest {
  /** Exactly as configured at Twilio, with the query, without the fragment. */
  url: string;
  signature: string | null;
  contentType: string | null;
  body: string;
}

/**
 * Whether a webhook call is Twilio's. The address is tried as given, with the scheme's port and without it. A JSON body is
 * covered by `bodySHA256` in the query, and then only the address is signed. Compares in constant time.
 */
export function isSignedBy(authToken: string, request: SignedRequest): boolean {
  if (!request.signature) return false;
  const { signature, body } = request;
  const bodyHash = /[?&]bodySHA256=([0-9a-fA-F]+)/.exec(request.url)?.[1];
  const isForm = request.contentType === null || /^application\/x-www-form-urlencoded\b/i.test(request.contentType);
  if (bodyHash === undefined && !isForm) return false;
  if (bodyHash !== undefined && !isEqual(bodyHash.toLowerCase(), createHash("sha256").update(body).digest("hex"))) {
    return false;
  }
  const parameters = new URLSearchParams(bodyHash === undefined ? body : "");
  return addressVariants(request.url).some((url) => isEqual(signature, signatureOf(authToken, url, parameters)));
}

/** Twilio signs the address with or without its port, whichever way it stands in its own settings. */
function addressVariants(url: string): string[] {
  const match = /^(https?:)\/\/([^/?#]*)(.*)$/i.exec(url);
  if (!match) return [url];
  const [, scheme = "", authority = "", rest = ""] = match;
  const port = /:(\d+)$/.exec(authority)?.[1];
  if (port === undefined) {
    const usual = DEFAULT_PORTS[scheme.toLowerCase()] ?? "";
    return [url, `${scheme}//${authority}:${usual}${rest}`];
  }
  return [url, `${scheme}//${authority.slice(0, -port.length - 1)}${rest}`];
}

function isEqual(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
