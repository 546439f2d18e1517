import { big5Code, decodeBig5 } from "../../../platform/big5.ts";
import type { EncodingName } from "./description.ts";

/** One encoding, both ways, character by character, so that widths are counted in bytes. */
export interface TextCodec {
  readonly name: EncodingName;
  /** Bytes the character takes; 0 when the encoding lacks it. */
  sizeBytes(codePoint: number): number;
  /** Writes a character that `sizeBytes` knows. */
  write(codePoint: number, target: Uint8Array, offset: number): void;
  /** `offences` counts what could not be read; each became one U+FFFD. */
  decode(bytes: Uint8Array): { text: string; offences: number };
}

const isAscii = (codePoint: number) => codePoint >= 0x20 && codePoint <= 0x7e;

const ascii: TextCodec = {
  name: "ASCII",
  sizeBytes: (codePoint) => (isAscii(codePoint) ? 1 : 0),
  write: (codePoint, target, offset) => {
    target[offset] = codePoint;
  },
  decode: (bytes) => {
    let text = "";
    let offences = 0;
    for (const byte of bytes) {
      if (!isAscii(byte)) offences += 1;
      text += isAscii(byte) ? String.fromCharCode(byte) : "\ufffd";
    }
    return { text, offences };
  },
};

const big5: TextCodec = {
  name: "BIG5",
  sizeBytes: (codePoint) => {
    const code = big5Code(codePoint);
    return code === 0 ? 0 : code < 0x100 ? 1 : 2;
  },
  write: (codePoint, target, offset) => {
    const code = big5Code(codePoint);
    if (code < 0x100) {
      target[offset] = code;
      return;
    }
    target[offset] = code >> 8;
    target[offset + 1] = code & 0xff;
  },
  decode: (bytes) => {
    const { text, offences } = decodeBig5(bytes);
    return { text, offences: offences.length };
  },
};

const utf8Writer = new TextEncoder();
const utf8Reader = new TextDecoder("utf-8", { ignoreBOM: true });

/** Control characters and lone surrogates are no text of a bank file. */
const isUtf8Text = (codePoint: number) =>
  codePoint >= 0x20 && !(codePoint >= 0x7f && codePoint <= 0x9f) && !(codePoint >= 0xd800 && codePoint <= 0xdfff);

const utf8: TextCodec = {
  name: "UTF-8",
  sizeBytes: (codePoint) => {
    if (!isUtf8Text(codePoint)) return 0;
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  },
  write: (codePoint, target, offset) => {
    if (codePoint < 0x80) target[offset] = codePoint;
    else utf8Writer.encodeInto(String.fromCodePoint(codePoint), target.subarray(offset));
  },
  decode: (bytes) => {
    const text = utf8Reader.decode(bytes);
    let offences = 0;
    for (const character of text) {
      if (character === "\ufffd" || !isUtf8Text(character.codePointAt(0) ?? 0)) offences += 1;
    }
    return { text, offences };
  },
};

const codecs: Record<EncodingName, TextCodec> = { BIG5: big5, "UTF-8": utf8, ASCII: ascii };

export const textCodec = (name: EncodingName): TextCodec => codecs[name];

/** The encoding that a bank's configuration names (`BIG5`, `big5`, `UTF-8`, `utf8` …); `undefined` for one the gateway lacks. */
export function encodingByName(name: string): EncodingName | undefined {
  const key = name.toUpperCase().replace(/[^A-Z0-9]/g, "");
  if (key === "BIG5" || key === "BIG5TW" || key === "CP950") return "BIG5";
  if (key === "UTF8") return "UTF-8";
  return key === "ASCII" || key === "USASCII" ? "ASCII" : undefined;
}
