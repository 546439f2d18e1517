import { createHash } from "node:crypto";
import type { DecodeResult, EncodeResult, FileInput } from "./content.ts";
import { responseCode } from "./controls.ts";
import { delimitedDecoder, delimitedEncoder } from "./delimited.ts";
import {
  type EncodingName,
  type LayoutDescription,
  layoutDescriptionSchema,
  type RecordValues,
  type ResponseCode,
  type TextValue,
} from "./description.ts";
import { checkFixedLayout } from "./fixed-check.ts";
import { fixedDecoder } from "./fixed-decode.ts";
import { fixedEncoder } from "./fixed-encode.ts";
import { type TextCodec, textCodec } from "./text-codec.ts";
import type { Substitutions, TextFieldRules } from "./text-field.ts";

/** What a bank's configuration says about a layout beside its name. */
export interface LayoutOptions {
  encoding?: EncodingName;
  delimiter?: string;
  text?: TextPolicy;
}

/** What a bank wants done with texts, beside or instead of what the layout says. */
export interface TextPolicy {
  /** What is written for a character that the bank's code page lacks, in fields that say `substitute`. */
  substitutions?: Readonly<Record<string, string>>;
  /** Rules by value, e.g. `accountHolder`. */
  fields?: Readonly<Partial<Record<TextValue, FieldTextPolicy>>>;
}

export type FieldTextPolicy = Partial<Pick<TextFieldRules, "onUnmappable" | "transforms" | "onOverflow">>;

/** A checked layout, ready to write and read files. */
export interface Layout {
  readonly description: LayoutDescription;
  readonly encoding: EncodingName;
  /** SHA-256 of the description with the bank's options, in hexadecimal. */
  readonly sha256: string;
  encode(input: FileInput): EncodeResult;
  decode(bytes: Uint8Array): DecodeResult;
  /** What a response code means in this layout; an unlisted one is a failure that nobody has classified. */
  responseCode(code: string): ResponseCode;
  /** Whether a record of this kind tells that a debit came back. */
  isReturn(values: RecordValues): boolean;
}

export type LoadedLayout = { ok: true; layout: Layout } | { ok: false; problems: string[] };

/** Checks a description from anywhere (code, file, row) and makes it usable; every problem names its place. */
export function loadLayout(input: unknown, options: LayoutOptions = {}): LoadedLayout {
  if (typeof input !== "object" || input === null) return { ok: false, problems: ["is no JSON object"] };
  const parsed = layoutDescriptionSchema.safeParse(input);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "layout"}: ${message}`);
    return { ok: false, problems };
  }
  const description = withOptions(parsed.data, options);
  const problems = description.format === "fixed_width" ? checkFixedLayout(description) : checkColumns(description);
  if (problems.length > 0) return { ok: false, problems };
  const codec = textCodec(description.encoding);
  const substitutions = options.text?.substitutions;
  const table: Substitutions | undefined = substitutions && new Map(Object.entries(substitutions));
  const unwritable = unwritableSubstitutes(substitutions ?? {}, codec);
  if (unwritable.length > 0) return { ok: false, problems: unwritable };
  const isFixed = description.format === "fixed_width";
  return {
    ok: true,
    layout: {
      description,
      encoding: description.encoding,
      sha256: createHash("sha256")
        .update(JSON.stringify([description, substitutions ?? {}]))
        .digest("hex"),
      encode: isFixed ? fixedEncoder(description, codec, table) : delimitedEncoder(description, codec, table),
      decode: isFixed ? fixedDecoder(description, codec) : delimitedDecoder(description, codec),
      responseCode: (code) => responseCode(description.responseCodes, code),
      isReturn: returnTest(description),
    },
  };
}

function returnTest(description: LayoutDescription): (values: RecordValues) => boolean {
  if (description.format === "csv") return () => false;
  const details = description.records.filter(({ role }) => role === "detail");
  const returns = new Set(details.filter(({ meaning }) => meaning === "return").map(({ name }) => name));
  return ({ recordName }) => returns.has(recordName ?? details[0]?.name ?? "");
}

function withOptions(description: LayoutDescription, options: LayoutOptions): LayoutDescription {
  const encoding = options.encoding ?? description.encoding;
  const policy = options.text?.fields ?? {};
  const adjusted = <Field extends { kind: string }>(field: Field): Field => {
    const rules = "value" in field && field.kind === "text" ? policyOf(policy, field.value) : undefined;
    return rules ? { ...field, ...rules } : field;
  };
  if (description.format === "fixed_width") {
    const records = description.records.map((record) => ({ ...record, fields: record.fields.map(adjusted) }));
    return { ...description, encoding, records };
  }
  const { delimiter } = options;
  const isKnown = delimiter === "," || delimiter === "|" || delimiter === "\t";
  const columns = description.columns.map(adjusted);
  return { ...description, encoding, columns, ...(isKnown && { delimiter }) };
}

const policyOf = (policy: NonNullable<TextPolicy["fields"]>, value: unknown): FieldTextPolicy | undefined =>
  Object.entries(policy).find(([name]) => name === value)?.[1];

/** A substitute that cannot be written itself would only move the refusal. */
function unwritableSubstitutes(substitutions: Readonly<Record<string, string>>, codec: TextCodec): string[] {
  return Object.entries(substitutions).flatMap(([character, substitute]) => {
    if ([...character].length !== 1) return [`substitution of "${character}": must be of one character`];
    const isWritable = [...substitute].every((part) => codec.sizeBytes(part.codePointAt(0) ?? 0) > 0);
    return isWritable ? [] : [`substitution of "${character}": "${substitute}" is not in ${codec.name}`];
  });
}

function checkColumns(description: Extract<LayoutDescription, { format: "csv" }>): string[] {
  const headers = description.columns.map((column) => column.header);
  const twice = headers.filter((header, index) => headers.indexOf(header) !== index);
  const codec = textCodec(description.encoding);
  const unwritable = headers.filter((header) =>
    [...header].some((character) => codec.sizeBytes(character.codePointAt(0) ?? 0) === 0),
  );
  return [
    ...twice.map((header) => `column "${header}" stands twice`),
    ...unwritable.map((header) => `column header "${header}" cannot be written in ${description.encoding}`),
  ];
}
