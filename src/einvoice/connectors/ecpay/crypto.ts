import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Secret } from "../../../platform/secret.ts";

/** Key and IV of a merchant, 16 ASCII characters each. */
export interface EcpayKeys {
  hashKey: Secret;
  hashIv: Secret;
}

/** As PHP's `urlencode`: a blank is `+`, and `! ' ( ) * ~` are encoded as well. */
function phpUrlEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll("%20", "+")
    .replaceAll(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

const phpUrlDecode = (text: string) => decodeURIComponent(text.replaceAll("+", "%20"));

/** JSON, URL-encoded, AES-128-CBC with PKCS#7 padding, Base64 (ECPay e-invoice API 2.0, "AES encryption"). */
export function encryptData(value: unknown, { hashKey, hashIv }: EcpayKeys): string {
  const cipher = createCipheriv("aes-128-cbc", hashKey.reveal(), hashIv.reveal());
  return cipher.update(phpUrlEncode(JSON.stringify(value)), "utf8", "base64") + cipher.final("base64");
}

/** The value of an encrypted `Data`; throws when it was not made with these keys. */
export function decryptData(data: string, { hashKey, hashIv }: EcpayKeys): unknown {
  const decipher = createDecipheriv("aes-128-cbc", hashKey.reveal(), hashIv.reveal());
  return JSON.parse(phpUrlDecode(decipher.update(data, "base64", "utf8") + decipher.final("utf8")));
}
