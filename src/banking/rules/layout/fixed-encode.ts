import type { EncodeProblem, EncodeResult, FileInput } from "./content.ts";
import { type Controls, computeControls } from "./controls.ts";
import type { FixedField, FixedLayout, FixedRecord, RecordValues } from "./description.ts";
import { problemsMax } from "./problem.ts";
import type { TextCodec } from "./text-codec.ts";
import { isProblem, writeText } from "./text-field.ts";
import { formatDate } from "./values.ts";

const SPACE = 0x20;
const ZERO = 0x30;

/** Writes one field at its place in a record; gives the rule that the value breaks, if it does. */
type FieldWriter = (values: RecordValues, target: Uint8Array, recordStart: number) => string | undefined;

interface RecordWriter {
  fields: { name: string; write: FieldWriter }[];
  fillers: { start: number; length: number }[];
}

/** Makes the encoder of a checked fixed-width layout. The file is written into one buffer of its exact size. */
export function fixedEncoder(layout: FixedLayout, codec: TextCodec): (input: FileInput) => EncodeResult {
  const eol = layout.eol === "CRLF" ? [0x0d, 0x0a] : [0x0a];
  const writerOf = (role: FixedRecord["role"]) => {
    const record = layout.records.find((candidate) => candidate.role === role);
    return record && recordWriter(record, codec);
  };
  const header = writerOf("header");
  const detail = writerOf("detail");
  const trailer = writerOf("trailer");
  const carriesAmounts = layout.records.some((record) => record.role === "detail" && record.fields.some(isLineAmount));

  return (input) => {
    const controls = computeControls(input.details, layout.responseCodes);
    if (!controls || !detail) return { ok: false, problems: [{ value: "totalAmount", rule: "the sum is too large" }] };
    const recordCount = input.details.length + (header ? 1 : 0) + (trailer ? 1 : 0);
    const stride = layout.recordBytes + eol.length;
    const bytes = new Uint8Array(recordCount * stride).fill(SPACE);
    const problems: EncodeProblem[] = [];
    let record = 0;

    const write = (writer: RecordWriter, values: RecordValues, item?: number) => {
      const start = record * stride;
      record += 1;
      for (const field of writer.fields) {
        const rule = field.write(values, bytes, start);
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
      bytes.set(eol, start + layout.recordBytes);
    };

    if (header) write(header, { ...input.header, ...controls });
    for (const [index, values] of input.details.entries()) write(detail, { ...values, sequence: index + 1 }, index);
    if (trailer) write(trailer, carriesAmounts ? controls : { ...input.trailer, ...counts(controls) });
    return problems.length > 0
      ? { ok: false, problems }
      : { ok: true, bytes, recordCount: input.details.length, totalAmount: controls.totalAmount };
  };
}

const isLineAmount = (field: FixedField) =>
  field.kind === "amount" && (field.value === "amount" || field.value === "processedAmount");

const counts = ({ totalCount, successCount, failCount }: Controls) => ({ totalCount, successCount, failCount });

function recordWriter(record: FixedRecord, codec: TextCodec): RecordWriter {
  const written = record.fields.filter((field) => field.kind !== "filler");
  return {
    fields: written.map((field) => ({
      name: "value" in field ? field.value : field.name,
      write: fieldWriter(field, codec),
    })),
    fillers: record.fields
      .filter((field) => field.kind === "filler")
      .map((field) => ({ start: field.start - 1, length: field.length })),
  };
}

function fieldWriter(field: FixedField, codec: TextCodec): FieldWriter {
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
    case "text":
      return (values, target, start) => {
        const text = values[field.value];
        if (text === undefined || text === "") return field.required ? "must not be empty" : undefined;
        const outcome = writeText(text, field, codec, target, start + offset);
        if (isProblem(outcome)) return outcome;
        if (field.align === "right" && outcome < field.length) {
          target.copyWithin(start + offset + field.length - outcome, start + offset, start + offset + outcome);
          target.fill(SPACE, start + offset, start + offset + field.length - outcome);
        }
        return undefined;
      };
    case "date":
      return (values, target, start) => {
        const day = values[field.value];
        if (day === undefined) return field.required ? "must not be empty" : undefined;
        const text = formatDate(day, field.style);
        if (text === undefined || text.length !== field.length) return `cannot be written as ${field.style}`;
        for (let index = 0; index < text.length; index += 1) target[start + offset + index] = text.charCodeAt(index);
        return undefined;
      };
    case "amount":
      return (values, target, start) =>
        writeDigits(values[field.value], field.decimals, target, start + offset, field.length);
    case "number":
      return (values, target, start) => writeDigits(values[field.value], 0, target, start + offset, field.length);
  }
}

/** Right-aligned digits filled with zeros; implied decimals of whole NT$ are zeros. Never cuts a number. */
function writeDigits(
  value: number | undefined,
  decimals: number,
  target: Uint8Array,
  offset: number,
  length: number,
): string | undefined {
  if (value === undefined) return "must not be empty";
  if (!Number.isSafeInteger(value) || value < 0) return "must be a whole number, not negative";
  let rest = value;
  for (let index = length - 1; index >= 0; index -= 1) {
    const isDecimal = index >= length - decimals;
    target[offset + index] = ZERO + (isDecimal ? 0 : rest % 10);
    if (!isDecimal) rest = Math.floor(rest / 10);
  }
  return rest > 0 ? `is too large: the bank's field holds ${length - decimals} digits` : undefined;
}
