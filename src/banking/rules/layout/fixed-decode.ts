import type { DecodeResult, FileContent, ParsedRecord } from "./content.ts";
import { checkControls } from "./decode-controls.ts";
import type { DateValue, FixedField, FixedLayout, FixedRecord, RecordValues, TextValue } from "./description.ts";
import { type FileProblem, problemsMax } from "./problem.ts";
import type { TextCodec } from "./text-codec.ts";
import { parseDate } from "./values.ts";

const SPACE = 0x20;
const ZERO = 0x30;

/** Reads one field of the record that begins at `base` into `values`; gives the rule that the bytes break, if they do. */
type FieldReader = (file: Buffer, base: number, values: RecordValues) => string | undefined;

interface RecordReader {
  record: FixedRecord;
  /** Told in the values, where a layout has several kinds of details. */
  recordName: string | undefined;
  at: number;
  selector: Buffer;
  bytes: number;
  fields: { name: string; start: number; read: FieldReader }[];
  fillers: { start: number; length: number }[];
}

/**
 * Makes the decoder of a checked fixed-width layout. Records are sliced on bytes, then each field is decoded on its own:
 * a file decoded first and sliced later has its columns shifted by every double-byte character.
 */
export function fixedDecoder(layout: FixedLayout, codec: TextCodec): (bytes: Uint8Array) => DecodeResult {
  const kinds = layout.records.filter((record) => record.role === "detail").length;
  const readers = layout.records.map((record) => recordReader(record, layout.recordBytes, codec, kinds > 1));
  return (bytes) => {
    const problems: FileProblem[] = [];
    const content: FileContent = { details: [] };
    const complain = (problem: FileProblem) => {
      if (problems.length < problemsMax) problems.push(problem);
    };
    const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let number = 0;
    forEachRecord(layout, file, complain, (start, end) => {
      number += 1;
      const reader = readers.find(({ at, selector }) => startsWith(file, start + at, end, selector));
      const expected = reader?.record.bytes ?? layout.recordBytes;
      if (end - start !== expected) {
        complain({ record: number, rule: `has ${end - start} bytes instead of ${expected}` });
        return;
      }
      if (!reader) complain({ record: number, column: 1, rule: "is of no record type that the layout knows" });
      else place(content, reader.record.role, readRecord(reader, file, start, number, complain), complain);
    });
    checkShape(layout, content, complain);
    if (problems.length === 0) checkControls(layout, content, complain);
    return problems.length > 0 ? { ok: false, problems } : { ok: true, content };
  };
}

function startsWith(file: Buffer, start: number, end: number, text: Buffer): boolean {
  if (start + text.length > end) return false;
  for (let index = 0; index < text.length; index += 1) if (file[start + index] !== text[index]) return false;
  return true;
}

/**
 * Finds where records begin and end: at the end-of-line bytes, which are never part of a double-byte character. No record is
 * cut out of the file: hundreds of thousands of pieces would cost more memory than the file itself.
 */
function forEachRecord(
  layout: FixedLayout,
  file: Buffer,
  complain: (problem: FileProblem) => void,
  visit: (start: number, end: number) => void,
): void {
  const eol = layout.eol === "CRLF" ? "\r\n" : "\n";
  let start = 0;
  while (start < file.length) {
    // Where the record ends as it should, no search is needed.
    const expected = start + layout.recordBytes;
    const fits = file[expected] === eol.charCodeAt(0) && (eol.length === 1 || file[expected + 1] === 0x0a);
    const end = fits ? expected : file.indexOf(eol, start, "latin1");
    if (end === -1) {
      if (layout.finalEol === "required") complain({ rule: `the last record does not end with ${layout.eol}` });
      visit(start, file.length);
      return;
    }
    if (layout.finalEol === "none" && end + eol.length === file.length) {
      complain({ rule: `the last record ends with ${layout.eol}, which this layout does not have` });
    }
    visit(start, end);
    start = end + eol.length;
  }
}

function readRecord(
  reader: RecordReader,
  file: Buffer,
  base: number,
  number: number,
  complain: (problem: FileProblem) => void,
): ParsedRecord {
  const values: RecordValues = reader.recordName === undefined ? {} : { recordName: reader.recordName };
  for (const field of reader.fields) {
    const rule = field.read(file, base, values);
    if (rule) complain({ record: number, column: field.start, field: field.name, rule });
  }
  const isBlank = reader.fillers.every(({ start, length }) => isFilledWith(file, base + start, length, SPACE));
  if (isBlank) return { record: number, values };
  return { record: number, values, raw: file.subarray(base, base + reader.bytes) };
}

function place(
  content: FileContent,
  role: FixedRecord["role"],
  parsed: ParsedRecord,
  complain: (problem: FileProblem) => void,
): void {
  if (content.trailer) complain({ record: parsed.record, rule: "stands after the trailer" });
  if (role === "detail") content.details.push(parsed);
  else if (role === "trailer") content.trailer = parsed;
  else if (content.header || content.details.length > 0)
    complain({ record: parsed.record, rule: "header is not the first record" });
  else content.header = parsed;
}

/** An empty file, or a header alone, is a day without items. */
function checkShape(layout: FixedLayout, content: FileContent, complain: (problem: FileProblem) => void): void {
  const has = (role: FixedRecord["role"]) => layout.records.some((record) => record.role === role && !record.optional);
  const isEmpty = content.details.length === 0 && !content.trailer;
  if (has("header") && !content.header && !isEmpty) complain({ record: 1, rule: "the header is missing" });
  if (has("trailer") && !content.trailer && !isEmpty)
    complain({ rule: "the trailer is missing: the file may be cut off" });
}

