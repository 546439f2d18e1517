import type { EncodeProblem, EncodeResult, FileInput } from "./content.ts";
import { type Controls, computeControls } from "./controls.ts";
import type { FixedField, FixedLayout, FixedRecord, RecordValues } from "./description.ts";
import { problemsMax } from "./problem.ts";
import type { TextCodec } from "./text-codec.ts";
import { isProblem, type Substitutions, writeText } from "./text-field.ts";
import { formatDate } from "./values.ts";

const SPACE = 0x20;
const ZERO = 0x30;

/**
 * Writes one field at its place in a record; gives the rule that the value breaks, if it does. `sequence` is the number of
 * the detail, from 1.
 */
type FieldWriter = (
  values: RecordValues,
  target: Uint8Array,
  recordStart: number,
  sequence: number,
) => string | undefined;

interface RecordWriter {
  name: string;
  optional: boolean;
  bytes: number;
  fields: { name: string; write: FieldWriter }[];
  fillers: { start: number; length: number }[];
}

/** Makes the encoder of a checked fixed-width layout. The file is written into one buffer of its exact size. */
export function fixedEncoder(
  layout: FixedLayout,
  codec: TextCodec,
  substitutions?: Substitutions,
): (input: FileInput) => EncodeResult {
  const eol = layout.eol === "CRLF" ? [0x0d, 0x0a] : [0x0a];
  const writersOf = (role: FixedRecord["role"]) =>
    layout.records
      .filter((candidate) => candidate.role === role)
      .map((record) => recordWriter(record, layout.recordBytes, codec, substitutions));
  const [header] = writersOf("header");
  const details = writersOf("detail");
  const [trailer] = writersOf("trailer");
  const writerOf = ({ recordName }: RecordValues) =>
    recordName === undefined ? details[0] : details.find(({ name }) => name === recordName);
  const carriesAmounts = layout.records.some((record) => record.role === "detail" && record.fields.some(isLineAmount));

  return (input) => {
    const controls = computeControls(input.details, layout);
    if (!controls) return { ok: false, problems: [{ value: "totalAmount", rule: "the sum is too large" }] };
    const withHeader = header !== undefined && (!header.optional || hasValues(input.header));
    const withTrailer = trailer !== undefined && (!trailer.optional || hasValues(input.trailer ?? {}));
    const problems: EncodeProblem[] = [];
    const sizeOf = (writer: RecordWriter | undefined) => (writer ? writer.bytes + eol.length : 0);
    const size =
      input.details.reduce((sum, values) => sum + sizeOf(writerOf(values)), 0) +
      (withHeader ? sizeOf(header) : 0) +
      (withTrailer ? sizeOf(trailer) : 0);
    const bytes = new Uint8Array(size).fill(SPACE);
    let record = 0;
    let start = 0;

    const write = (writer: RecordWriter, values: RecordValues, item?: number) => {
      record += 1;
      for (const field of writer.fields) {
        const rule = field.write(values, bytes, start, (item ?? -1) + 1);
        if (rule && problems.length < problemsMax) {
          problems.push({ ...(item !== undefined && { item }), value: field.name, rule });
        }
      }
      const raw = input.raw?.get(record);
      if (raw) {
        for (const filler of writer.fillers) {
          bytes.set(raw.subarray(filler.start, filler.start + filler.length), start + filler.start);
        }
      }
      bytes.set(eol, start + writer.bytes);
      start += writer.bytes + eol.length;
    };

    if (withHeader) write(header, { ...input.header, ...controls });
    for (const [index, values] of input.details.entries()) {
      const writer = writerOf(values);
      if (writer) write(writer, values, index);
      else problems.push({ item: index, value: "recordName", rule: "is no record of this layout" });
    }
    if (withTrailer) {
      const computed = carriesAmounts ? controls : { ...input.trailer, ...counts(controls) };
      write(trailer, { ...input.header, ...input.trailer, ...computed });
    }
    if (problems.length > 0) return { ok: false, problems };
    const end = layout.finalEol === "none" && bytes.length > 0 ? bytes.length - eol.length : bytes.length;
    return {
      ok: true,
      bytes: bytes.subarray(0, end),
      recordCount: input.details.length,
      totalAmount: controls.totalAmount,
    };
  };
}

const hasValues = (values: RecordValues) => Object.values(values).some((value) => value !== undefined);

const isLineAmount = (field: FixedField) =>
  field.kind === "amount" && (field.value === "amount" || field.value === "processedAmount");

