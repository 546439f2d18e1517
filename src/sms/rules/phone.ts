import { invalidInput } from "../../platform/errors.ts";

const SEPARATORS = /[\s().-]/g;
/** National, bare, or international with `+`, `00` or Taiwan's own `002`; a trunk 0 kept after 886 is a common slip. */
const TAIWAN_MOBILE = /^(?:0|(?:\+|00|002)?8860?)?(9[0-9]{8})$/;
const E164_MOBILE = /^\+8869[0-9]{8}$/;

/**
 * A Taiwan mobile number in E.164 (`+8869xxxxxxxx`), or `undefined` for anything else: landlines, short or long numbers,
 * other countries. Blanks, `-`, `.`, `(`, `)` are ignored and full-width forms are read as their plain ones (NFKC).
 */
export function parseTaiwanMobile(input: string): string | undefined {
  const compact = input.normalize("NFKC").replace(SEPARATORS, "");
  const digits = TAIWAN_MOBILE.exec(compact)?.[1];
  return digits === undefined ? undefined : `+886${digits}`;
}

/** As `parseTaiwanMobile`, or the `invalid_input` error that names the field; the number itself is not repeated in it. */
export function requireTaiwanMobile(input: string, path: string): string {
  const e164 = parseTaiwanMobile(input);
  if (e164 === undefined) {
    throw invalidInput(path, "must be a Taiwan mobile number, e.g. 0912345678 or +886912345678", "not_a_mobile_number");
  }
  return e164;
}

/** `+886912345678` as `0912345678`. Throws a `RangeError` on anything but an E.164 mobile number of Taiwan. */
export function toNational(e164: string): string {
  if (!E164_MOBILE.test(e164)) throw new RangeError("not an E.164 mobile number of Taiwan");
  return `0${e164.slice(4)}`;
}

/** For logs and answers: `0912***678`. What is no mobile number of Taiwan keeps nothing. */
export function maskPhone(e164: string): string {
  if (!E164_MOBILE.test(e164)) return "***";
  const national = toNational(e164);
  return `${national.slice(0, 4)}***${national.slice(-3)}`;
}
