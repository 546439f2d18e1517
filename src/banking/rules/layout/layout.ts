import { createHash } from "node:crypto";
import type { DecodeResult, EncodeResult, FileInput } from "./content.ts";
import { responseCode } from "./controls.ts";
import { delimitedDecoder, delimitedEncoder } from "./delimited.ts";
import {
  type EncodingName,
  type LayoutDescription,
  layoutDescriptionSchema,
  type ResponseCode,
} from "./description.ts";
import { checkFixedLayout } from "./fixed-check.ts";
import { fixedDecoder } from "./fixed-decode.ts";
import { fixedEncoder } from "./fixed-encode.ts";
import { textCodec } from "./text-codec.ts";

/** What a bank's configuration says about a layout beside its name. */
export interface LayoutOptions {
  encoding?: EncodingName;
  delimiter?: string;
}

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
}

export type LoadedLayout = { ok: true; layout: Layout } | { ok: false; problems: string[] };

/** Checks a description from anywhere (code, file, row) and makes it usable; every problem names its place. */
export function loadLayout(input: unknown, options: LayoutOptions = {}): LoadedLayout {
  const parsed = layoutDescriptionSchema.safeParse(input);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) };
  }
  const description = withOptions(parsed.data, options);
  const problems = description.format === "fixed_width" ? checkFixedLayout(description) : checkColumns(description);
  if (problems.length > 0) return { ok: false, problems };
  const codec = textCodec(description.encoding);
  const isFixed = description.format === "fixed_width";
  return {
    ok: true,
    layout: {
      description,
      encoding: description.encoding,
      sha256: createHash("sha256").update(JSON.stringify(description)).digest("hex"),
      encode: isFixed ? fixedEncoder(description, codec) : delimitedEncoder(description, codec),
      decode: isFixed ? fixedDecoder(description, codec) : delimitedDecoder(description, codec),
      responseCode: (code) => responseCode(description.responseCodes, code),
    },
  };
}

function withOptions(description: LayoutDescription, options: LayoutOptions): LayoutDescription {
  const encoding = options.encoding ?? description.encoding;
  if (description.format === "fixed_width") return { ...description, encoding };
  const { delimiter } = options;
  const isKnown = delimiter === "," || delimiter === "|" || delimiter === "\t";
  return { ...description, encoding, ...(isKnown && { delimiter }) };
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
