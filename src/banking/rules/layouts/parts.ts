import type { FixedFieldInput, FixedRecordInput } from "../layout/description.ts";

type WithoutStart<Field> = Field extends unknown ? Omit<Field, "start"> : never;
/** A field whose place follows from those before it. */
export type Part = WithoutStart<FixedFieldInput>;
type TextPart = Extract<Part, { kind: "text" }>;
type DatePart = Extract<Part, { kind: "date" }>;
type TextRules = Partial<Omit<TextPart, "kind" | "name" | "length" | "value">>;

/** Puts fields one behind the other, from byte 1. */
export function inOrder(...parts: Part[]): FixedFieldInput[] {
  let next = 1;
  return parts.map((part) => {
    const start = next;
    next += part.length;
    return { ...part, start };
  });
}

export const literal = (name: string, text: string): Part => ({ kind: "literal", name, length: text.length, text });

export const filler = (length: number, name = "filler"): Part => ({ kind: "filler", name, length });

export const text = (name: string, length: number, value: TextPart["value"], rules: TextRules = {}): Part => ({
  kind: "text",
  name,
  length,
  value,
  ...rules,
});

/** Visible ASCII that must be there. */
export const code = (name: string, length: number, value: TextPart["value"]): Part =>
  text(name, length, value, { charset: "ascii", required: true });

export const ascii = (name: string, length: number, value: TextPart["value"], rules: TextRules = {}): Part =>
  text(name, length, value, { charset: "ascii", ...rules });

export const digits = (name: string, length: number, value: TextPart["value"], rules: TextRules = {}): Part =>
  text(name, length, value, { charset: "digits", ...rules });

export const date = (
  name: string,
  value: DatePart["value"],
  style: "YYYYMMDD" | "ROC8",
  rules: { required?: boolean } = {},
): Part => ({ kind: "date", name, length: 8, value, style, ...rules });

export const amount = (
  name: string,
  length: number,
  value: Extract<Part, { kind: "amount" }>["value"],
  rules: { decimals: number; align?: "left" },
): Part => ({ kind: "amount", name, length, value, ...rules });

export const count = (name: string, length: number, value: Extract<Part, { kind: "number" }>["value"]): Part => ({
  kind: "number",
  name,
  length,
  value,
});

/** A record told apart by the literal with which it begins. */
export const recordOf = (
  role: FixedRecordInput["role"],
  selector: string,
  parts: readonly Part[],
  rules: Partial<Omit<FixedRecordInput, "role" | "fields">> = {},
): FixedRecordInput => ({
  name: role,
  role,
  selector: { start: 1, text: selector },
  ...rules,
  fields: inOrder(...parts),
});
