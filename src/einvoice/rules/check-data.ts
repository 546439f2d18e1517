import { createCipheriv } from "node:crypto";

/** Public and the same for every seller (MOF QR specification v1.8, sample program). */
const IV = Buffer.from("Dt8lyToo17X/XkXaQvihuA==", "base64");

/**
 * Check data of the left QR code: invoice number and random code, AES-128-CBC with PKCS#7 padding under the seller's key of
 * 32 hexadecimal digits, Base64, 24 characters (MOF QR specification v1.8).
 */
export function checkData(number: string, randomCode: string, keyHex: string): string {
  if (!/^[0-9A-Fa-f]{32}$/.test(keyHex)) throw new RangeError("the key of the QR code must be 32 hexadecimal digits");
  const cipher = createCipheriv("aes-128-cbc", Buffer.from(keyHex, "hex"), IV);
  return Buffer.concat([cipher.update(`${number}${randomCode}`, "ascii"), cipher.final()]).toString("base64");
}