function recordReader(record: FixedRecord, recordBytes: number, codec: TextCodec, tellsName: boolean): RecordReader {
  return {
    record,
    recordName: tellsName && record.role === "detail" ? record.name : undefined,
    at: (record.selector?.start ?? 1) - 1,
    selector: Buffer.from(record.selector?.text ?? "", "latin1"),
    bytes: record.bytes ?? recordBytes,
    fields: record.fields
      .filter((field) => field.kind !== "filler")
      .map((field) => ({
        name: "value" in field ? field.value : field.name,
        start: field.start,
        read: fieldReader(field, codec),
      })),
    fillers: record.fields
      .filter((field) => field.kind === "filler")
      .map((field) => ({ start: field.start - 1, length: field.length })),
  };
}

function fieldReader(field: FixedField, codec: TextCodec): FieldReader {
  const offset = field.start - 1;
  switch (field.kind) {
    case "filler":
      return () => undefined;
    case "literal":
      return (file, base) => {
        const start = base + offset;
        return file.toString("latin1", start, start + field.length) === field.text
          ? undefined
          : `must be "${field.text}"`;
      };
    case "text":
      return remembering(field, (file, base, values) => {
        const start = base + offset;
        const end = start + field.length;
        const text = readText(file, start, end, field.pad === "zero" ? "none" : field.align, codec);
        if (text === undefined) return field.required ? "must not be empty" : undefined;
        if (text.offences > 0 && field.onUndecodable === "refuse") return `holds bytes that are no ${codec.name} text`;
        if (field.charset === "digits" && !/^[0-9]*$/.test(text.text)) return "must be digits 0-9 only";
        if (field.charset === "ascii" && !/^[\x20-\x7e]*$/.test(text.text))
          return "must be visible ASCII characters only";
        values[field.value] = text.text;
        return undefined;
      });
    case "date":
      return remembering(field, (file, base, values) => {
        const start = base + offset;
        const end = start + field.length;
        const text = file.toString("latin1", start, end);
        if (!field.required && text.trim() === "") return undefined;
        const day = parseDate(text, field.style);
        if (day === undefined) return `must be a day that exists, written ${field.style}`;
        values[field.value] = day;
        return undefined;
      });
    case "amount":
      return (file, base, values) => {
        const start = base + offset;
        const end = start + field.length;
        const last = field.align === "left" ? endOfDigits(file, start, end) : end;
        const amount = last - field.decimals > start ? readDigits(file, start, last - field.decimals) : undefined;
        if (amount === undefined || !isFilledWith(file, last, end - last, SPACE)) return amountRule(field);
        if (field.align === "left" && file[start] === ZERO && last - field.decimals - start > 1)
          return amountRule(field);
        if (!isFilledWith(file, last - field.decimals, field.decimals, ZERO))
          return "must be whole NT$: its decimals must be 0";
        values[field.value] = amount;
        return undefined;
      };
    case "number":
      return (file, base, values) => {
        const start = base + offset;
        const end = start + field.length;
        if (!field.required && isFilledWith(file, start, field.length, SPACE)) return undefined;
        const value = readDigits(file, start, end);
        if (value === undefined) return `must be ${field.length} digits`;
        values[field.value] = value;
        return undefined;
      };
  }
}

/**
 * Codes, dates and messages are mostly those of the record before: then its value is used again, which spares reading it
 * and holding it twice.
 */
function remembering(
  field: { start: number; length: number; value: TextValue | DateValue },
  read: FieldReader,
): FieldReader {
  const last = Buffer.alloc(field.length);
  let isKnown = false;
  let value: string | undefined;
  return (file, base, values) => {
    const start = base + field.start - 1;
    if (isKnown && startsWith(file, start, start + field.length, last)) {
      if (value !== undefined) values[field.value] = value;
      return undefined;
    }
    const rule = read(file, base, values);
    isKnown = rule === undefined;
    value = values[field.value];
    if (isKnown) file.copy(last, 0, start, start + field.length);
    return rule;
  };
}

const amountRule = ({ align, length }: { align: "left" | "right"; length: number }) =>
  align === "left" ? `must be up to ${length} digits, left-aligned, without leading zeros` : `must be ${length} digits`;

function endOfDigits(record: Buffer, start: number, end: number): number {
  let last = end;
  while (last > start && record[last - 1] === SPACE) last -= 1;
  return last;
}

/** The text without its padding; `undefined` when there is nothing but padding. */
function readText(record: Buffer, from: number, to: number, align: "left" | "right" | "none", codec: TextCodec) {
  let start = from;
  let end = to;
  if (align === "left") while (end > start && record[end - 1] === SPACE) end -= 1;
  else if (align === "right") while (start < end && record[start] === SPACE) start += 1;
  if (start === end || isFilledWith(record, start, end - start, SPACE)) return undefined;
  let isAscii = true;
  for (let index = start; index < end; index += 1) {
    const byte = record[index] ?? 0;
    if (byte < 0x20 || byte > 0x7e) isAscii = false;
  }
  return isAscii
    ? { text: record.toString("latin1", start, end), offences: 0 }
    : codec.decode(record.subarray(start, end));
}

/** A whole number of digits only; `undefined` for anything else, and for a number beyond the safe integers. */
function readDigits(record: Buffer, start: number, end: number): number | undefined {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const digit = (record[index] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

function isFilledWith(record: Buffer, start: number, length: number, byte: number): boolean {
  for (let index = start; index < start + length; index += 1) if (record[index] !== byte) return false;
  return true;
}
