import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateApi } from "swagger-typescript-api";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { compileAsCaller } from "../../support/compile.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";

/** Written as somebody writes it who has the document and its generated client, and nothing else of the gateway. */
const caller = `
import { Api } from "./gateway-api.ts";

export async function callGateway(url: string, token: string) {
  const { api } = new Api({
    baseUrl: url,
    securityWorker: () => ({ headers: { authorization: \`Bearer \${token}\` } }),
  });
  const health = await api.systemHealth();
  const { data: me } = await api.systemWhoAmI();
  const { data: ubn } = await api.einvoiceCheckUbn("04595257");
  const { data: invoice } = await api.einvoiceIssueInvoice({
    idempotencyKey: "generated-0001",
    buyer: { kind: "business", ubn: "04595257", name: "好鄰居餐飲" },
    lines: [{ description: "瓦斯 20 公斤", quantity: 2, unitPrice: 690 }],
  });
  const { data: page } = await api.einvoiceListInvoices({ limit: 5, invoiceNumber: invoice.invoiceNumber });
  const refused = await api.smsSendMessage({ idempotencyKey: "generated-0002", to: "12", text: "?" }).catch((answer) => answer);
  const number: string = invoice.invoiceNumber;
  const total: number = invoice.totalAmount;
  const role: "super_admin" | "manager" | "office_staff" | "driver" | "service" = me.role;
  return {
    health: Object.keys(health.data.services).length,
    valid: ubn.valid,
    number,
    total,
    role,
    found: page.items.map(({ id }) => id === invoice.id),
    refused: { status: refused.status, code: refused.error.error.data.gateway.code, fields: refused.error.error.data.gateway.fields },
  };
}

export async function wrong({ api }: Api<unknown>) {
  // @ts-expect-error a business has a tax id
  await api.einvoiceIssueInvoice({ idempotencyKey: "generated-0003", buyer: { kind: "business" }, lines: [] });
  // @ts-expect-error no such field
  (await api.einvoiceCheckUbn("04595257")).data.exists;
}
`;

describeWith(["postgres"], "a client that a public generator makes from /api/v1/openapi.json", () => {
  let world: OutsideWorld;
  let gateway: GatewayProcess;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "generated-client-"));
    world = await startOutsideWorld({ numbers: 100 });
    gateway = await startGatewayProcess({ env: world.env, port: world.port });
  }, 60_000);

  afterAll(async () => {
    await gateway?.terminate();
    await world?.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  test("compiles with its caller, and its calls are answered", async () => {
    await generateApi({
      url: `${gateway.url}/api/v1/openapi.json`,
      output: folder,
      fileName: "gateway-api.ts",
      silent: true,
    });
    await writeFile(join(folder, "caller.ts"), caller);
    expect(await compileAsCaller(folder)).toBe("");

    const { callGateway } = await import(join(folder, "caller.ts"));
    const key = new Secret(testSigningKey);
    const token = await mintToken(key, { subject: "U1", role: "manager", validForSeconds: 600 }, new Date());
    expect(await callGateway(gateway.url, token)).toEqual({
      health: expect.any(Number),
      valid: true,
      number: "AA10000000",
      total: 1_449,
      role: "manager",
      found: [true],
      refused: { status: 400, code: "invalid_input", fields: [{ path: "to", rule: expect.any(String) }] },
    });
  }, 120_000);
});
