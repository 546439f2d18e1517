import { afterAll, beforeAll, expect, test } from "bun:test";
import type { GatewayClient } from "@luckygas/gateway-client";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";
import type { Fault } from "../../../src/simulators/faults.ts";
import { type GatewayProcess, startGatewayProcess } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { letTimePass } from "./load.ts";

const SETTLE_MS = 120_000;
const TEST_MS = 3 * SETTLE_MS;
/** How long the gateway waits for an answer here; `late` is later. */
const REQUEST_TIMEOUT_MS = 1_000;
const FAULTS = {
  "cuts the connection after accepting": { kind: "drop_after" },
  "answers late": { kind: "delay", delayMs: 2 * REQUEST_TIMEOUT_MS },
  "answers 503": { kind: "reply", status: 503 },
} satisfies Record<string, Omit<Fault, "operation">>;

const key = () => crypto.randomUUID();
const content = (unitPrice: number) => ({
  buyer: { kind: "consumer" as const },
  lines: [{ description: "家用瓦斯 20 公斤", quantity: 1, unitPrice }],
});

const cancel = ({ einvoice }: GatewayClient, id: string) =>
  einvoice.cancelInvoice.mutate({ idempotencyKey: key(), id, reason: "客戶退貨" });

const correct = ({ einvoice }: GatewayClient, id: string) =>
  einvoice.voidInvoice.mutate({ idempotencyKey: key(), id, reason: "金額錯誤", corrected: content(700) });

const allow = ({ einvoice }: GatewayClient, invoiceId: string) =>
  einvoice.issueAllowance.mutate({ idempotencyKey: key(), invoiceId, lines: [{ sequenceNumber: "001", amount: 105 }] });

async function allowAndUndo(client: GatewayClient, invoiceId: string): Promise<void> {
  const { id } = await allow(client, invoiceId);
  await client.einvoice.cancelAllowance.mutate({ idempotencyKey: key(), id, reason: "誤開" });
}

/** Every act after the issue, and what the platform has done about the number in the end. */
const ACTS = [
  { act: cancel, done: ["issue", "void"] },
  { act: correct, done: ["issue", "withdraw", "issue"] },
  { act: allow, done: ["issue", "allowance"] },
  { act: allowAndUndo, done: ["issue", "allowance", "allowance-void"] },
];
/** Operations that go wrong once while all acts are told; the first allowance that meets its fault is either one. */
const OPERATIONS = ["void", "withdraw", "issue", "allowance", "allowance-void"];

describeWith(["postgres"], "the platform misbehaves towards a running gateway", () => {
  let world: OutsideWorld;
  let gateway: GatewayProcess;
  let client: GatewayClient;
  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: 100 });
    const settings = { requestTimeoutMs: REQUEST_TIMEOUT_MS, paths: { void: "/withdraw" } };
    await world.sql`UPDATE einvoice_sellers SET config = config || ${world.sql.json(settings)}`;
    gateway = await startGatewayProcess({ env: world.env, port: world.port });
    client = await gateway.client();
  });
  afterAll(async () => {
    await gateway.kill();
    await world.close();
  });

  const issue = () => client.einvoice.issueInvoice.mutate({ idempotencyKey: key(), ...content(850) });
  const read = (id: string) => client.einvoice.getInvoice.query({ id });

  /** The invoice once all its messages are accepted. */
  const settled = (id: string) =>
    waitFor(
      "every message accepted",
      async () => {
        await letTimePass(world.sql);
        const invoice = await read(id);
        return invoice.messages.every(({ status }) => status === "accepted") && invoice;
      },
      SETTLE_MS,
    );

  /** Everything is accepted, and the platform has done everything once, with one content per upload. */
  async function expectDoneOnce(id: string, done: string[]): Promise<void> {
    const { invoiceNumber, totalAmount } = await settled(id);
    const record = world.einvoicePlatform.records().find(({ invoiceNo }) => invoiceNo === invoiceNumber);
    expect(record?.acts).toEqual(done);
    expect(record?.contents).toHaveLength(done.includes("withdraw") ? 2 : 1);
    expect(record?.stored?.TotalAmount).toBe(String(totalAmount));
  }

  const unknownAttempts = async (id: string) =>
    (await read(id)).attempts.filter(({ outcome }) => outcome === "unknown").length;

  test.each(Object.entries(FAULTS))(
    "%s: each invoice and each act after it is done once",
    async (_what, fault) => {
      world.einvoicePlatform.faults.add({ operation: "issue", ...fault });
      const invoices = await Promise.all(ACTS.map(issue));
      for (const { id } of invoices) await expectDoneOnce(id, ["issue"]);
      const struck = await Promise.all(invoices.map(({ id }) => unknownAttempts(id)));
      expect(Math.max(...struck)).toBe(1);

      for (const operation of OPERATIONS) world.einvoicePlatform.faults.add({ operation, ...fault });
      await Promise.all(ACTS.map(({ act }, index) => act(client, invoices[index]?.id ?? "")));
      for (const [index, { done }] of ACTS.entries()) await expectDoneOnce(invoices[index]?.id ?? "", done);
      const after = await Promise.all(invoices.map(({ id }) => unknownAttempts(id)));
      const total = (counts: number[]) => counts.reduce((sum, count) => sum + count, 0);
      expect(total(after) - total(struck)).toBeGreaterThanOrEqual(OPERATIONS.length);
    },
    TEST_MS,
  );

  /** The platform acts and its answer is lost; asked, it says that nothing was done; sent again, that it is done already. */
  function answerDuplicate(operation: string, nothingDone: object): void {
    world.einvoicePlatform.faults.add({ operation, kind: "drop_after" });
    world.einvoicePlatform.faults.add({ operation: "query", kind: "reply", body: JSON.stringify(nothingDone) });
  }

  const providerCodes = async (id: string) => (await read(id)).attempts.map(({ providerCode }) => providerCode);

  test(
    "answers that the number is a duplicate: one accepted invoice",
    async () => {
      answerDuplicate("issue", { RtnCode: "5000008" });
      const { id } = await issue();
      await expectDoneOnce(id, ["issue"]);
      expect(await providerCodes(id)).toContain("5000001");
    },
    TEST_MS,
  );

  test(
    "answers that the invoice is cancelled already: one cancellation",
    async () => {
      const { id, issuedAt } = await issue();
      await settled(id);
      answerDuplicate("void", { RtnCode: "1", Data: validData(issuedAt) });
      await cancel(client, id);
      await expectDoneOnce(id, ["issue", "void"]);
      expect(await providerCodes(id)).toContain("5000007");
    },
    TEST_MS,
  );

  test(
    "answers that it has the allowance, or its cancellation, already: one of each",
    async () => {
      const { id } = await issue();
      await settled(id);
      for (const operation of ["allowance", "allowance-void"]) {
        world.einvoicePlatform.faults.add({ operation, kind: "drop_after" });
      }
      await allowAndUndo(client, id);
      await expectDoneOnce(id, ["issue", "allowance", "allowance-void"]);
      expect(await providerCodes(id)).toEqual(expect.arrayContaining(["6000001", "5000007"]));
    },
    TEST_MS,
  );
});

/** What a query answers of an invoice that is stored and valid. */
const validData = (issuedAt: string) => ({
  InvoiceStatus: "1",
  InvoiceDate: taipeiDate(new Date(issuedAt)).replaceAll("-", "/"),
  BuyerName: "消費者",
  TotalAmount: "850",
});
