import { CONTRACT_VERSION, type ProcedureContract, type RouterContract } from "@luckygas/gateway-client";
import { docsPagePolicy, renderDocsPage } from "./docs-page.ts";
import type { Answer, JsonSchema, OpenApiDocument, Operation, PathItem, Reference } from "./openapi/document.ts";
import { errorAnswers, errorSchema, gatewayErrorSchema } from "./openapi/error-answers.ts";
import { createJsonSchemas, type JsonSchemas } from "./openapi/json-schemas.ts";
import { methodOf, operationOf } from "./openapi/operations.ts";
import { furtherAnswers, platformPaths } from "./openapi/platform-paths.ts";

const description = `Electronic invoices, bank files and SMS of LuckyGas behind one interface.

- **Token**: \`Authorization: Bearer <token>\`. Every operation names the roles that may call it.
- **Repeating**: an operation with an \`idempotencyKey\` may be repeated with the same key and body; it takes effect once,
  and the answer is the same. The same key with another body is a \`conflict\`. After no answer, repeat.
- **Durable first**: what is accepted is stored before it is answered; what the provider makes of it follows and can be
  watched. \`unknown\` and \`indeterminate\` mean that nobody knows yet, and nothing is repeated blindly.
- **Errors** have one of the closed codes below, each with the \`action\` that helps. Quote \`requestId\` when you report one.
- **Lists** answer \`items\` and \`nextCursor\`; pass the latter as \`cursor\` until it is \`null\`.
- **Units**: whole New Taiwan dollars; instants in UTC, ISO 8601; days \`YYYY-MM-DD\` in Taipei.
- **Size**: a request body holds at most 2 MiB; a longer one is answered 413, as \`invalid_input\`, \`body_too_large\`.`;

const tags = [
  { name: "einvoice", description: "Electronic invoices: issuing is local and durable; the upload follows by itself." },
  { name: "banking", description: "Files of debits for the banks, their transfer, and what the banks answer." },
  { name: "sms", description: "Messages to customers, and what became of them." },
  { name: "system", description: "The gateway itself." },
  { name: "webhooks", description: "Called by the SMS providers." },
  { name: "health", description: "For whoever runs the gateway." },
];

/** The REST interface as an OpenAPI 3.1 document, made from the contract: paths, schemas, errors, and an example of everything. */
export function createOpenApiDocument(
  contract: Record<string, RouterContract>,
  options: { serverUrl: string },
): OpenApiDocument {
  const schemas = createJsonSchemas(contract);
  const paths = { ...contractPaths(contract, schemas), ...platformPaths(schemas) };
  const own = { Error: errorSchema, GatewayError: gatewayErrorSchema };
  return {
    openapi: "3.1.1",
    info: { title: "LuckyGas integration gateway", version: CONTRACT_VERSION, description },
    servers: [{ url: options.serverUrl, description: "This gateway" }],
    tags,
    paths,
    components: {
      schemas: { ...schemas.components(schemasOf(paths)), ...own },
      responses: errorAnswers(),
      headers: { RequestId: { description: "Finds the request in the gateway's log.", schema: { type: "string" } } },
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "HS256; claims `sub`, `role`, `exp`.",
        },
        metricsToken: { type: "http", scheme: "bearer", description: "The token configured for `/metrics`." },
      },
    },
  };
}

function contractPaths(contract: Record<string, RouterContract>, schemas: JsonSchemas): Record<string, PathItem> {
  const paths: Record<string, PathItem> = {};
  const further = furtherAnswers();
  for (const [router, procedures] of Object.entries(contract)) {
    for (const [name, procedure] of Object.entries<ProcedureContract>(procedures)) {
      if (!procedure.rest) continue;
      const operation = operationOf(router, name, procedure, procedure.rest, schemas);
      Object.assign(operation.responses, further[`${router}.${name}`]);
      const path = `/api/v1${procedure.rest.path}`;
      paths[path] = { ...paths[path], [methodOf(procedure.rest)]: operation };
    }
  }
  return paths;
}

/** Every schema that the paths use. */
function schemasOf(paths: Record<string, PathItem>): JsonSchema[] {
  const operations = Object.values(paths).flatMap((item): Operation[] => Object.values(item));
  return operations.flatMap(({ parameters, requestBody, responses }) => [
    ...(parameters ?? []).map(({ schema }) => schema),
    ...contentSchemas(requestBody ?? {}),
    ...Object.values(responses).flatMap(contentSchemas),
  ]);
}

function contentSchemas(part: Pick<Answer, "content"> | Reference): JsonSchema[] {
  return "content" in part ? Object.values(part.content ?? {}).map(({ schema }) => schema) : [];
}

export interface Documentation {
  /** `GET /api/v1/openapi.json`. */
  document(): Response;
  /** `GET /docs`. */
  page(): Response;
}

/** The two answers that describe the API; each is made when it is first asked for, and kept. */
export function createDocumentation(
  contract: Record<string, RouterContract>,
  options: { serverUrl: string },
): Documentation {
  const document = once(() => createOpenApiDocument(contract, options));
  const json = once(() => JSON.stringify(document()));
  const html = once(() => renderDocsPage(document()));
  return {
    document: () => new Response(json(), { headers: { "content-type": "application/json; charset=utf-8" } }),
    page: () =>
      new Response(html(), {
        headers: {
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": docsPagePolicy,
          "referrer-policy": "no-referrer",
        },
      }),
  };
}

function once<Value extends object | string>(make: () => Value): () => Value {
  let value: Value | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
