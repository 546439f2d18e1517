import type {
  FixedFieldInput,
  FixedRecordInput,
  LayoutInput,
  RecordValues,
} from "../../../../src/banking/rules/layout/description.ts";
import { type Layout, type LayoutOptions, loadLayout } from "../../../../src/banking/rules/layout/layout.ts";

type Fixed = Extract<LayoutInput, { format: "fixed_width" }>;
type Delimited = Extract<LayoutInput, { format: "csv" }>;

const common = { id: "sample", title: "sample", direction: "payment", encoding: "ASCII", eol: "LF" } as const;

/** A fixed-width layout of these records, in ASCII with line feeds. */
export const fixed = (recordBytes: number, records: FixedRecordInput[], more: Partial<Fixed> = {}): Fixed => ({
  ...{ ...common, format: "fixed_width", finalEol: "required", recordBytes, records },
  ...more,
});

/** A record that begins with its letter; the fields follow, each at its own place. */
export const record = (
  role: FixedRecordInput["role"],
  letter: string,
  fields: FixedFieldInput[],
  more: Partial<FixedRecordInput> = {},
): FixedRecordInput => ({
  name: role,
  role,
  selector: { start: 1, text: letter },
  fields: [{ kind: "literal", name: "type", start: 1, length: letter.length, text: letter }, ...fields],
  ...more,
});

/** One kind of detail, `D` and this field behind it. */
export function single(field: Record<string, unknown> & { length: number }, more: Partial<Fixed> = {}): unknown {
  const detail = record("detail", "D", []);
  const fields = [...detail.fields, { name: "field", start: 2, ...field }];
  return { ...fixed(1 + field.length, []), records: [{ ...detail, fields }], ...more };
}

export const delimited = (columns: Delimited["columns"], more: Partial<Delimited> = {}): Delimited => ({
  ...{ ...common, format: "csv", encoding: "UTF-8", delimiter: ",", columns },
  ...more,
});

export function load(input: unknown, options: LayoutOptions = {}): Layout {
  const loaded = loadLayout(input, options);
  if (!loaded.ok) throw new Error(loaded.problems.join("; "));
  return loaded.layout;
}

/** What is wrong with a description; nothing when it is sound. */
export function problemsOf(input: unknown, options: LayoutOptions = {}): string[] {
  const loaded = loadLayout(input, options);
  return loaded.ok ? [] : loaded.problems;
}

/** The file as text, or the rules that the values break. */
export function write(layout: Layout, details: RecordValues[], header: RecordValues = {}, trailer?: RecordValues) {
  const encoded = layout.encode({ header, details, ...(trailer && { trailer }) });
  return encoded.ok ? new TextDecoder().decode(encoded.bytes) : encoded.problems;
}

/** The details of a file, or what is wrong with it. */
export function read(layout: Layout, file: string | Uint8Array) {
  const decoded = layout.decode(typeof file === "string" ? new TextEncoder().encode(file) : file);
  return decoded.ok ? decoded.content.details.map(({ values }) => values) : decoded.problems;
}
