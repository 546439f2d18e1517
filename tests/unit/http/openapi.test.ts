import { describe, expect, test } from "bun:test";
import { contract, gatewayErrors, mutation, type ProcedureContract, query } from "@luckygas/gateway-client";
import { validate } from "@scalar/openapi-parser";
import { z } from "zod";
import {
  innerSchemas,
  type JsonSchema,
  type OpenApiDocument,
  type Operation,
  referredSchema,
} from "../../../src/http/openapi/document.ts";
import { createOpenApiDocument } from "../../../src/http/openapi.ts";
import { createProcedures } from "../../../src/http/procedures.ts";
import { restEndpoints } from "../../../src/http/rest.ts";
import { idleHandlers } from "./rest-requests.ts";

const document = createOpenApiDocument(contract, { serverUrl: "https://gateway.example.tw" });
/** The document as a reader gets it, changed where a control wants it so. */
function received(change: (copy: OpenApiDocument) => void = () => {}): Record<string, unknown> {
  const copy = structuredClone(document);
  change(copy);
  return JSON.parse(JSON.stringify(copy));
}

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
);

const procedures = Object.entries(contract).flatMap(([router, map]) =>
  Object.entries<ProcedureContract>(map).flatMap(([name, procedure]) =>
    procedure.rest ? [{ id: `${router}.${name}`, procedure, rest: procedure.rest }] : [],
  ),
);

const operationOf = ({ rest }: (typeof procedures)[number]): Operation => {
  const operation = document.paths[`/api/v1${rest.path}`]?.[rest.method === "GET" ? "get" : "post"];
  if (!operation) throw new Error(`${rest.method} ${rest.path} is not in the document`);
  return operation;
};

const jsonOf = (part: object | undefined) =>
  part && "content" in part
    ? z.object({ "application/json": z.object({ example: z.unknown() }) }).safeParse(part.content).data?.[
        "application/json"
      ]
    : undefined;

describe("the document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const { valid, errors, version } = await validate(received());
    expect(errors ?? []).toEqual([]);
    expect([valid, version]).toEqual([true, "3.1"]);
  });

  test("control: the validator finds a reference into nothing, and an answer that is none", async () => {
    const dangling = received((copy) => {
      delete copy.components.schemas.Batch;
    });
    expect((await validate(dangling)).valid).toBe(false);
    const wrong = received((copy) => {
      Object.assign(copy.paths, { "/x": { get: { responses: { "200": { summary: "no description" } } } } });
    });
    expect((await validate(wrong)).valid).toBe(false);
  });

  test("has every REST route that the gateway serves, and no other but probes, receipts and metrics", () => {
    // Parameters stand in the same places; the router has names of its own for them.
    const served = restEndpoints(createProcedures(idleHandlers)).map(
      ({ method, path }) => `${method} /api/v1${path.replaceAll(/:\w+/g, "{}")}`,
    );
    const shown = operations.map(({ name }) => name.replaceAll(/\{\w+\}/g, "{}"));
    expect(served.filter((route) => !shown.includes(route))).toEqual([]);
    expect(shown.filter((route) => !served.includes(route)).sort()).toEqual([
      "GET /api/v1/einvoice/health",
      "GET /api/v1/webhooks/sms/every8d/{}",
      "GET /api/v1/webhooks/sms/mitake/{}",
      "GET /livez",
      "GET /metrics",
      "GET /readyz",
      "POST /api/v1/webhooks/sms/every8d/{}",
      "POST /api/v1/webhooks/sms/mitake/{}",
      "POST /api/v1/webhooks/sms/twilio",
    ]);
  });

  test("gives each operation an id of its own, a tag that is told, and its parameters in the path", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const { path, operation } of operations) {
      expect(tags).toContain(operation.tags[0] ?? "");
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
      const told = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      expect(told.map(({ name }) => name).sort()).toEqual(inPath.sort());
      expect(told.every(({ required }) => required)).toBe(true);
    }
  });

  test("refers only to what it holds, and holds no schema that nothing refers to", () => {
    const text = JSON.stringify(document);
    const references = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map((match) => match[1] ?? ""));
    const held = Object.entries(document.components).flatMap(([kind, parts]) =>
      Object.keys(parts).map((name) => `components/${kind}/${name}`),
    );
    expect([...references].filter((reference) => !held.includes(reference))).toEqual([]);
    const schemas = held.filter((name) => name.startsWith("components/schemas/"));
    expect(schemas.filter((name) => !references.has(name))).toEqual([]);
  });

  test("says of every procedure who may call it, and asks for a token where one is needed", () => {
    for (const entry of procedures) {
      const { security, description } = operationOf(entry);
      const { roles } = entry.procedure;
      expect(security).toEqual(roles === "public" ? [] : [{ bearer: [] }]);
      for (const role of roles === "public" ? ["Anyone"] : roles) expect(description).toContain(role);
    }
  });

  test("closes no answer, so that answers can grow", () => {
    const closed = (schema: JsonSchema): boolean =>
      schema.additionalProperties === false || innerSchemas(schema).some(closed);
    expect(Object.entries(document.components.schemas).filter(([, schema]) => closed(schema))).toEqual([]);
  });
});

