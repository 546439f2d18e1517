import { type ProcedureContract, type RouterContract, roles } from "@luckygas/gateway-client";
import { z } from "zod";
import { innerSchemas, type JsonSchema } from "../../../src/http/openapi/document.ts";

/** One field of a procedure's input or answer, as it is recorded. */
export interface FieldFacts {
  required: boolean;
  /** JSON's kinds, and every value of a closed list. */
  types: string[];
  values: string[];
  /** Bounds and form, by their JSON Schema names, e.g. `maxLength`. */
  limits: Record<string, string | number>;
}

export interface ProcedureFacts {
  kind: string;
  roles: string[];
  rest: string;
  input: Record<string, FieldFacts>;
  output: Record<string, FieldFacts>;
}

/** A contract as facts that can be compared: every procedure, and every field by its path (`items[].amount`). */
export function factsOf(contract: Record<string, RouterContract>): Record<string, ProcedureFacts> {
  const facts: Record<string, ProcedureFacts> = {};
  for (const [router, procedures] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries<ProcedureContract>(procedures)) {
      facts[`${router}.${name}`] = {
        kind: procedure.kind,
        roles: procedure.roles === "public" ? ["public", ...roles] : [...procedure.roles],
        rest: procedure.rest ? `${procedure.rest.method} ${procedure.rest.path}` : "",
        input: fieldsOf(procedure.input, "input"),
        output: fieldsOf(procedure.output, "output"),
      };
    }
  }
  return facts;
}

function fieldsOf(schema: z.ZodType, io: "input" | "output"): Record<string, FieldFacts> {
  const fields: Record<string, FieldFacts> = {};
  if (schema instanceof z.ZodVoid) return fields;
  // as: zod writes JSON Schema 2020-12, of which this names the parts that the contract's schemas use.
  const json = z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" }) as JsonSchema;
  collect(json, "", true, fields);
  return fields;
}

function collect(schema: JsonSchema, path: string, required: boolean, fields: Record<string, FieldFacts>): void {
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  const own = choices.length > 0 ? choices : [schema];
  const before = fields[path || "."];
  fields[path || "."] = {
    required: required && before?.required !== false,
    types: sorted([...(before?.types ?? []), ...own.flatMap(typesOf)]),
    values: sorted([...(before?.values ?? []), ...own.flatMap(valuesOf)]),
    limits: choices.length > 0 || before ? {} : limitsOf(schema),
  };
  for (const choice of own) collectInner(choice, path, fields);
}

function collectInner(schema: JsonSchema, path: string, fields: Record<string, FieldFacts>): void {
  if (schema.anyOf || schema.oneOf) {
    collect(schema, path, true, fields);
    return;
  }
  const variant = variantOf(schema);
  const at = `${path}${variant}`;
  if (schema.items) collect(schema.items, `${at}[]`, true, fields);
  const others = schema.additionalProperties;
  if (typeof others === "object" && innerSchemas(others).length + Object.keys(others).length > 0) {
    collect(others, `${at}{}`, true, fields);
  }
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    collect(inner, at === "" ? name : `${at}.${name}`, schema.required?.includes(name) ?? false, fields);
  }
}

/** Objects of a union are told apart by their fixed field, e.g. `<kind=business>`. */
function variantOf(schema: JsonSchema): string {
  const fixed = Object.entries(schema.properties ?? {}).find(([, { const: value }]) => typeof value === "string");
  return fixed ? `<${fixed[0]}=${String(fixed[1].const)}>` : "";
}

const typesOf = ({ type, enum: values, const: value, anyOf, oneOf }: JsonSchema): string[] => {
  if (type !== undefined) return [type].flat();
  if (values || value !== undefined) return [...new Set((values ?? [value]).map((one) => typeof one))];
  return anyOf || oneOf ? [] : ["any"];
};
const valuesOf = ({ enum: values, const: value }: JsonSchema): string[] =>
  (values ?? (value === undefined ? [] : [value])).map(String);
const sorted = (texts: string[]) => [...new Set(texts)].sort();

const limitNames = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "pattern",
  "format",
] as const;

/** A pattern beside a format is the format's own, written out. */
const limitsOf = (schema: JsonSchema): Record<string, string | number> =>
  Object.fromEntries(
    limitNames
      .filter((name) => name !== "pattern" || schema.format === undefined)
      .flatMap((name) => (schema[name] === undefined ? [] : [[name, schema[name]]])),
  );
