import type { TextCodec } from "./text-codec.ts";

/** What a bank wants written for a character that its code page lacks, by that character. */
export type Substitutions = ReadonlyMap<string, string>;

export interface TextFieldRules {
  length: number;
  charset: "any" | "ascii" | "digits";
  onOverflow: "refuse" | "cut";
  onUnmappable: "refuse" | "substitute" | "fullwidth_question";
  transforms: readonly ("trim" | "upper_case" | "full_width" | "half_width")[];
  substitutions?: Substitutions | undefined;
}

/** Bytes written, or the rule that the text breaks. */
export type TextOutcome = number | string;
export const isProblem = (outcome: TextOutcome): outcome is string => typeof outcome === "string";

const hexadecimal = (codePoint: number) => codePoint.toString(16).toUpperCase().padStart(4, "0");

/**
 * Writes a text into a field of `length` bytes, after composing it (NFC) and the transforms that the field declares. A
 * character that the encoding lacks is named, or replaced where the field declares it; a text that does not fit is refused
 * or cut at the last whole character, as the field says. Nothing is padded here.
 */
export function writeText(
  source: string,
  rules: TextFieldRules,
  codec: TextCodec,
  target: Uint8Array,
  offset: number,
): TextOutcome {
  const text = normaliseText(source, rules, codec);
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

/** The text as it is meant for the file: composed, transformed, and with the replacements that the field declares. */
export function normaliseText(source: string, rules: TextFieldRules, codec: TextCodec): string {
  let text = isPlain(source) ? source : source.normalize("NFC");
  for (const transform of rules.transforms) text = transforms[transform](text);
  if (rules.onUnmappable === "refuse" || rules.charset !== "any") return text;
  let replaced = "";
  for (const character of text) {
    const isKnown = codec.sizeBytes(character.codePointAt(0) ?? 0) > 0;
    replaced += isKnown ? character : replacementOf(character, rules);
  }
  return replaced;
}

/** A character without an entry in the bank's table stays as it is, and is refused. */
function replacementOf(character: string, { onUnmappable, substitutions }: TextFieldRules): string {
  if (onUnmappable === "fullwidth_question") return FULLWIDTH_QUESTION;
  return substitutions?.get(character) ?? character;
}

const FULLWIDTH_QUESTION = "\uff1f";
const FULLWIDTH_OFFSET = 0xfee0;
const IDEOGRAPHIC_SPACE = "\u3000";

/** ASCII needs no composition. */
function isPlain(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7e) return false;
  return true;
}

const transforms = {
  trim: (text: string) => text.trim(),
  upper_case: (text: string) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  full_width: (text: string) =>
    text.replace(/[ -~]/g, (character) =>
      character === " " ? IDEOGRAPHIC_SPACE : String.fromCharCode(character.charCodeAt(0) + FULLWIDTH_OFFSET),
    ),
  half_width: (text: string) =>
    text.replace(/[\u3000\uff01-\uff5e]/g, (character) =>
      character === IDEOGRAPHIC_SPACE ? " " : String.fromCharCode(character.charCodeAt(0) - FULLWIDTH_OFFSET),
    ),
} as const;

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
