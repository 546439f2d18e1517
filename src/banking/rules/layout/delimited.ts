import type { DecodeResult, EncodeProblem, EncodeResult, FileContent, FileInput } from "./content.ts";
import { computeControls } from "./controls.ts";
import { checkControls } from "./decode-controls.ts";
import type { Column, DelimitedLayout, RecordValues } from "./description.ts";
import { type FileProblem, problemsMax } from "./problem.ts";
import type { TextCodec } from "./text-codec.ts";
import { isProblem, type Substitutions, writeText } from "./text-field.ts";
import { formatDate, parseDate } from "./values.ts";

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

const lineEnd = (layout: DelimitedLayout) => (layout.eol === "CRLF" ? "\r\n" : "\n");

/** Makes the encoder of a delimited layout: a line of column headers, one line per detail, fields quoted where needed (RFC 4180). */
export function delimitedEncoder(
  layout: DelimitedLayout,
  codec: TextCodec,
  substitutions?: Substitutions,
): (input: FileInput) => EncodeResult {
  const isMarked = layout.byteOrderMark && codec.name === "UTF-8";
  const withMark = (bytes: Uint8Array) => (isMarked ? Buffer.concat([BYTE_ORDER_MARK, bytes]) : bytes);
  return (input) => {
    const controls = computeControls(input.details, layout);
    if (!controls) return { ok: false, problems: [{ value: "totalAmount", rule: "the sum is too large" }] };
    const problems: EncodeProblem[] = [];
    const lines = [layout.columns.map((column) => column.header)];
    for (const [item, detail] of input.details.entries()) {
      const values = { ...detail, sequence: item + 1 };
      lines.push(
        layout.columns.map((column) => {
          const cell = formatCell(column, values, codec, substitutions);
          if (cell.rule && problems.length < problemsMax) problems.push({ item, value: column.value, rule: cell.rule });
          return cell.text;
        }),
      );
    }
    if (problems.length > 0) return { ok: false, problems };
    const text = lines
      .map((cells) => cells.map((cell) => quote(cell, layout)).join(layout.delimiter) + lineEnd(layout))
      .join("");
    return {
      ok: true,
      bytes: withMark(encodeAll(text, codec)),
      recordCount: input.details.length,
      totalAmount: controls.totalAmount,
    };
  };
}

const scratch = new Uint8Array(8192);

function formatCell(
  column: Column,
  values: RecordValues,
  codec: TextCodec,
  substitutions: Substitutions | undefined,
): { text: string; rule?: string } {
  if (column.kind === "text") {
    const text = values[column.value] || column.default;
    if (text === undefined) return { text: "", ...(column.required && { rule: "must not be empty" }) };
    const outcome = writeText(text, { ...column, substitutions }, codec, scratch, 0);
    if (isProblem(outcome)) return { text: "", rule: outcome };
    return { text: codec.decode(scratch.subarray(0, outcome)).text };
  }
  if (column.kind === "date") {
    const day = values[column.value];
    if (day === undefined) return { text: "", ...(column.required && { rule: "must not be empty" }) };
    const text = formatDate(day, column.style);
    return text === undefined ? { text: "", rule: `cannot be written as ${column.style}` } : { text };
  }
  const value = values[column.value];
  if (value === undefined) return { text: "", ...(!column.optional && { rule: "must not be empty" }) };
  if (!Number.isSafeInteger(value) || value < 0) return { text: "", rule: "must be a whole number, not negative" };
  const decimals = column.kind === "amount" ? column.decimals : 0;
  return { text: decimals > 0 ? `${value}.${"0".repeat(decimals)}` : String(value) };
}

