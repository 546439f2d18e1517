import { afterAll, beforeAll, expect, test } from "bun:test";
import type { OpenApiDocument, Operation } from "../../../src/http/openapi/document.ts";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";

interface Asked {
  name: string;
  path: string;
  method: string;
  operation: Operation;
}

/** What is sent in place of one field; the example itself comes first. */
const wrongValues: readonly unknown[] = [null, "", -1, 1e308, "x".repeat(5_000), [], { a: 1 }, "2025-02-30"];

describeWith(["postgres"], "every operation of the document on a real gateway", () => {
  let world: OutsideWorld;
  let gateway: GatewayProcess;
  let token: string;
  let asked: Asked[];

  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: 1_000 });
    const env = { ...world.env, CALLER_CALLS_PER_SECOND: "100000" };
    gateway = await startGatewayProcess({ env, port: world.port });
    token = await mintToken(
      new Secret(testSigningKey),
      { subject: "U1", role: "super_admin", validForSeconds: 3_600 },
      new Date(),
    );
    // as: the gateway's own document, whose form is checked elsewhere.
    const document = (await (await fetch(`${gateway.url}/api/v1/openapi.json`)).json()) as OpenApiDocument;
    asked = Object.entries(document.paths)
      .filter(([path]) => path.startsWith("/api/v1/") && !path.includes("/webhooks/"))
      .flatMap(([path, item]) =>
        Object.entries(item).map(([method, operation]) => ({
          name: `${method.toUpperCase()} ${path}`,
          path,
          method: method.toUpperCase(),
          operation,
        })),
      );
  }, 60_000);

  afterAll(async () => {
    await gateway?.terminate();
    await world?.close();
  }, 60_000);

  async function send(
    { path, method, operation }: Asked,
    values: Record<string, unknown>,
  ): Promise<string | undefined> {
    const inPath = new Set<string>();
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      inPath.add(name);
      const example = operation.parameters?.find((parameter) => parameter.name === name)?.example;
      const value = values[name] ?? example;
      return encodeURIComponent(typeof value === "object" ? JSON.stringify(value) : String(value) || "x");
    });
    const query = new URLSearchParams();
    for (const { name, in: place, required, example } of operation.parameters ?? []) {
      const value = name in values ? values[name] : required ? example : undefined;
      if (place === "query" && value !== undefined)
        query.set(name, typeof value === "string" ? value : JSON.stringify(value));
    }
    const body = operation.requestBody
      ? JSON.stringify({ ...Object(operation.requestBody.content["application/json"]?.example), ...values })
      : undefined;
    const response = await fetch(`${gateway.url}${address}?${query}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return response.status === 500 || text.includes('"internal"')
      ? `${response.status} ${text.slice(0, 200)}`
      : undefined;
  }

  const fieldsOf = ({ operation }: Asked): string[] => [
    ...(operation.parameters ?? []).map(({ name }) => name),
    ...Object.keys(Object(operation.requestBody?.content["application/json"]?.example)),
  ];

  test("none of them meets a fault of the gateway, with the documented examples and with wrong values", async () => {
    const faults: string[] = [];
    let sent = 0;
    for (const [index, operation] of asked.entries()) {
      const fields = fieldsOf(operation);
      const wrong = fields.flatMap((field, place) => [
        { [field]: wrongValues[(index + place) % wrongValues.length] },
        // PostgreSQL keeps neither of them.
        { [field]: "a\u0000b" },
        { [field]: { a: "\ud800", "b\u0000": 1 } },
      ]);
      for (const values of [{}, ...wrong]) {
        sent++;
        const fault = await send(operation, values);
        if (fault !== undefined) faults.push(`${operation.name} ${JSON.stringify(values).slice(0, 80)}: ${fault}`);
      }
    }
    expect(asked.length).toBeGreaterThan(60);
    expect(sent).toBeGreaterThan(asked.length * 2);
    expect(faults).toEqual([]);
  }, 120_000);
});
