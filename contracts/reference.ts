import { z } from "zod";
import { contract } from "./src/contract.ts";
import type { ProcedureContract } from "./src/procedure.ts";

interface Schema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  pattern?: string;
  format?: string;
}

/** Every procedure with its roles, what it takes and what it answers, as Markdown; made from the contract's schemas. */
export function writeReference(): string {
  const routers = Object.entries(contract).map(([router, procedures]) => {
    const parts = Object.entries<ProcedureContract>(procedures).map(([name, procedure]) =>
      procedurePart(`${router}.${name}`, procedure),
    );
    return `## ${router}\n\n${parts.join("\n")}`;
  });
  const head = "# Procedures\n\nWritten from the contract. `?`: may be left out, or may be absent.\n";
  return `${head}\n${routers.join("\n")}`;
}

function procedurePart(id: string, { kind, summary, roles, rest, input, output }: ProcedureContract): string {
  const who = roles === "public" ? "anybody, without a token" : roles.join(", ");
  const where = rest ? ` REST: \`${rest.method} /api/v1${rest.path}\`.` : "";
  const parts = [`### ${id}\n`, `${summary}\n`, `A ${kind}, for ${who}.${where}\n`];
  const taken = fieldLines(input, "input");
  if (taken.length > 0) parts.push("Takes:\n", ...taken, "");
  parts.push(kind === "subscription" ? "Tells in `data`:\n" : "Answers:\n", ...fieldLines(output, "output"), "");
  return parts.join("\n");
}

function fieldLines(schema: z.ZodType, io: "input" | "output"): string[] {
  if (schema instanceof z.ZodVoid) return [];
  // as: JSON Schema, of which `Schema` names the parts that are written here.
  return linesOf(z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" }) as Schema, 0);
}

/** One line for each field, those within it indented below. */
function linesOf(schema: Schema, depth: number): string[] {
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const lines = choices.filter((choice) => choice.type !== "null").flatMap((choice) => linesOf(choice, depth));
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const mark = schema.required?.includes(name) ? "" : "?";
    const facts = [typeText(field), ...limitsOf(field)].join(", ");
    const text = descriptionOf(field);
    lines.push(`${"  ".repeat(depth)}- \`${name}${mark}\` ${facts}${text ? `. ${text}` : ""}`);
    lines.push(...linesOf(field, depth + 1));
  }
  if (schema.items) lines.push(...linesOf(schema.items, depth));
  if (typeof schema.additionalProperties === "object") lines.push(...linesOf(schema.additionalProperties, depth));
  return lines;
}

/** What a field that may be null or absent means stands inside. */
const descriptionOf = (field: Schema): string =>
  (
    field.description ??
    [...(field.anyOf ?? []), ...(field.oneOf ?? [])].find((one) => one.description)?.description ??
    ""
  ).replaceAll(/\s*\n\s*/g, " ");

function typeText(schema: Schema): string {
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choices.length > 0) return [...new Set(choices.map(typeText))].join(" or ");
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(" ");
  if (schema.type === "array") return `list of ${schema.items ? typeText(schema.items) : "anything"}`;
  return [schema.type ?? "anything"].flat().join(" or ");
}

function limitsOf({ minimum, maximum, minLength, maxLength, maxItems, pattern, format, ...rest }: Schema): string[] {
  const huge = Number.MAX_SAFE_INTEGER;
  return [
    minimum !== undefined && minimum > -huge && `at least ${minimum}`,
    maximum !== undefined && maximum < huge && `at most ${maximum}`,
    minLength !== undefined && minLength > 1 && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems}`,
    format === undefined && pattern !== undefined && `\`${pattern}\``,
    rest.default !== undefined && typeof rest.default !== "object" && `default \`${String(rest.default)}\``,
  ].filter((text) => typeof text === "string");
}
