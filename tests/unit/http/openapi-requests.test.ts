import { describe, expect, test } from "bun:test";
import { contract, gatewayErrors } from "@luckygas/gateway-client";
import fc from "fast-check";
import { z } from "zod";
import type { Operation } from "../../../src/http/openapi/document.ts";
import { createOpenApiDocument } from "../../../src/http/openapi.ts";
import { call, createTestApp, tokenFor } from "../../support/http-app.ts";
import { exampleHandlers } from "./rest-requests.ts";

const document = createOpenApiDocument(contract, { serverUrl: "https://gateway.example.tw" });
const token = await tokenFor();
const { app } = createTestApp({ handlers: exampleHandlers });

const operations = Object.entries(document.paths)
  .filter(([path]) => path.startsWith("/api/v1/") && !path.includes("/webhooks/") && !path.includes("/health"))
  .flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, path, operation })),
  );

const exampleBody = ({ requestBody }: Operation): unknown => requestBody?.content["application/json"]?.example;

/** The operation's address with these values in its path, or with its examples. */
function address(path: string, operation: Operation, values: Record<string, string> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const example = operation.parameters?.find((parameter) => parameter.name === name)?.example;
    return encodeURIComponent(values[name] ?? String(example));
  });
}

/** How many answers there were, by their status. */
const answered: Record<number, number> = {};

const send = (at: string, method: string, body?: string) =>
  call(app, at, { method, token, ...(body !== undefined && { body }) });

const methodOf = (name: string) => name.slice(0, name.indexOf(" "));

const refusalSchema = z.object({
  error: z.object({
    message: z.string(),
    data: z.object({
      code: z.string(),
      httpStatus: z.int(),
      gateway: z.object({ code: z.enum(Object.keys(gatewayErrors)), requestId: z.string() }),
    }),
  }),
});

/** Every answer is the operation's own, or a refusal in the documented form and under a documented status. */
async function expectNoFault(response: Response, operation: Operation): Promise<void> {
  answered[response.status] = (answered[response.status] ?? 0) + 1;
  if (response.status === 200) return;
  const { error } = refusalSchema.parse(await response.json());
  expect(error.data.gateway.code).not.toBe("internal");
  expect(response.status).toBeLessThan(500);
  const documented = [...Object.keys(operation.responses), "404", "413"];
  expect(documented).toContain(String(response.status));
}

describe("the document's own examples", () => {
  for (const { name, path, operation } of operations) {
    test(`${name} is answered as the document shows`, async () => {
      const required = (operation.parameters ?? []).filter(
        (parameter) => parameter.in === "query" && parameter.required,
      );
      const query = new URLSearchParams(required.map(({ name: key, example }) => [key, String(example)]));
      const body = operation.requestBody ? JSON.stringify(exampleBody(operation) ?? {}) : undefined;
      const response = await send(`${address(path, operation)}?${query}`, methodOf(name), body);
      expect(response.status).toBe(200);
      const answer = operation.responses["200"];
      const shown = answer && "content" in answer ? answer.content?.["application/json"]?.example : undefined;
      expect(await response.json()).toEqual(shown);
    });
  }
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("", " ", "null", "-1", "1e400", "NaN", "true", "../..", "%00", "0".repeat(3_000), "__proto__"),
);
const anyJson = fc.jsonValue({ maxDepth: 3 });

/** An object with one of its fields taken away or made something else. */
const distorted = (example: Record<string, unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(fc.constantFrom(...Object.keys(example), "unknownField"), fc.option(anyJson, { nil: undefined }))
    .map(([field, value]) => ({ ...example, [field]: value }));

const anyBody = (example: unknown): fc.Arbitrary<string> => {
  const fields = z.record(z.string(), z.unknown()).safeParse(example).data ?? {};
  return fc.oneof(
    { weight: 3, arbitrary: distorted(fields).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 1, arbitrary: fc.constantFrom("", "[]", "null", '{"__proto__":{"a":1}}', `${"[".repeat(5_000)}`) },
  );
};

describe("generated requests never meet a fault of the gateway", () => {
  for (const { name, path, operation } of operations) {
    test(name, async () => {
      const parameters = operation.parameters ?? [];
      const values = fc.record(Object.fromEntries(parameters.map((parameter) => [parameter.name, anyText])), {
        requiredKeys: [],
      });
      const requests = fc.record({ values, body: anyBody(exampleBody(operation)), hasBody: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(requests, async ({ values: given, body, hasBody }) => {
          const query = new URLSearchParams();
          for (const parameter of parameters) {
            const value = given[parameter.name];
            if (parameter.in === "query" && value !== undefined) query.append(parameter.name, value.toWellFormed());
          }
          const wellFormed = Object.fromEntries(
            Object.entries(given).map(([key, value]) => [key, (value ?? "").toWellFormed() || "x"]),
          );
          const at = `${address(path, operation, wellFormed)}?${query}`;
          const sendsBody = methodOf(name) === "POST" && hasBody;
          await expectNoFault(await send(at, methodOf(name), sendsBody ? body : undefined), operation);
        }),
        { numRuns: 60 },
      );
    });
  }
});

describe("controls", () => {
  test("valid and invalid requests were both among the generated ones", () => {
    expect(answered[200]).toBeGreaterThan(50);
    expect(answered[400]).toBeGreaterThan(50);
  });

  test("a fault would be seen", async () => {
    const faulty = createTestApp({ handlers: { "system.whoAmI": () => Promise.reject(new Error("fault")) } });
    const response = await call(faulty.app, "/api/v1/who-am-i", { token });
    expect(response.status).toBe(500);
    const operation = document.paths["/api/v1/who-am-i"]?.get;
    if (!operation) throw new Error("the operation is not in the document");
    await expect(expectNoFault(response, operation)).rejects.toThrow();
  });
});

describe("refusals that every operation with a token gives", () => {
  for (const { name, path, operation } of operations.filter(({ operation: { security } }) => security.length > 0)) {
    test(`${name}: 401 without one`, async () => {
      const response = await call(app, address(path, operation), { method: methodOf(name) });
      expect(response.status).toBe(401);
      expect(refusalSchema.parse(await response.json()).error.data.gateway.code).toBe("unauthenticated");
    });
  }
});
