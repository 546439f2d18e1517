import { code39 } from "./code39.ts";
import { qrPair } from "./qr.ts";
import type { ProofSheet, SheetLine } from "./sheet.ts";

/** A black rectangle, millimetres from the upper left corner. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A text at its left end and base line, millimetres from the upper left corner. */
export interface PlacedText {
  x: number;
  y: number;
  /** Height of the characters, mm. */
  size: number;
  text: string;
}

/** One page of a proof, mm. */
export interface ProofPage {
  width: number;
  height: number;
  texts: PlacedText[];
  rectangles: Rectangle[];
}

/** Paper of 5.7 cm; the proof itself is 9 cm long. */
const PAPER_WIDTH = 57;
const PROOF_HEIGHT = 90;
const MARGIN = 4;
const INNER_WIDTH = PAPER_WIDTH - 2 * MARGIN;
const SIZES = { small: 2.6, normal: 3.8, large: 5 } as const;
const LEADING = 1.35;
const BARCODE_HEIGHT = 7;
/** The gap between the two codes holds both quiet zones. */
const QR_WIDTH = 20;
const BARCODE_WIDE = 2;

/** Places a proof on its page, and the list of items on a page of its own below which the paper is cut. */
export function layOut(sheet: ProofSheet): ProofPage[] {
  const { texts, bottom } = placeLines(sheet.lines, MARGIN);
  const codes = sheet.codes ? placeCodes(sheet.codes, bottom + 1) : { rectangles: [], bottom };
  const proof = {
    width: PAPER_WIDTH,
    height: Math.max(PROOF_HEIGHT, codes.bottom + MARGIN),
    texts,
    rectangles: codes.rectangles,
  };
  if (sheet.items.length === 0) return [proof];
  const items = placeLines(sheet.items.flatMap(wrap), MARGIN);
  return [proof, { width: PAPER_WIDTH, height: items.bottom + MARGIN, texts: items.texts, rectangles: [] }];
}

/** Half-width characters take half the height, all others all of it. */
export function textWidth(text: string, size: number): number {
  return [...text].reduce((width, character) => width + (character <= "\u00ff" ? size / 2 : size), 0);
}

function placeLines(lines: readonly SheetLine[], top: number): { texts: PlacedText[]; bottom: number } {
  const texts: PlacedText[] = [];
  let y = top;
  for (const line of lines) {
    const size = fittingSize(line);
    y += SIZES[line.style] * LEADING;
    const width = textWidth(line.text, size);
    const x = line.align === "center" ? (PAPER_WIDTH - width) / 2 : MARGIN;
    texts.push({ x, y, size, text: line.text });
    if (line.right !== undefined) {
      texts.push({ x: PAPER_WIDTH - MARGIN - textWidth(line.right, size), y, size, text: line.right });
    }
  }
  return { texts, bottom: y };
}

/** A seller's name of 60 characters is made smaller until it fits its line. */
function fittingSize(line: SheetLine): number {
  const size = SIZES[line.style];
  const width = textWidth(line.text, size) + (line.right ? textWidth(`  ${line.right}`, size) : 0);
  return width > INNER_WIDTH ? (size * INNER_WIDTH) / width : size;
}

/** Breaks a line that is longer than the paper is wide; what stands at its right end goes to the last part. */
function wrap(line: SheetLine): SheetLine[] {
  const size = SIZES[line.style];
  const { right, ...plain } = line;
  const parts: string[] = [""];
  for (const character of line.text) {
    const current = parts.at(-1) ?? "";
    if (textWidth(current + character, size) > INNER_WIDTH) parts.push(character);
    else parts[parts.length - 1] = current + character;
  }
  const last = parts.at(-1) ?? "";
  const fits = right === undefined || textWidth(`${last}  ${right}`, size) <= INNER_WIDTH;
  if (!fits) parts.push("");
  return parts.map((text, index) =>
    index === parts.length - 1 && right !== undefined ? { ...plain, text, right } : { ...plain, text },
  );
}

function placeCodes(codes: NonNullable<ProofSheet["codes"]>, top: number): { rectangles: Rectangle[]; bottom: number } {
  const barcode = code39(codes.barcode, BARCODE_WIDE);
  const unit = INNER_WIDTH / barcode.width;
  const bars = barcode.bars.map(({ start, width }) => ({
    x: MARGIN + start * unit,
    y: top,
    width: width * unit,
    height: BARCODE_HEIGHT,
  }));
  const qrTop = top + BARCODE_HEIGHT + 3;
  const [left, right] = qrPair(codes.leftQr, codes.rightQr);
  const module = QR_WIDTH / left.size;
  const squares = [left, right].flatMap((qr, index) => {
    const x = index === 0 ? MARGIN : PAPER_WIDTH - MARGIN - QR_WIDTH;
    return rowsOf(qr).map((run) => ({
      x: x + run.column * module,
      y: qrTop + run.row * module,
      width: run.length * module,
      height: module,
    }));
  });
  return { rectangles: [...bars, ...squares], bottom: qrTop + QR_WIDTH };
}

/** Dark modules that touch in a row, as one. */
function rowsOf(qr: { size: number; isDark(row: number, column: number): boolean }) {
  const runs: { row: number; column: number; length: number }[] = [];
  for (let row = 0; row < qr.size; row += 1) {
    for (let column = 0; column < qr.size; column += 1) {
      if (!qr.isDark(row, column)) continue;
      const last = runs.at(-1);
      if (last && last.row === row && last.column + last.length === column) last.length += 1;
      else runs.push({ row, column, length: 1 });
    }
  }
  return runs;
}
