import type { RouterContract } from "@luckygas/gateway-client";
import * as namedSchemas from "@luckygas/gateway-client/schemas";
import { z } from "zod";
import { innerSchemas, type JsonSchema, referredSchema, schemaReference } from "./document.ts";

type Direction = "input" | "output";

/** The contract's schemas as JSON Schema; what has a name in the contract stands once, under `components`. */
export interface JsonSchemas {
  /** What a caller sends, e.g. of `sms.sendMessage`. `undefined`: nothing. */
  input(procedure: string): JsonSchema | undefined;
  /** What a caller gets. */
  output(procedure: string): JsonSchema | undefined;
  /** A schema without its outer reference. */
  resolve(schema: JsonSchema): JsonSchema;
  /** The named schemas that the given ones refer to, in themselves or by others. */
  components(used: JsonSchema[]): Record<string, JsonSchema>;
}

/**
 * Names are those of the contract's exported schemas: `batchDetailSchema` becomes `BatchDetail`. One that a caller may
 * send otherwise than it gets it, for its defaults, has a second component whose name ends in `Input`.
 */
export function createJsonSchemas(contract: Record<string, RouterContract>): JsonSchemas {
  const names = componentNames();
  const sent = translate(contract, names, "input");
  const received = translate(contract, names, "output");
  const procedures = Object.entries(contract).flatMap(([router, map]) => Object.keys(map).map((n) => `${router}.${n}`));
  const outputs = procedures.flatMap((procedure) => received.get(idOf(procedure, "output")) ?? []);
  const inAnswers = reachable(outputs, received);
  const differing = namesThatDiffer(sent, inAnswers);
  for (const name of differing) {
    const schema = sent.get(name);
    if (schema) sent.set(`${name}Input`, schema);
  }
  for (const schema of sent.values()) redirect(schema, differing);
  const named = new Map([...sent, ...inAnswers]);
  return {
    input: (procedure) => sent.get(idOf(procedure, "input")),
    output: (procedure) => received.get(idOf(procedure, "output")),
    resolve: (schema) => named.get(referredSchema(schema) ?? "") ?? schema,
    components: (used) => Object.fromEntries([...reachable(used, named)].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const idOf = (procedure: string, direction: Direction) => `${procedure}.${direction}`;

/** Exported objects, unions and closed lists. Plain texts and numbers say more where they are used. */
function componentNames(): Map<z.core.$ZodType, string> {
  const names = new Map<z.core.$ZodType, string>();
  const taken = new Set<string>();
  for (const [router, exported] of Object.entries(namedSchemas)) {
    for (const [exportName, schema] of Object.entries(exported)) {
      if (!exportName.endsWith("Schema") || !isWorthAName(schema) || names.has(schema)) continue;
      const short = capital(exportName.slice(0, -"Schema".length));
      const name = taken.has(short) ? `${capital(router)}${short}` : short;
      taken.add(name);
      names.set(schema, name);
    }
  }
  return names;
}

function isWorthAName(value: unknown): value is z.core.$ZodType {
  return value instanceof z.ZodObject || value instanceof z.ZodUnion || value instanceof z.ZodEnum;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Every named schema, and every procedure's own, in one direction. */
function translate(
  contract: Record<string, RouterContract>,
  names: Map<z.core.$ZodType, string>,
  direction: Direction,
): Map<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  const translated = new Map<string, JsonSchema>();
  for (const [schema, name] of names) registry.add(schema, { id: name });
  for (const [router, procedures] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries(procedures)) {
      const schema = procedure[direction];
      const id = idOf(`${router}.${name}`, direction);
      const known = names.get(schema);
      if (known) translated.set(id, schemaReference(known));
      else if (!(schema instanceof z.ZodVoid)) translated.set(id, schemaReference(registerOnce(registry, schema, id)));
    }
  }
  const { schemas } = z.toJSONSchema(registry, {
    io: direction,
    target: "draft-2020-12",
    unrepresentable: "any",
    uri: (id) => schemaReference(id).$ref,
    override: ({ jsonSchema }) => tidy(jsonSchema, direction),
  });
  // as: written by zod for the target asked for; `JsonSchema` names the keywords that are read here.
  for (const [id, schema] of Object.entries(schemas)) translated.set(id, withoutMarks(schema as JsonSchema));
  inlineProcedures(translated, new Set(names.values()));
  return translated;
}

/** Two procedures may share a schema that has no name. */
function registerOnce(registry: z.core.$ZodRegistry<{ id: string }>, schema: z.core.$ZodType, id: string): string {
  const known = registry.get(schema)?.id;
  if (known) return known;
  registry.add(schema, { id });
  return id;
}

/** A procedure's own schema stands where it is used: the reference to it gives way to what it refers to. */
function inlineProcedures(translated: Map<string, JsonSchema>, names: Set<string>): void {
  for (const [id, schema] of translated) {
    const target = referredSchema(schema);
    if (target && !names.has(target)) translated.set(id, translated.get(target) ?? schema);
  }
}

/** Patterns that only repeat a format, bounds that only say "a safe integer", and closedness of answers, which may grow. */
function tidy(schema: z.core.JSONSchema.BaseSchema, direction: Direction): void {
  if (schema.format === "uuid" || schema.format === "date" || schema.format === "date-time") delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (direction === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
}

function withoutMarks(schema: JsonSchema & { $schema?: string; $id?: string }): JsonSchema {
  const { $schema: _schema, $id: _id, ...rest } = schema;
  return rest;
}

/** Names whose two forms are unlike, in themselves or in what they refer to. */
function namesThatDiffer(sent: Map<string, JsonSchema>, received: Map<string, JsonSchema>): Set<string> {
  const differing = new Set<string>();
  let before = -1;
  while (differing.size !== before) {
    before = differing.size;
    for (const [name, schema] of received) {
      const refersToOne = referredBy(schema).some((other) => differing.has(other));
      if (refersToOne || JSON.stringify(sent.get(name)) !== JSON.stringify(schema)) differing.add(name);
    }
  }
  return differing;
}

function referredBy(schema: JsonSchema): string[] {
  const own = referredSchema(schema);
  return [...(own ? [own] : []), ...innerSchemas(schema).flatMap(referredBy)];
}

/** Lets the references of a sent schema point at the sent forms. */
function redirect(schema: JsonSchema, differing: Set<string>): void {
  const name = referredSchema(schema);
  if (name && differing.has(name)) schema.$ref = schemaReference(`${name}Input`).$ref;
  for (const inner of innerSchemas(schema)) redirect(inner, differing);
}

/** The named schemas that the given ones refer to, in themselves or by others. */
function reachable(used: JsonSchema[], named: Map<string, JsonSchema>): Map<string, JsonSchema> {
  const found = new Map<string, JsonSchema>();
  const queue = used.flatMap(referredBy);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const schema = named.get(name);
    if (!schema || found.has(name)) continue;
    found.set(name, schema);
    queue.push(...referredBy(schema));
  }
  return found;
}
