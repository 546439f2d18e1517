import { afterEach, beforeEach, expect, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";
import { createEcpaySimulator, type EcpaySimulator } from "../../../src/simulators/ecpay/index.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
let centre: EcpaySimulator;
beforeEach(async () => {
  world = await createWorld();
  centre = await createEcpaySimulator({ clock: systemClock });
});
afterEach(async () => {
  await world.close();
  await centre.close();
});

function start(options: { runJobs?: boolean; secrets?: Record<string, string> } = {}): Promise<TestGateway> {
  const config = { ecpayEnvironment: "stage", requestTimeoutMs: 3_000 };
  return world.start({
    secrets: { "einvoice-api-credentials": JSON.stringify(centre.credentials) },
    overrideBaseUrl: centre.url,
    defaultSeller: { ...world.simulator.seller, transport: "ecpay", config },
    ...options,
  });
}

const issue = (gateway: TestGateway, key = "order-0001", unitPrice = 850) =>
  gateway.handlers.issueInvoice(consumerInvoice(key, unitPrice), context(gateway));
const refused = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => [error.code, error.options?.reason],
  );

describeWith(["postgres"], "the ecpay transport", () => {
  test("the centre gives the number; the same key is the same invoice; no number of ours is used", async () => {
    const gateway = await start();
    const invoice = await issue(gateway);
    expect(invoice).toMatchObject({ invoiceNumber: "EC00000001", randomCode: "6789", status: "accepted" });
    expect(await issue(gateway)).toMatchObject({ id: invoice.id, invoiceNumber: "EC00000001" });
    expect(await refused(issue(gateway, "order-0001", 1))).toEqual(["conflict", "idempotency_key_reused"]);
    const business = { kind: "business" as const, ubn: "04595257", name: "有限公司", address: "臺北市" };
    const second = { ...consumerInvoice("order-0002", 100), buyer: business };
    expect(await gateway.handlers.issueInvoice(second, context(gateway))).toMatchObject({ totalAmount: 105 });
    expect(centre.records()).toHaveLength(2);
  });

  test.each([
    ["drop_before", 1],
    ["drop_after", 1],
  ] as const)("an answer lost (%s): pending, then one invoice under the same key", async (kind, count) => {
    const gateway = await start();
    centre.faults.add({ operation: "Issue", kind });
    expect(await refused(issue(gateway))).toEqual(["provider_unavailable", "number_pending"]);
    const sender = await start({ runJobs: true });
    await waitFor("the number", async () => {
      const rows = await world.sql`SELECT number FROM invoices`;
      return rows.length === 1;
    });
    expect(await issue(sender)).toMatchObject({ invoiceNumber: "EC00000001" });
    expect(centre.records()).toHaveLength(count);
  });

  test("a refusal after a lost answer is no refusal: the centre is asked and the invoice adopted", async () => {
    const gateway = await start();
    centre.faults.add({ operation: "Issue", kind: "drop_after" });
    await refused(issue(gateway));
    // The question finds nothing once, so that the order is repeated and refused as a duplicate.
    centre.faults.add({ operation: "GetIssue", kind: "reply", body: '{"TransCode":1,"Data":"AAAA"}' });
    expect(await refused(issue(gateway))).toEqual(["provider_unavailable", "number_pending"]);
    expect(await issue(gateway)).toMatchObject({ invoiceNumber: "EC00000001" });
    expect(centre.records()).toMatchObject([{ ordered: 1 }]);
  });

  test("16 calls of one key over two processes: one invoice", async () => {
    const gateways = [await start(), await start()];
    const calls = Array.from({ length: 16 }, (_, index) => issue(gateways[index % 2] as TestGateway)); // as: there are two
    await Promise.allSettled(calls);
    expect(centre.records()).toHaveLength(1);
    const [first] = gateways;
    if (first) expect(await issue(first)).toMatchObject({ invoiceNumber: "EC00000001" });
  });

  test("what the centre refuses is refused; what it cannot carry is not sent", async () => {
    const gateway = await start();
    centre.faults.add({ operation: "Issue", kind: "drop_before" });
    const call = (input: object) =>
      refused(gateway.handlers.issueInvoice({ ...consumerInvoice("order-0009"), ...input }, context(gateway)));
    const card = { carrier: { type: "1K0001", id: "1234", hiddenId: "abcd" } };
    expect(await call(card)).toEqual(["unsupported", "content"]);
    const exempt = { description: "米", quantity: 1, unitPrice: 50, taxType: "exempt" as const };
    expect(await call({ lines: [...consumerInvoice("x").lines, exempt] })).toEqual(["unsupported", "mixed_tax"]);
    expect(centre.records()).toEqual([]);
  });

  test("cancelling reaches the centre; allowances are not carried", async () => {
    const gateway = await start({ runJobs: true });
    const { id } = await issue(gateway);
    const allowance = { idempotencyKey: "allow-0001", invoiceId: id, lines: [{ sequenceNumber: "001", amount: 1 }] };
    expect(await refused(gateway.handlers.issueAllowance(allowance, context(gateway)))).toEqual([
      "unsupported",
      "allowance",
    ]);
    centre.faults.add({ operation: "Invalid", kind: "drop_after" });
    await gateway.handlers.cancelInvoice({ idempotencyKey: "cancel-0001", id, reason: "退貨" }, context(gateway));
    await waitFor("the cancellation", async () => {
      const invoice = await gateway.handlers.getInvoice({ id }, context(gateway));
      return invoice.messages.every(({ status }) => status === "accepted");
    });
    expect(centre.records()).toMatchObject([{ isInvalid: true }]);
  });

  test("wrong keys are ours to mend", async () => {
    const wrong = { ...centre.credentials, api_key: "0123456789abcdef:0123456789abcdef" };
    const gateway = await start({ secrets: { "einvoice-api-credentials": JSON.stringify(wrong) } });
    expect(await refused(issue(gateway))).toEqual(["provider_unavailable", "number_pending"]);
    const [row] = await world.sql`SELECT status, reason FROM einvoice_orders`;
    expect(row).toMatchObject({ status: "due", reason: "transfer_refused" });
  });
});
