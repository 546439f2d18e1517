import iconv from "iconv-lite";

/**
 * The code page `big5-tw`: what every Taiwanese bank reads alike. Allowed are ASCII 20-7E, the Big5 symbols A140-A3BF,
 * level 1 A440-C67E (5,401 characters), level 2 C940-F9D5 (7,652) and the seven ETEN characters F9D6-F9DC. HKSCS codes,
 * user-defined areas (8140-A0FE, C6A1-C8FE, FA40-FEFE), the box drawings F9DD-F9FE and the euro sign A3E1 are not.
 * Table: Microsoft code page 950 as iconv-lite has it, read once and kept, so that both directions use one table.
 */
const ALLOWED: readonly (readonly [first: number, last: number])[] = [
  [0xa140, 0xa3bf],
  [0xa440, 0xc67e],
  [0xc940, 0xf9d5],
  [0xf9d6, 0xf9dc],
];

/** Characters with two codes in code page 950: banks write the level-1 ideograph, iconv-lite the duplicate among the symbols. */
const PREFERRED_CODES: readonly (readonly [character: string, code: number])[] = [
  ["十", 0xa451],
  ["卅", 0xa4ca],
];

const REPLACEMENT = 0xfffd;

/** A character that cannot be written in the code page. */
export interface Big5Offence {
  /** Position in the text, counted in code points from 0. */
  index: number;
  codePoint: number;
  character: string;
}

/** Bytes that are no character of the code page. */
export interface Big5DecodeOffence {
  /** Position in the bytes, from 0. */
  offset: number;
  /** The offending byte pair, or the lone byte. */
  code: number;
}

export type Big5Encoded = { ok: true; bytes: Uint8Array } | { ok: false; offences: Big5Offence[] };

/** `text` has one U+FFFD for every offence, so that characters after it keep their meaning. */
export interface Big5Decoded {
  text: string;
  offences: Big5DecodeOffence[];
}

interface Tables {
  /** Code by UTF-16 unit; 0 where there is none. Every character of the code page is in the basic plane. */
  codeByUnit: Uint16Array;
  /** UTF-16 unit by code; 0 where there is none. */
  unitByCode: Uint16Array;
}

let tables: Tables | undefined;

function loadTables(): Tables {
  const codeByUnit = new Uint16Array(0x10000);
  const unitByCode = new Uint16Array(0x10000);
  for (const [first, last] of ALLOWED) {
    for (let code = first; code <= last; code += 1) {
      if (!isTrail(code & 0xff)) continue;
      const text = iconv.decode(Buffer.from([code >> 8, code & 0xff]), "cp950");
      const unit = text.charCodeAt(0);
      if (text.length !== 1 || unit === REPLACEMENT) continue;
      unitByCode[code] = unit;
      if (codeByUnit[unit] === 0) codeByUnit[unit] = code;
    }
  }
  for (const [character, code] of PREFERRED_CODES) codeByUnit[character.charCodeAt(0)] = code;
  return { codeByUnit, unitByCode };
}

const isTrail = (byte: number) => (byte >= 0x40 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xfe);
const isLead = (byte: number) => byte >= 0x81 && byte <= 0xfe;
const isAscii = (value: number) => value >= 0x20 && value <= 0x7e;

/** The code of a character: one byte below 0x100, else lead byte × 256 + trail byte; 0 when the code page lacks it. */
export function big5Code(codePoint: number): number {
  if (isAscii(codePoint)) return codePoint;
  if (codePoint < 0x80 || codePoint > 0xffff) return 0;
  tables ??= loadTables();
  return tables.codeByUnit[codePoint] ?? 0;
}

/** Encodes a text, or names every character that the code page lacks. Nothing is ever replaced by `?`. */
export function encodeBig5(text: string): Big5Encoded {
  const bytes = new Uint8Array(text.length * 2);
  const offences: Big5Offence[] = [];
  let length = 0;
  let index = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    const code = big5Code(codePoint);
    if (code === 0) offences.push({ index, codePoint, character });
    else if (code < 0x100) bytes[length++] = code;
    else {
      bytes[length++] = code >> 8;
      bytes[length++] = code & 0xff;
    }
    index += 1;
  }
  return offences.length > 0 ? { ok: false, offences } : { ok: true, bytes: bytes.slice(0, length) };
}

/**
 * Decodes bytes of the code page. A byte pair outside it becomes one U+FFFD and an offence; the byte after a lead byte that
 * cannot be a trail byte is read on its own, since its lead byte belongs to a character that was cut.
 */
export function decodeBig5(bytes: Uint8Array): Big5Decoded {
  tables ??= loadTables();
  const offences: Big5DecodeOffence[] = [];
  let text = "";
  for (let offset = 0; offset < bytes.length; offset += 1) {
    const byte = bytes[offset] ?? 0;
    if (isAscii(byte)) {
      text += String.fromCharCode(byte);
      continue;
    }
    const trail = bytes[offset + 1] ?? 0;
    const isPair = isLead(byte) && isTrail(trail);
    const code = isPair ? (byte << 8) | trail : byte;
    const unit = isPair ? (tables.unitByCode[code] ?? 0) : 0;
    if (unit === 0) offences.push({ offset, code });
    text += String.fromCharCode(unit || REPLACEMENT);
    if (isPair) offset += 1;
  }
  return { text, offences };
}
