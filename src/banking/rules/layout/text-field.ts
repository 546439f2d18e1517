import type { TextCodec } from "./text-codec.ts";

export interface TextFieldRules {
  length: number;
  charset: "any" | "ascii" | "digits";
  onOverflow: "refuse" | "cut";
}

/** Bytes written, or the rule that the text breaks. */
export type TextOutcome = number | string;
export const isProblem = (outcome: TextOutcome): outcome is string => typeof outcome === "string";

const hexadecimal = (codePoint: number) => codePoint.toString(16).toUpperCase().padStart(4, "0");

/**
 * Writes a text into a field of `length` bytes, after composing it (NFC). A character that the encoding lacks is named; a
 * text that does not fit is refused or cut at the last whole character, as the field says. Nothing is padded here.
 */
export function writeText(
  source: string,
  rules: TextFieldRules,
  codec: TextCodec,
  target: Uint8Array,
  offset: number,
): TextOutcome {
  const text = source.normalize("NFC");
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const codePoint = text.codePointAt(index) ?? 0;
    if (codePoint > 0xffff) index += 1;
    const problem = characterProblem(codePoint, rules, codec);
    if (problem) return problem;
    const size = codec.sizeBytes(codePoint);
    if (length + size > rules.length) {
      return rules.onOverflow === "cut" ? length : overflow(text, rules, codec);
    }
    codec.write(codePoint, target, offset + length);
    length += size;
  }
  return length;
}

function characterProblem(codePoint: number, rules: TextFieldRules, codec: TextCodec): string | undefined {
  if (rules.charset === "digits" && !(codePoint >= 0x30 && codePoint <= 0x39)) return "must be digits 0-9 only";
  if (rules.charset === "ascii" && !(codePoint >= 0x20 && codePoint <= 0x7e))
    return "must be visible ASCII characters only";
  if (codec.sizeBytes(codePoint) > 0) return undefined;
  const isVisible =
    codePoint >= 0x20 && !(codePoint >= 0x7f && codePoint <= 0x9f) && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
  const shown = isVisible ? ` (${String.fromCodePoint(codePoint)})` : "";
  return `character U+${hexadecimal(codePoint)}${shown} is not in the bank's code page (${codec.name})`;
}

function overflow(text: string, rules: TextFieldRules, codec: TextCodec): string {
  let size = 0;
  for (const character of text) size += codec.sizeBytes(character.codePointAt(0) ?? 0);
  return `has ${size} bytes in ${codec.name}; the bank's field holds ${rules.length}`;
}