describe("errors", () => {
  test("every code has its answer, with its status, its action and an example that says the same", () => {
    expect(Object.keys(document.components.responses)).toEqual(Object.keys(gatewayErrors));
    for (const [code, { http, action, trpc }] of Object.entries(gatewayErrors)) {
      const answer = document.components.responses[code];
      expect(jsonOf(answer)?.example).toMatchObject({
        error: { data: { code: trpc, httpStatus: http, gateway: { code, action } } },
      });
      expect(answer?.description).toContain(action);
    }
  });

  test("operations list the refusals that they may give, under their statuses", () => {
    for (const { operation } of operations) {
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (!("$ref" in answer)) continue;
        const code = answer.$ref.replace("#/components/responses/", "");
        expect([code, String(Object.entries(gatewayErrors).find(([name]) => name === code)?.[1].http)]).toEqual([
          code,
          status,
        ]);
      }
      const needsToken = operation.security.some((way) => "bearer" in way);
      expect("401" in operation.responses || "403" in operation.responses).toBe(
        needsToken || operation.operationId === "metrics",
      );
    }
  });
});

describe("examples", () => {
  for (const entry of procedures) {
    const { id, procedure } = entry;
    test(`${id}: what is sent and what is answered are valid`, () => {
      const operation = operationOf(entry);
      const fromParameters = (operation.parameters ?? []).filter(({ required }) => required);
      for (const parameter of fromParameters) expect(parameter).toHaveProperty("example");
      if (operation.requestBody?.required) expect(jsonOf(operation.requestBody)).toHaveProperty("example");
      const sent = {
        ...Object.fromEntries(fromParameters.map(({ name, example }) => [name, example])),
        ...Object(jsonOf(operation.requestBody)?.example),
      };
      if (!(procedure.input instanceof z.ZodVoid)) expect(procedure.input.parse(sent)).toBeDefined();

      const answer = jsonOf(operation.responses["200"]);
      expect(answer).toHaveProperty("example");
      const parsed = procedure.output.safeParse(answer?.example);
      expect(parsed.error?.issues ?? []).toEqual([]);
      expect(parsed.data).toEqual(answer?.example);
    });

    test(`${id}: the example of each optional parameter is valid too`, () => {
      const operation = operationOf(entry);
      const shape = procedure.input instanceof z.ZodObject ? procedure.input.shape : {};
      for (const { name, example } of operation.parameters ?? []) {
        if (example === undefined) continue;
        const field = shape[name];
        expect(field && z.safeParse(field, example).success).toBe(true);
      }
    });
  }

  test("the operations that are not from the contract have theirs", () => {
    const own = operations.filter(({ operation }) => !procedures.some((entry) => operationOf(entry) === operation));
    expect(own.length).toBe(10);
    for (const { operation } of own) {
      const answer = z.object({ content: z.record(z.string(), z.object({ example: z.unknown() })) });
      const { content } = answer.parse(operation.responses["200"]);
      for (const part of Object.values(content)) expect(part.example).toBeDefined();
    }
    const test = document.paths["/api/v1/sms/test"]?.post;
    expect(jsonOf(test?.requestBody)?.example).toEqual({ phone: "0912345678", message: "Test message" });
  });
});

describe("schemas", () => {
  test("what is sent otherwise than received has two components; what is alike has one", () => {
    const part = contract.einvoice.issueInvoice.output;
    const made = createOpenApiDocument(
      {
        einvoice: {
          echo: mutation({
            summary: "Echo.",
            roles: "public",
            input: z.object({ line: z.object({ sent: z.string().default("x") }), part }),
            output: z.object({ part }),
            rest: { method: "POST", path: "/echo" },
          }),
        },
      },
      { serverUrl: "https://gateway.example.tw" },
    );
    expect(Object.keys(made.components.schemas)).toContain("Invoice");
    expect(Object.keys(made.components.schemas)).not.toContain("InvoiceInput");
    const { IssueInvoiceInput, InvoiceLine } = document.components.schemas;
    expect(InvoiceLine?.required).not.toContain("taxType");
    expect(IssueInvoiceInput?.properties?.lines?.items).toEqual({ $ref: "#/components/schemas/InvoiceLine" });
  });

  test("a default makes a field optional for the sender and certain for the receiver", () => {
    const schema = contract.einvoice.issueInvoice.input;
    const made = createOpenApiDocument(
      {
        system: {
          both: mutation({
            summary: "Takes and gives the same.",
            roles: "public",
            input: z.object({ given: schema }),
            output: z.object({ given: schema }),
            rest: { method: "POST", path: "/both" },
          }),
        },
      },
      { serverUrl: "https://gateway.example.tw" },
    );
    const { schemas } = made.components;
    expect(schemas.InvoiceLine?.required).toContain("taxType");
    expect(schemas.InvoiceLineInput?.required).not.toContain("taxType");
    expect(referredSchema(schemas.IssueInvoiceInputInput?.properties?.lines?.items ?? {})).toBe("InvoiceLineInput");
    expect(referredSchema(schemas.IssueInvoiceInput?.properties?.lines?.items ?? {})).toBe("InvoiceLine");
  });

  test("a GET's fields are its query, whatever their kind; a procedure without a route is left out", () => {
    const made = createOpenApiDocument(
      {
        system: {
          find: query({
            summary: "Finds.",
            roles: "public",
            input: z.object({
              id: z.uuid(),
              kind: z.enum(["a", "b"]),
              limit: z.int().max(9).default(5),
              tags: z.array(z.string()).optional(),
            }),
            output: z.object({ ok: z.boolean() }),
            rest: { method: "GET", path: "/things/{id}" },
          }),
          hidden: query({ summary: "Hidden.", roles: "public", input: z.void(), output: z.object({}) }),
        },
      },
      { serverUrl: "https://gateway.example.tw" },
    );
    expect(Object.keys(made.paths).filter((path) => path.includes("hidden"))).toEqual([]);
    const parameters = made.paths["/api/v1/things/{id}"]?.get?.parameters;
    expect(parameters?.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ["id", "path", true],
      ["kind", "query", true],
      ["limit", "query", false],
      ["tags", "query", false],
    ]);
  });
});
