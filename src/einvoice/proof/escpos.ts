import { encodeBig5 } from "../../platform/big5.ts";
import { code39 } from "./code39.ts";
import { qrPair } from "./qr.ts";
import type { ProofSheet, SheetLine } from "./sheet.ts";

/** Dots of a line on 57 mm paper at 203 dpi, 8 a mm. */
const LINE_DOTS = 384;
/** Characters of a line, half-width. */
const LINE_CHARACTERS = 32;
const BARCODE_DOTS = 50;
const BARCODE_WIDE = 3;
const QUIET_MODULES = 4;

const ESC = 0x1b;
const GS = 0x1d;
const INITIALISE = [ESC, 0x40];
const ALIGN = { left: [ESC, 0x61, 0], center: [ESC, 0x61, 1] } as const;
/** GS ! n: width and height of characters. */
const SIZE = { small: [GS, 0x21, 0x00], normal: [GS, 0x21, 0x01], large: [GS, 0x21, 0x11] } as const;
const LINE_FEED = [0x0a];
/** GS V 66 n: feed and cut. */
const CUT = [GS, 0x56, 66, 24];
/** Stands for a character that the printer's code page lacks: the full-width blank square of Big5, never `?`. */
const MISSING = Buffer.from([0xa1, 0xbc]);

/**
 * A proof as bytes for a thermal printer of 57 mm that speaks ESC/POS with the code page Big5. Both kinds of codes are sent as raster
 * pictures (GS v 0), so that they do not depend on the printer's own encoders.
 */
export function renderEscPos(sheet: ProofSheet): Uint8Array {
  const parts: (readonly number[] | Uint8Array)[] = [INITIALISE, ...sheet.lines.flatMap(lineBytes)];
  if (sheet.codes) {
    parts.push(raster(barcodeRows(sheet.codes.barcode)), LINE_FEED);
    parts.push(raster(qrRows(sheet.codes.leftQr, sheet.codes.rightQr)), LINE_FEED);
  }
  parts.push(CUT);
  if (sheet.items.length > 0) parts.push(...sheet.items.flatMap(lineBytes), CUT);
  return Buffer.concat(parts.map((part) => Uint8Array.from(part)));
}

function lineBytes(line: SheetLine): (readonly number[] | Uint8Array)[] {
  const text = line.right === undefined ? line.text : padBetween(line.text, line.right);
  return [ALIGN[line.align], SIZE[line.style], big5(text), LINE_FEED];
}

/** A byte of Big5 is half a character wide. */
const widthOf = (text: string) => big5(text).length;

function padBetween(left: string, right: string): string {
  return `${left}${" ".repeat(Math.max(1, LINE_CHARACTERS - widthOf(left) - widthOf(right)))}${right}`;
}

function big5(text: string): Uint8Array {
  return Buffer.concat(
    [...text].map((character) => {
      const encoded = encodeBig5(character);
      return encoded.ok ? encoded.bytes : MISSING;
    }),
  );
}

type Row = boolean[];

const emptyRow = (): Row => new Array<boolean>(LINE_DOTS).fill(false);

function barcodeRows(text: string): Row[] {
  const { bars, width } = code39(text, BARCODE_WIDE);
  const row = emptyRow();
  const offset = Math.floor((LINE_DOTS - width) / 2);
  for (const bar of bars) row.fill(true, offset + bar.start, offset + bar.start + bar.width);
  return Array.from({ length: BARCODE_DOTS }, () => row);
}

/** As large as two codes and their quiet zones fit side by side. */
function qrRows(leftText: string, rightText: string): Row[] {
  const [left, right] = qrPair(leftText, rightText);
  const scale = Math.max(1, Math.floor(LINE_DOTS / 2 / (left.size + QUIET_MODULES)));
  const dots = left.size * scale;
  const gap = Math.floor((LINE_DOTS - 2 * dots) / 3);
  return Array.from({ length: dots }, (_, y) => {
    const row = emptyRow();
    for (const [qr, offset] of [
      [left, gap],
      [right, 2 * gap + dots],
    ] as const) {
      for (let x = 0; x < dots; x += 1) {
        row[offset + x] = qr.isDark(Math.floor(y / scale), Math.floor(x / scale));
      }
    }
    return row;
  });
}

/** GS v 0: rows of dots, eight a byte, the leftmost in the highest bit. */
function raster(rows: readonly Row[]): Uint8Array {
  const bytesPerRow = LINE_DOTS / 8;
  const picture = Buffer.alloc(8 + rows.length * bytesPerRow);
  picture.set([GS, 0x76, 0x30, 0]);
  picture.writeUInt16LE(bytesPerRow, 4);
  picture.writeUInt16LE(rows.length, 6);
  for (const [y, row] of rows.entries()) {
    for (const [x, isDark] of row.entries()) {
      if (!isDark) continue;
      const at = 8 + y * bytesPerRow + (x >> 3);
      picture[at] = (picture[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return picture;
}
