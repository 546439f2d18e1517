import type { DecodeResult, FileContent, ParsedRecord } from "./content.ts";
import { checkControls } from "./decode-controls.ts";
import type { FixedField, FixedLayout, FixedRecord, RecordValues } from "./description.ts";
import { type FileProblem, problemsMax } from "./problem.ts";
import type { TextCodec } from "./text-codec.ts";
import { parseDate } from "./values.ts";

const SPACE = 0x20;
const ZERO = 0x30;

/** Reads one field of a record into `values`; gives the rule that the bytes break, if they do. */
type FieldReader = (record: Buffer, values: RecordValues) => string | undefined;

interface RecordReader {
  record: FixedRecord;
  /** Told in the values, where a layout has several kinds of details. */
  recordName: string | undefined;
  at: number;
  selector: Buffer;
  fields: { name: string; start: number; read: FieldReader }[];
  fillers: { start: number; length: number }[];
}

/**
 * Makes the decoder of a checked fixed-width layout. Records are sliced on bytes, then each field is decoded on its own:
 * a file decoded first and sliced later has its columns shifted by every double-byte character.
 */
export function fixedDecoder(layout: FixedLayout, codec: TextCodec): (bytes: Uint8Array) => DecodeResult {
  const kinds = layout.records.filter((record) => record.role === "detail").length;
  const readers = layout.records.map((record) => recordReader(record, codec, kinds > 1));
  return (bytes) => {
    const problems: FileProblem[] = [];
    const content: FileContent = { details: [] };
    const complain = (problem: FileProblem) => {
      if (problems.length < problemsMax) problems.push(problem);
    };
    let number = 0;
    for (const record of splitRecords(layout, bytes, complain)) {
      number += 1;
      const reader = readers.find(({ at, selector }) => record.subarray(at, at + selector.length).equals(selector));
      const expected = reader?.record.bytes ?? layout.recordBytes;
      if (record.length !== expected) {
        complain({ record: number, rule: `has ${record.length} bytes instead of ${expected}` });
        continue;
      }
      if (!reader) complain({ record: number, column: 1, rule: "is of no record type that the layout knows" });
      else place(content, reader.record.role, readRecord(reader, record, number, complain), complain);
    }
    checkShape(layout, content, complain);
    if (problems.length === 0) checkControls(layout, content, complain);
    return problems.length > 0 ? { ok: false, problems } : { ok: true, content };
  };
}

/** Cuts at the end-of-line bytes, which are never part of a double-byte character. */
function* splitRecords(
  layout: FixedLayout,
  bytes: Uint8Array,
  complain: (problem: FileProblem) => void,
): Generator<Buffer> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const eol = layout.eol === "CRLF" ? "\r\n" : "\n";
  let start = 0;
  while (start < file.length) {
    // Where the record ends as it should, no search is needed.
    const expected = start + layout.recordBytes;
    const fits = file[expected] === eol.charCodeAt(0) && (eol.length === 1 || file[expected + 1] === 0x0a);
    const end = fits ? expected : file.indexOf(eol, start, "latin1");
    if (end === -1) {
      if (layout.finalEol === "required") complain({ rule: `the last record does not end with ${layout.eol}` });
      yield file.subarray(start);
      return;
    }
    if (layout.finalEol === "none" && end + eol.length === file.length) {
      complain({ rule: `the last record ends with ${layout.eol}, which this layout does not have` });
    }
    yield file.subarray(start, end);
    start = end + eol.length;
  }
}

function readRecord(
  reader: RecordReader,
  bytes: Buffer,
  number: number,
  complain: (problem: FileProblem) => void,
): ParsedRecord {
  const values: RecordValues = reader.recordName === undefined ? {} : { recordName: reader.recordName };
  for (const field of reader.fields) {
    const rule = field.read(bytes, values);
    if (rule) complain({ record: number, column: field.start, field: field.name, rule });
  }
  const isBlank = reader.fillers.every(({ start, length }) => isFilledWith(bytes, start, length, SPACE));
  return { record: number, values, ...(!isBlank && { raw: bytes }) };
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

function recordReader(record: FixedRecord, codec: TextCodec, tellsName: boolean): RecordReader {
  return {
    record,
    recordName: tellsName && record.role === "detail" ? record.name : undefined,
    at: (record.selector?.start ?? 1) - 1,
    selector: Buffer.from(record.selector?.text ?? "", "latin1"),
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
  const start = field.start - 1;
  const end = start + field.length;
  switch (field.kind) {
    case "filler":
      return () => undefined;
    case "literal":
      return (record) => (record.toString("latin1", start, end) === field.text ? undefined : `must be "${field.text}"`);
    case "text":
      return (record, values) => {
        const text = readText(record, start, end, field.pad === "zero" ? "none" : field.align, codec);
        if (text === undefined) return field.required ? "must not be empty" : undefined;
        if (text.offences > 0 && field.onUndecodable === "refuse") return `holds bytes that are no ${codec.name} text`;
        if (field.charset === "digits" && !/^[0-9]*$/.test(text.text)) return "must be digits 0-9 only";
        if (field.charset === "ascii" && !/^[\x20-\x7e]*$/.test(text.text))
          return "must be visible ASCII characters only";
        values[field.value] = text.text;
        return undefined;
      };
    case "date":
      return (record, values) => {
        const text = record.toString("latin1", start, end);
        if (!field.required && text.trim() === "") return undefined;
        const day = parseDate(text, field.style);
        if (day === undefined) return `must be a day that exists, written ${field.style}`;
        values[field.value] = day;
        return undefined;
      };
    case "amount":
      return (record, values) => {
        const last = field.align === "left" ? endOfDigits(record, start, end) : end;
        const amount = last - field.decimals > start ? readDigits(record, start, last - field.decimals) : undefined;
        if (amount === undefined || !isFilledWith(record, last, end - last, SPACE)) return amountRule(field);
        if (field.align === "left" && record[start] === ZERO && last - field.decimals - start > 1)
          return amountRule(field);
        if (!isFilledWith(record, last - field.decimals, field.decimals, ZERO))
          return "must be whole NT$: its decimals must be 0";
        values[field.value] = amount;
        return undefined;
      };
    case "number":
      return (record, values) => {
        if (!field.required && isFilledWith(record, start, field.length, SPACE)) return undefined;
        const value = readDigits(record, start, end);
        if (value === undefined) return `must be ${field.length} digits`;
        values[field.value] = value;
        return undefined;
      };
  }
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