const counts = ({ totalCount, successCount, failCount }: Controls) => ({ totalCount, successCount, failCount });

function recordWriter(
  record: FixedRecord,
  recordBytes: number,
  codec: TextCodec,
  substitutions: Substitutions | undefined,
): RecordWriter {
  const written = record.fields.filter((field) => field.kind !== "filler");
  return {
    name: record.name,
    optional: record.optional,
    bytes: record.bytes ?? recordBytes,
    fields: written.map((field) => ({
      name: "value" in field ? field.value : field.name,
      write: fieldWriter(field, codec, substitutions),
    })),
    fillers: record.fields
      .filter((field) => field.kind === "filler")
      .map((field) => ({ start: field.start - 1, length: field.length })),
  };
}

function fieldWriter(field: FixedField, codec: TextCodec, substitutions: Substitutions | undefined): FieldWriter {
  const offset = field.start - 1;
  switch (field.kind) {
    case "filler":
      return () => undefined;
    case "literal": {
      const bytes = new TextEncoder().encode(field.text);
      return (_values, target, start) => {
        target.set(bytes, start + offset);
        return undefined;
      };
    }
    case "text": {
      const padding = field.pad === "zero" ? ZERO : SPACE;
      const rules = { ...field, substitutions };
      return (values, target, start) => {
        const text = values[field.value] || field.default;
        if (text === undefined) return field.required ? "must not be empty" : undefined;
        const outcome = writeText(text, rules, codec, target, start + offset);
        if (isProblem(outcome)) return outcome;
        const isRight = field.align === "right" || field.pad === "zero";
        if (isRight && outcome < field.length) {
          target.copyWithin(start + offset + field.length - outcome, start + offset, start + offset + outcome);
          target.fill(padding, start + offset, start + offset + field.length - outcome);
        }
        return undefined;
      };
    }
    case "date": {
      let last: { day: string; text: string | undefined } | undefined;
      return (values, target, start) => {
        const day = values[field.value];
        if (day === undefined) return field.required ? "must not be empty" : undefined;
        // Mostly the day of the record before.
        if (last?.day !== day) last = { day, text: formatDate(day, field.style) };
        const { text } = last;
        if (text === undefined || text.length !== field.length) return `cannot be written as ${field.style}`;
        for (let index = 0; index < text.length; index += 1) target[start + offset + index] = text.charCodeAt(index);
        return undefined;
      };
    }
    case "amount": {
      const write = field.align === "left" ? writeLeft : writeDigits;
      return (values, target, start) => wholeNumber(values[field.value], write, field, target, start + offset);
    }
    case "number": {
      const digits = { length: field.length, decimals: 0 };
      return (values, target, start, sequence) => {
        const value = field.value === "sequence" ? sequence : values[field.value];
        if (value === undefined && !field.required) return undefined;
        return wholeNumber(value, writeDigits, digits, target, start + offset);
      };
    }
  }
}

/** Writes a checked number; false when the field has too few digits for it. */
type NumberWriter = (value: number, decimals: number, target: Uint8Array, offset: number, length: number) => boolean;

function wholeNumber(
  value: number | undefined,
  write: NumberWriter,
  { length, decimals }: { length: number; decimals: number },
  target: Uint8Array,
  offset: number,
): string | undefined {
  if (value === undefined) return "must not be empty";
  if (!Number.isSafeInteger(value) || value < 0) return "must be a whole number, not negative";
  if (write(value, decimals, target, offset, length)) return undefined;
  return `is too large: the bank's field holds ${length - decimals} digits`;
}

/** Digits without leading zeros, spaces behind. */
const writeLeft: NumberWriter = (value, decimals, target, offset, length) => {
  const digits = `${value}${"0".repeat(decimals)}`;
  if (digits.length > length) return false;
  for (let index = 0; index < digits.length; index += 1) target[offset + index] = digits.charCodeAt(index);
  return true;
};

/** Right-aligned digits filled with zeros; implied decimals of whole NT$ are zeros. Never cuts a number. */
const writeDigits: NumberWriter = (value, decimals, target, offset, length) => {
  let rest = value;
  for (let index = length - 1; index >= 0; index -= 1) {
    const isDecimal = index >= length - decimals;
    target[offset + index] = ZERO + (isDecimal ? 0 : rest % 10);
    if (!isDecimal) rest = Math.floor(rest / 10);
  }
  return rest === 0;
};
