import type { ProcedureContract, RestRoute } from "@luckygas/gateway-client";
import { z } from "zod";
import type { Answer, Content, JsonSchema, Method, Operation, Parameter } from "./document.ts";
import { refusalsOf } from "./error-answers.ts";
import { inputExample, outputExample, sampleFor } from "./examples.ts";
import type { JsonSchemas } from "./json-schemas.ts";

export const REQUEST_ID_HEADER = { "x-request-id": { $ref: "#/components/headers/RequestId" } };

/** The security of an operation that needs a token. */
export const BEARER = [{ bearer: [] }];

/** Content of type JSON; an example of `undefined` is left out. */
export function json(schema: JsonSchema, example: unknown): Record<string, Content> {
  return { "application/json": { schema, ...(example !== undefined && { example }) } };
}

/** An answer of plain text. */
export const words = (description: string, example: string): Answer => ({
  description,
  headers: REQUEST_ID_HEADER,
  content: { "text/plain": { schema: { type: "string" }, example } },
});

export const methodOf = (rest: RestRoute): Method => (rest.method === "GET" ? "get" : "post");

/**
 * A procedure as its REST route shows it. Names in braces come from the path; what else the procedure takes is the query
 * of a GET and the body of a POST, as `rest.ts` reads them.
 */
export function operationOf(
  router: string,
  name: string,
  procedure: ProcedureContract,
  rest: RestRoute,
  schemas: JsonSchemas,
): Operation {
  const id = `${router}.${name}`;
  const input = schemas.input(id);
  const example = exampleFields(procedure, id);
  const pathNames = [...rest.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  const fields = input ? schemas.resolve(input) : {};
  const parameters = Object.entries(fields.properties ?? {})
    .filter(([field]) => rest.method === "GET" || pathNames.includes(field))
    .map(([field, schema]) =>
      parameterOf(field, schema, fields, pathNames, example?.[field] ?? optionalExample(procedure, id, field)),
    );
  const body = rest.method === "POST" && input ? bodyOf(input, fields, example, pathNames) : undefined;
  return {
    operationId: `${router}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    summary: procedure.summary,
    description: describe(id, procedure, fields),
    tags: [router],
    security: procedure.roles === "public" ? [] : BEARER,
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: {
      "200": answerOf(procedure, id, schemas),
      ...refusalsOf(procedure, input !== undefined),
    },
  };
}

/** Who may call a procedure, as a sentence. */
export function callersOf({ roles }: Pick<ProcedureContract, "roles">): string {
  return roles === "public" ? "Anyone may call it; no token is needed." : `For: ${roles.join(", ")}.`;
}

function describe(id: string, procedure: ProcedureContract, input: JsonSchema): string {
  const again = input.properties?.idempotencyKey
    ? " May be repeated with the same `idempotencyKey`: it takes effect once."
    : "";
  return `${callersOf(procedure)}${again} In the typed client: \`${id}\`.`;
}

function parameterOf(
  name: string,
  schema: JsonSchema,
  input: JsonSchema,
  pathNames: string[],
  example: unknown,
): Parameter {
  const inPath = pathNames.includes(name);
  const { description, ...rest } = schema;
  return {
    name,
    in: inPath ? "path" : "query",
    required: inPath || (input.required ?? []).includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
    ...(example !== undefined && example !== null && { example }),
  };
}

/** The example of an input by its fields; `undefined` where there is none. */
function exampleFields({ input }: ProcedureContract, id: string): Record<string, unknown> | undefined {
  const example = input instanceof z.ZodVoid ? {} : inputExample(input, `${id}.input`);
  return typeof example === "object" && example !== null ? { ...example } : undefined;
}

/** A sample for a field that the example of the whole leaves out. */
function optionalExample({ input }: ProcedureContract, id: string, field: string): unknown {
  const schema = input instanceof z.ZodObject ? input.shape[field] : undefined;
  return schema ? sampleFor(schema, `${id}.input.${field}`) : undefined;
}

/** The body: the whole input, or what the path leaves of it. */
function bodyOf(
  input: JsonSchema,
  fields: JsonSchema,
  example: Record<string, unknown> | undefined,
  pathNames: string[],
): Operation["requestBody"] | undefined {
  if (pathNames.length === 0) return { required: true, content: json(input, example) };
  const properties = without(fields.properties ?? {}, pathNames);
  if (Object.keys(properties).length === 0) return undefined;
  const required = (fields.required ?? []).filter((name) => !pathNames.includes(name));
  const content = json({ type: "object", properties, required }, example && without(example, pathNames));
  return { required: required.length > 0, content };
}

function without<Value>(all: Record<string, Value>, names: string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

function answerOf(procedure: ProcedureContract, id: string, schemas: JsonSchemas): Answer {
  const output = schemas.output(id);
  return {
    description: procedure.kind === "query" ? "The answer." : "Done and stored.",
    headers: REQUEST_ID_HEADER,
    ...(output && { content: json(output, outputExample(procedure.output, `${id}.output`)) }),
  };
}
