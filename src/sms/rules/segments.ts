import type { SmsEncoding } from "@luckygas/gateway-client";

/** GSM 7 bit default alphabet, one septet each (3GPP TS 23.038 §6.2.1). The escape at 0x1B is no character. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** Extension table: an escape and a septet, two units (3GPP TS 23.038 §6.2.1.1). */
const EXTENSION = new Set("\f^{}\\[~]|€");

/** Units in a single message, and in each part of a concatenated one (3GPP TS 23.040 §9.2.3.24.1: six octets of header). */
const UNITS = {
  "GSM-7": { single: 160, part: 153 },
  "UCS-2": { single: 70, part: 67 },
} as const satisfies Record<SmsEncoding, { single: number; part: number }>;

const UCS2_CHARACTERS_MAX = 10;

export interface Measure {
  encoding: SmsEncoding;
  /** Septets (GSM-7) or UTF-16 units (UCS-2). */
  units: number;
  segments: number;
  /** What one segment of this message holds. */
  unitsPerSegment: number;
  /** The first ten different characters that force UCS-2. */
  ucs2Characters: string[];
}

/**
 * Encoding and number of segments of a text. One character outside the GSM alphabet makes the whole message UCS-2.
 * Parts are packed greedily and a two-unit character is never split, so the count may exceed units ÷ part size.
 */
export function measureText(text: string): Measure {
  const outside = new Set<string>();
  for (const character of text) {
    if (!BASIC.has(character) && !EXTENSION.has(character)) outside.add(character);
  }
  const encoding: SmsEncoding = outside.size === 0 ? "GSM-7" : "UCS-2";
  const unitsOf = (character: string) => (encoding === "UCS-2" ? character.length : EXTENSION.has(character) ? 2 : 1);
  let units = 0;
  for (const character of text) units += unitsOf(character);
  const { single, part } = UNITS[encoding];
  const isSingle = units <= single;
  return {
    encoding,
    units,
    segments: isSingle ? 1 : packParts(text, unitsOf, part),
    unitsPerSegment: isSingle ? single : part,
    ucs2Characters: [...outside].slice(0, UCS2_CHARACTERS_MAX),
  };
}

function packParts(text: string, unitsOf: (character: string) => number, partUnits: number): number {
  let parts = 1;
  let used = 0;
  for (const character of text) {
    const units = unitsOf(character);
    if (used + units > partUnits) {
      parts += 1;
      used = 0;
    }
    used += units;
  }
  return parts;
}
