import { type JsonSchema, referredSchema } from "../openapi/document.ts";
import { escapeHtml, richLine } from "./html.ts";

/** Fields of fields are shown in the same table down to this depth. */
const DEPTH_MAX = 5;

interface Row {
  name: string;
  schema: JsonSchema;
  required: boolean;
  /** Where it stands: `path` or `query`; not in a body. */
  place?: string;
}

/** A table of the fields of a schema, or one line where it has none. */
export function schemaTable(schema: JsonSchema): string {
  const rows = rowsOf(schema, "", 0);
  if (rows.length === 0) return `<p class="type">${typeText(schema)}${rulesText(schema)}</p>`;
  return fieldTable(rows);
}

export function fieldTable(rows: Row[]): string {
  const lines = rows.map(({ name, schema, required, place }) => {
    const where = place ? ` <span class="place">${escapeHtml(place)}</span>` : "";
    const marks = `${where}${required ? ' <span class="required">required</span>' : ""}`;
    const told = schema.description ? `<p>${richLine(schema.description)}</p>` : "";
    return `<tr><th scope="row"><code>${escapeHtml(name)}</code>${marks}</th><td>${typeText(schema)}${rulesText(schema)}${told}</td></tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th scope="col">Field</th><th scope="col">Value</th></tr></thead><tbody>${lines.join("")}</tbody></table></div>`;
}

/** The fields of an object, and of the unnamed objects in it: `lines[].quantity`. */
function rowsOf(schema: JsonSchema, prefix: string, depth: number): Row[] {
  if (depth > DEPTH_MAX) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([field, inner]) => {
    const name = `${prefix}${field}`;
    const row = { name, schema: inner, required: (schema.required ?? []).includes(field) };
    const core = withoutNull(inner);
    const below = core.items ? rowsOf(core.items, `${name}[].`, depth + 1) : rowsOf(core, `${name}.`, depth + 1);
    return [row, ...below];
  });
}

function withoutNull(schema: JsonSchema): JsonSchema {
  const [one, two] = schema.anyOf ?? [];
  return schema.anyOf?.length === 2 && one && two?.type === "null" ? one : schema;
}

/** What a value is, in words; named schemas are links. */
export function typeText(schema: JsonSchema): string {
  const name = referredSchema(schema);
  if (name) return `<a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a>`;
  if (schema.const !== undefined) return `<code>${escapeHtml(String(schema.const))}</code>`;
  if (schema.enum) return schema.enum.map((value) => `<code>${escapeHtml(String(value))}</code>`).join(" · ");
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) return choices.map(typeText).join(" or ");
  if (schema.items) return `list of ${typeText(schema.items)}`;
  if (typeof schema.additionalProperties === "object") return `map to ${typeText(schema.additionalProperties)}`;
  const types = [schema.type ?? "any"].flat();
  return escapeHtml(schema.format ? `${schema.format} ${types.join(" or ")}` : types.join(" or "));
}

/** Bounds, pattern and default, as far as there are any. */
function rulesText(schema: JsonSchema): string {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems, pattern } = schema;
  const rules = [
    range(minLength, maxLength, "characters"),
    range(minimum, maximum, ""),
    range(minItems, maxItems, "items"),
    pattern && pattern.length <= 80 ? `pattern <code>${escapeHtml(pattern)}</code>` : "",
    schema.default === undefined ? "" : `default <code>${escapeHtml(JSON.stringify(schema.default))}</code>`,
  ].filter((rule) => rule !== "");
  return rules.length > 0 ? ` <span class="rules">${rules.join("; ")}</span>` : "";
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  const number = (value: number) => value.toLocaleString("en");
  if (least !== undefined && most !== undefined) return `${number(least)} to ${number(most)} ${unit}`.trim();
  if (least !== undefined) return `at least ${number(least)} ${unit}`.trim();
  return most === undefined ? "" : `at most ${number(most)} ${unit}`.trim();
}
