import {
  type Answer,
  type Content,
  type Method,
  type OpenApiDocument,
  type Operation,
  type Reference,
  referredSchema,
} from "../openapi/document.ts";
import { breakable, escapeHtml, example, richLine } from "./html.ts";
import { fieldTable, schemaTable } from "./schema.ts";

export interface Place {
  path: string;
  method: Method;
  operation: Operation;
}

/** One operation: what it is for, who may call it, what it takes, a call to copy, and its answers. */
export function operationSection({ path, method, operation }: Place, document: OpenApiDocument): string {
  const id = escapeHtml(operation.operationId);
  return `<section class="operation" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title"><span class="method ${method}">${method.toUpperCase()}</span> <code>${breakable(path)}</code></h3>
<p class="lead">${richLine(operation.summary)}</p>
<p>${richLine(operation.description)}</p>
${parametersPart(operation)}${bodyPart(operation, document)}
${example("Call", curl({ path, method, operation }, document.servers[0]?.url ?? ""))}
<h4>Answers</h4>${Object.entries(operation.responses)
    .map(([status, answer]) => answerPart(status, answer, document))
    .join("")}
</section>`;
}

function parametersPart({ parameters }: Operation): string {
  if (!parameters) return "";
  const rows = parameters.map(({ name, in: place, required, description, schema }) => ({
    name,
    place,
    required,
    schema: { ...schema, ...(description !== undefined && { description }) },
  }));
  return `<h4>Parameters</h4>${fieldTable(rows)}`;
}

/** The fields of the body, also where its schema has a name and stands with the others below. */
function bodyPart({ requestBody }: Operation, document: OpenApiDocument): string {
  if (!requestBody) return "";
  const parts = Object.entries(requestBody.content).map(([type, { schema }]) => {
    const told = type === "application/json" ? "" : `<p><code>${escapeHtml(type)}</code></p>`;
    return `${told}${schemaTable(document.components.schemas[referredSchema(schema) ?? ""] ?? schema)}`;
  });
  return `<h4>Body</h4>${parts.join("")}`;
}

/** Refusals are told once, below; here they are links. */
function answerPart(status: string, answer: Answer | Reference, document: OpenApiDocument): string {
  if ("$ref" in answer) {
    const code = answer.$ref.slice(answer.$ref.lastIndexOf("/") + 1);
    const told = document.components.responses[code] ? code : answer.$ref;
    return `<p class="refusal"><strong>${status}</strong> <a href="#error-${escapeHtml(told)}">${escapeHtml(told)}</a></p>`;
  }
  const bodies = Object.values(answer.content ?? {}).map(
    (content) => `${schemaTable(content.schema)}${exampleOf(content, `Example of ${status}`)}`,
  );
  return `<p><strong>${status}</strong> ${richLine(answer.description)}</p>${bodies.join("")}`;
}

function exampleOf(content: Content, title: string): string {
  if (content.example === undefined || content.example === "") return "";
  return example(title, typeof content.example === "string" ? content.example : indented(content.example));
}

const indented = (value: unknown) => JSON.stringify(value, undefined, 2);

/** The call as a command; `$TOKEN` stands for the token. */
function curl({ path, method, operation }: Place, serverUrl: string): string {
  const parameters = operation.parameters ?? [];
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters.find((parameter) => parameter.in === "path" && parameter.name === name)?.example;
    return encodeURIComponent(String(value ?? name));
  });
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map(({ name, example: value }) => `${name}=${encodeURIComponent(String(value ?? ""))}`);
  const address = `${serverUrl}${filled}${query.length > 0 ? `?${query.join("&")}` : ""}`;
  const [type, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const lines = [`curl ${method === "post" ? "-X POST " : ""}${quoted(address)}`];
  if (operation.security.length > 0) lines.push(`-H "authorization: Bearer $TOKEN"`);
  if (type && body) lines.push(`-H 'content-type: ${type}'`, ...dataOf(type, body));
  return lines.join(" \\\n  ");
}

function dataOf(type: string, { example: value }: Content): string[] {
  if (type === "application/json") return [`-d ${quoted(indented(value ?? {}))}`];
  const fields = typeof value === "object" && value ? Object.entries(value) : [];
  return fields.map(([name, field]) => `--data-urlencode ${quoted(`${name}=${field}`)}`);
}

/** A text as a shell reads it back. */
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