function quote(cell: string, layout: DelimitedLayout): string {
  return cell.includes(layout.delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function encodeAll(text: string, codec: TextCodec): Uint8Array {
  const bytes = new Uint8Array(text.length * 4);
  let length = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (codePoint === 0x0d || codePoint === 0x0a || codePoint === 0x09) {
      bytes[length++] = codePoint;
      continue;
    }
    const size = codec.sizeBytes(codePoint);
    if (size === 0)
      throw new RangeError(`column header or delimiter U+${codePoint.toString(16)} is not in ${codec.name}`);
    codec.write(codePoint, bytes, length);
    length += size;
  }
  return bytes.slice(0, length);
}

/** Makes the decoder of a delimited layout. Columns are found by their headers, in any order; unknown ones are passed over. */
export function delimitedDecoder(layout: DelimitedLayout, codec: TextCodec): (bytes: Uint8Array) => DecodeResult {
  return (bytes) => {
    const problems: FileProblem[] = [];
    const complain = (problem: FileProblem) => {
      if (problems.length < problemsMax) problems.push(problem);
    };
    const lines = splitCells(layout, bytes, codec, complain);
    const content: FileContent = { details: [] };
    const [headers, ...rows] = lines;
    const order = headers ? findColumns(layout, headers, complain) : [];
    if (problems.length > 0) return { ok: false, problems };
    for (const [index, cells] of rows.entries()) {
      const record = index + 2;
      if (cells.length !== headers?.length) {
        complain({ record, rule: `has ${cells.length} fields instead of ${headers?.length}` });
        continue;
      }
      content.details.push({ record, values: readRow(order, cells, record, complain) });
    }
    if (problems.length === 0) checkControls(layout, content, complain);
    return problems.length > 0 ? { ok: false, problems } : { ok: true, content };
  };
}

type FoundColumn = { column: Column; at: number };

function findColumns(
  layout: DelimitedLayout,
  headers: string[],
  complain: (problem: FileProblem) => void,
): FoundColumn[] {
  return layout.columns.flatMap((column) => {
    const at = headers.indexOf(column.header);
    if (at >= 0) return [{ column, at }];
    if (!column.optional) complain({ record: 1, field: column.value, rule: `column "${column.header}" is missing` });
    return [];
  });
}

function readRow(
  order: FoundColumn[],
  cells: string[],
  record: number,
  complain: (problem: FileProblem) => void,
): RecordValues {
  const values: RecordValues = {};
  for (const { column, at } of order) {
    const rule = readCell(column, cells[at] ?? "", values);
    if (rule) complain({ record, column: at + 1, field: column.value, rule });
  }
  return values;
}

function readCell(column: Column, cell: string, values: RecordValues): string | undefined {
  if (cell === "") {
    const mayBeEmpty =
      column.optional || (column.kind === "text" && !column.required) || (column.kind === "date" && !column.required);
    return mayBeEmpty ? undefined : "must not be empty";
  }
  if (column.kind === "text") {
    if (cell.includes("\ufffd") && column.onUndecodable === "refuse")
      return "holds bytes that are no text of the file's encoding";
    if (column.charset === "digits" && !/^[0-9]+$/.test(cell)) return "must be digits 0-9 only";
    if (column.charset === "ascii" && !/^[\x20-\x7e]+$/.test(cell)) return "must be visible ASCII characters only";
    values[column.value] = cell;
    return undefined;
  }
  if (column.kind === "date") {
    const day = parseDate(cell, column.style);
    if (day === undefined) return `must be a day that exists, written ${column.style}`;
    values[column.value] = day;
    return undefined;
  }
  const match = /^([0-9]{1,15})(?:\.(0{1,4}))?$/.exec(cell);
  if (!match) return column.kind === "amount" ? "must be whole NT$ in digits" : "must be digits 0-9 only";
  values[column.value] = Number(match[1]);
  return undefined;
}

/**
 * Decodes first, then splits: in Big5 a pipe or a quotation mark's byte may be the second half of a character. A byte order
 * mark at the beginning is passed over.
 */
function splitCells(
  layout: DelimitedLayout,
  bytes: Uint8Array,
  codec: TextCodec,
  complain: (problem: FileProblem) => void,
): string[][] {
  const text = decodeLines(bytes, codec).replace(/^\ufeff/, "");
  const rows: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? "";
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === layout.delimiter) {
      cells.push(cell);
      cell = "";
    } else if (character === "\n") {
      rows.push([...cells, cell.replace(/\r$/, "")]);
      cells = [];
      cell = "";
    } else cell += character;
  }
  if (quoted) complain({ record: rows.length + 1, rule: "a quotation is not closed" });
  if (cell !== "" || cells.length > 0) rows.push([...cells, cell]);
  return rows;
}

/** Line ends are no characters of the code pages, so each line is decoded by itself. */
function decodeLines(bytes: Uint8Array, codec: TextCodec): string {
  if (codec.name === "UTF-8") return new TextDecoder().decode(bytes);
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index <= bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && index < bytes.length) continue;
    parts.push(codec.decode(bytes.subarray(start, index)).text);
    if (byte !== undefined) parts.push(String.fromCharCode(byte));
    start = index + 1;
  }
  return parts.join("");
}
