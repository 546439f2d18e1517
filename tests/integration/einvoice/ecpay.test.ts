import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import type { IssueInvoiceInput } from "@luckygas/gateway-client";
import { cancelBefore } from "../../../src/einvoice/rules/deadlines.ts";
import { type Clock, systemClock } from "../../../src/platform/clock.ts";
import { createEcpaySimulator, type EcpaySimulator } from "../../../src/simulators/ecpay/index.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
let centre: EcpaySimulator;
let clock: ReturnType<typeof shiftable>;
beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  clock = shiftable();
  centre = await createEcpaySimulator({ clock });
});
afterEach(async () => {
  await world.reset();
  await centre.close();
});
afterAll(() => world.close());

const CONFIG = { ecpayEnvironment: "stage", requestTimeoutMs: 3_000, sellerEmail: "seller@example.com" };

function start(
  options: { runJobs?: boolean; secrets?: Record<string, string>; config?: object; clock?: Clock } = {},
): Promise<TestGateway> {
  const { config: changed, ...rest } = options;
  const config = { ...CONFIG, ...changed };
  return world.start({
    secrets: { "einvoice-api-credentials": JSON.stringify(centre.credentials) },
    overrideBaseUrl: centre.url,
    defaultSeller: { ...world.simulator.seller, transport: "ecpay", config },
    ...rest,
  });
}

const issue = (gateway: TestGateway, key = "order-0001", unitPrice = 850) =>
  gateway.handlers.issueInvoice(consumerInvoice(key, unitPrice), context(gateway));
const BUSINESS = {
  kind: "business" as const,
  ubn: "04595257",
  name: "有限公司",
  address: "臺北市",
  email: "buyer@example.com",
};
const issueWith = (gateway: TestGateway, key: string, input: Partial<IssueInvoiceInput>) =>
  gateway.handlers.issueInvoice({ ...consumerInvoice(key), ...input }, context(gateway));
const exempt = { description: "米", quantity: 1, unitPrice: 50, taxType: "exempt" as const };
const zeroRated = { description: "外銷品", quantity: 2, unitPrice: 100, taxType: "zero_rated" as const };
const EXPORT = { customsClearanceMark: "through_customs" as const, zeroTaxRateReason: "71" };
const detail = (gateway: TestGateway, id: string) => gateway.handlers.getInvoice({ id }, context(gateway));
const settled = (gateway: TestGateway, id: string) =>
  waitFor("all messages to be accepted", async () => {
    const { messages } = await detail(gateway, id);
    return messages.every(({ status }) => status === "accepted");
  });
const allow = (gateway: TestGateway, invoiceId: string, key: string, amount: number, sequenceNumber = "001") =>
  gateway.handlers.issueAllowance(
    { idempotencyKey: key, invoiceId, lines: [{ sequenceNumber, amount }] },
    context(gateway),
  );
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

  test("every kind of sale that the centre knows is issued with its fields", async () => {
    const gateway = await start();
    const mobile = { type: "3J0002", id: "/ABC+123" };
    const card = { type: "1K0001", id: "1234567890", hiddenId: "3A2B1C0D" };
    const taxable = consumerInvoice("x").lines;
    const sales: [Partial<IssueInvoiceInput>, object][] = [
      [{ carrier: mobile }, { Print: "0", CarrierType: "3", CarrierNum: "/ABC+123", vat: "1" }],
      [{ carrier: card }, { CarrierType: "4", CarrierNum: "3A2B1C0D", CarrierNum2: "1234567890" }],
      [{ donationCode: "168001" }, { Donation: "1", LoveCode: "168001", Print: "0" }],
      [{ buyer: BUSINESS }, { CustomerIdentifier: "04595257", vat: "0", TaxAmount: 43, SalesAmount: 893 }],
      [{ lines: [exempt] }, { TaxType: "3", SpecialTaxType: 8, SalesAmount: 50 }],
      [
        { lines: [zeroRated], ...EXPORT },
        { TaxType: "2", ClearanceMark: "2", ZeroTaxRateReason: "71" },
      ],
      [{ lines: [...taxable, exempt] }, { TaxType: "9", SalesAmount: 900 }],
      [
        { lines: [...taxable, zeroRated], ...EXPORT },
        { TaxType: "9", ClearanceMark: "2" },
      ],
      [
        { lines: [{ description: "瓦斯", quantity: 3, unitPrice: "305.6666667", taxType: "taxable" }] },
        { SalesAmount: 917 },
      ],
      [
        { lines: [...taxable, { ...exempt, description: "折扣", unitPrice: -50, taxType: "taxable" }] },
        { SalesAmount: 800 },
      ],
    ];
    for (const [index, [input, expected]] of sales.entries()) {
      const invoice = await issueWith(gateway, `order-${1000 + index}`, input);
      expect(invoice).toMatchObject({ status: "accepted", invoiceNumber: `EC${String(index + 1).padStart(8, "0")}` });
      expect(centre.records()[index]).toMatchObject({ data: expected, total: invoice.totalAmount });
    }
  });

  test("amounts with tax of a business's lines add up to its total, whatever the rounding", async () => {
    const gateway = await start();
    for (const [index, unitPrice] of ["9.5", "10.4", "33.3333333", "0.9"].entries()) {
      const line = { description: "零件", quantity: 1, unitPrice, taxType: "taxable" as const };
      const lines = [line, { ...line, quantity: "2.5" }];
      await issueWith(gateway, `order-${2000 + index}`, { buyer: BUSINESS, lines });
    }
    expect(centre.records()).toHaveLength(4);
  });

  test.each<[string, Partial<IssueInvoiceInput>, string]>([
    ["a carrier of others", { carrier: { type: "2G0001", id: "1", hiddenId: "2" } }, "2G0001"],
    ["exempt and zero-rated together", { lines: [exempt, zeroRated], ...EXPORT }, "exempt and zero-rated"],
    ["1,000 lines", { lines: Array.from({ length: 1000 }, () => exempt) }, "999 lines"],
    ["a great quantity", { lines: [{ ...exempt, quantity: "123456789", unitPrice: "0.01" }] }, "8 digits"],
  ])("%s is refused before anything is sent", async (_what, input, text) => {
    const gateway = await start();
    const error = await issueWith(gateway, "order-0009", input).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "unsupported", message: expect.stringContaining(text) });
    expect(await world.sql`SELECT 1 FROM einvoice_orders`).toHaveLength(0);
    expect(centre.records()).toEqual([]);
  });

  test("a buyer must be reachable: by its own e-mail or telephone, or by the seller's e-mail", async () => {
    const gateway = await start({ config: { sellerEmail: undefined } });
    expect(await refused(issue(gateway))).toEqual(["unsupported", "content"]);
    await issueWith(gateway, "order-0002", { buyer: { kind: "consumer", phone: "+886 912-345-678" } });
    expect(centre.records()).toMatchObject([{ data: { CustomerPhone: "0912345678", CustomerEmail: "" } }]);
  });

  test("what the centre refuses is told with its code; nothing is left behind", async () => {
    const gateway = await start();
    centre.faults.add({ operation: "Issue", kind: "reply", body: centreAnswer({ RtnCode: 5000022, RtnMsg: "金額" }) });
    expect(await refused(issue(gateway))).toEqual(["provider_rejected", "amount"]);
    centre.faults.add({ operation: "Issue", kind: "reply", body: centreAnswer({ RtnCode: 1234567, RtnMsg: "?" }) });
    expect(await refused(issue(gateway, "order-0002"))).toEqual(["provider_rejected", "code_1234567"]);
    centre.faults.add({ operation: "Issue", kind: "reply", body: centreAnswer({ RtnCode: 5070350, RtnMsg: "字軌" }) });
    expect(await refused(issue(gateway, "order-0003"))).toEqual(["provider_unavailable", "number_pending"]);
    const [row] = await world.sql`SELECT status, reason FROM einvoice_orders WHERE idempotency_key = 'order-0003'`;
    expect(row).toMatchObject({ status: "due", reason: "no_numbers_at_the_centre" });
    expect(centre.records()).toEqual([]);
  });

  test("cancelling reaches the centre, also when its answer is lost; a refusal stays with a person", async () => {
    const gateway = await start({ runJobs: true });
    const { id } = await issue(gateway);
    centre.faults.add({ operation: "Invalid", kind: "drop_after" });
    await gateway.handlers.cancelInvoice({ idempotencyKey: "cancel-0001", id, reason: "退貨" }, context(gateway));
    await settled(gateway, id);
    expect(centre.records()).toMatchObject([{ isInvalid: true }]);
    const second = await issue(gateway, "order-0002");
    centre.faults.add({ operation: "Invalid", kind: "reply", body: centreAnswer({ RtnCode: 7654321, RtnMsg: "?" }) });
    await gateway.handlers.cancelInvoice(
      { idempotencyKey: "cancel-0002", id: second.id, reason: "退貨" },
      context(gateway),
    );
    const messages = await waitFor("the refusal", async () => {
      const found = (await detail(gateway, second.id)).messages;
      return found[1]?.status === "rejected" && found;
    });
    expect(messages[1]).toMatchObject({ kind: "cancel", reason: "code_7654321" });
  });

  test("an allowance gets the centre's number, and is taken back under it", async () => {
    const gateway = await start({ runJobs: true });
    const { id } = await issueWith(gateway, "order-0001", { buyer: BUSINESS });
    const first = await allow(gateway, id, "allow-0001", 300);
    await settled(gateway, id);
    const second = await allow(gateway, id, "allow-0002", 100);
    await settled(gateway, id);
    const [record] = centre.records();
    expect(record?.allowances.map(({ amount, tax }) => [amount, tax])).toEqual([
      [315, 15],
      [105, 5],
    ]);
    const { allowances } = await detail(gateway, id);
    expect(allowances.map(({ id: allowanceId }) => allowanceId)).toEqual([first.id, second.id]);
    expect(allowances.map(({ allowanceNumber }) => allowanceNumber)).toEqual(
      record?.allowances.map(({ number }) => number) ?? [],
    );
    expect(allowances).toMatchObject([{ status: "accepted" }, { status: "accepted" }]);
    centre.faults.add({ operation: "AllowanceInvalid", kind: "drop_after" });
    await gateway.handlers.cancelAllowance(
      { idempotencyKey: "unallow-01", id: first.id, reason: "改為換貨" },
      context(gateway),
    );
    await settled(gateway, id);
    expect(centre.records()[0]?.allowances.map(({ isInvalid }) => isInvalid)).toEqual([true, false]);
  });

  test("an allowance whose answer is lost is found by its amount and items, and never made twice", async () => {
    const gateway = await start({ runJobs: true });
    const { id } = await issue(gateway);
    await allow(gateway, id, "allow-0001", 100);
    await settled(gateway, id);
    centre.faults.add({ operation: "Allowance", kind: "drop_after" });
    await allow(gateway, id, "allow-0002", 100);
    await settled(gateway, id);
    const numbers = (await detail(gateway, id)).allowances.map(({ allowanceNumber }) => allowanceNumber);
    expect(numbers).toEqual(centre.records()[0]?.allowances.map(({ number }) => number) ?? []);
    expect(new Set(numbers).size).toBe(2);
  });

  test("an allowance that the centre does not hold is sent again only when the first call can no longer arrive", async () => {
    const gateway = await start({ runJobs: true, clock });
    const { id } = await issue(gateway);
    centre.faults.add({ operation: "Allowance", kind: "drop_before" });
    await allow(gateway, id, "allow-0001", 100);
    const asked = await waitFor("the question", async () => {
      const found = await detail(gateway, id);
      return found.attempts.some(({ reason }) => reason === "the_call_may_still_arrive") && found;
    });
    expect(asked.messages[1]).toMatchObject({ kind: "allowance", status: "unknown", attempts: 1 });
    expect(centre.records()[0]?.allowances).toEqual([]);
    clock.shift(21 * 60_000);
    await settled(gateway, id);
    expect((await detail(gateway, id)).messages[1]).toMatchObject({ attempts: 2 });
    expect(centre.records()[0]?.allowances).toHaveLength(1);
  });

  test("corrected content replaces the old under the same number in one call, also when its answer is lost", async () => {
    const gateway = await start({ runJobs: true });
    const { id, invoiceNumber, randomCode } = await issue(gateway);
    const withdraw = { idempotencyKey: "void-00001", id, reason: "品名錯誤" };
    expect(await refused(gateway.handlers.voidInvoice(withdraw, context(gateway)))).toEqual([
      "unsupported",
      "void_without_correction",
    ]);
    const { idempotencyKey: _key, ...corrected } = consumerInvoice("unused", 900);
    centre.faults.add({ operation: "VoidWithReIssue", kind: "drop_after" });
    await gateway.handlers.voidInvoice({ ...withdraw, corrected }, context(gateway));
    await settled(gateway, id);
    const [record] = centre.records();
    expect(record).toMatchObject({ number: invoiceNumber, total: 900, reissued: 1 });
    expect(record?.randomCode).not.toBe(randomCode);
    expect(await detail(gateway, id)).toMatchObject({
      totalAmount: 900,
      status: "accepted",
      randomCode: record?.randomCode,
    });
  });

  test("from the 14th of the month after the period the centre takes nothing back", async () => {
    const gateway = await start({ clock });
    const { id, issuedAt, invoicePeriod } = await issue(gateway);
    const cancel = (key: string) =>
      refused(gateway.handlers.cancelInvoice({ idempotencyKey: key, id, reason: "退貨" }, context(gateway)));
    const lastMoment = cancelBefore(invoicePeriod, 13).getTime() - 1;
    clock.shift(lastMoment + 1 - Date.parse(issuedAt) + 60_000);
    expect(await cancel("cancel-0001")).toEqual(["state_not_allowed", "cancel_deadline_passed"]);
    clock.shift(lastMoment - 60_000 - Date.parse(issuedAt));
    expect(await cancel("cancel-0002")).toBeUndefined();
  });

  test("a reconciliation compares the centre's own list, so that every foreign invoice of the day is found", async () => {
    const gateway = await start({ runJobs: true });
    await issue(gateway);
    const number = centre.issueElsewhere(300);
    const day = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    await gateway.handlers.reconcile({ day }, context(gateway));
    const run = await waitFor("the comparison", async () => {
      const found = await gateway.handlers.getReconciliation({ day }, context(gateway));
      return found.status === "done" && found;
    });
    expect(run).toMatchObject({
      invoices: 1,
      checked: 1,
      differences: [{ kind: "extra", invoiceNumber: number }],
      lookedAt: { method: "list", numbers: 2, ranges: [], isComplete: true },
    });
  });

  test("wrong keys are ours to mend", async () => {
    const wrong = { ...centre.credentials, api_key: "0123456789abcdef:0123456789abcdef" };
    const gateway = await start({ secrets: { "einvoice-api-credentials": JSON.stringify(wrong) } });
    expect(await refused(issue(gateway))).toEqual(["provider_unavailable", "number_pending"]);
    const [row] = await world.sql`SELECT status, reason FROM einvoice_orders`;
    expect(row).toMatchObject({ status: "due", reason: "wrong_keys" });
  });
});

describeWith(["postgres"], "the B2B API of ecpay", () => {
  test.each(["b2b_storage", "b2b_exchange"] as const)(
    "%s: issue, allowance, correction, cancellation",
    async (mode) => {
      const gateway = await start({ runJobs: true, config: { ecpayBusinessApi: mode } });
      const invoice = await issueWith(gateway, "order-0001", { buyer: BUSINESS });
      expect(invoice).toMatchObject({
        invoiceNumber: "EC00000001",
        salesAmount: 850,
        taxAmount: 43,
        status: "accepted",
      });
      const { id } = invoice;
      expect(await issue(gateway, "order-0002")).toMatchObject({ invoiceNumber: "EC00000002" });
      expect(centre.records()).toMatchObject([{ api: "B2B", total: 893, net: 850 }, { api: "B2C" }]);
      const { idempotencyKey: _key, ...corrected } = consumerInvoice("unused", 900);
      const voiding = {
        idempotencyKey: "void-00001",
        id,
        reason: "單價錯誤",
        corrected: { ...corrected, buyer: BUSINESS },
      };
      await gateway.handlers.voidInvoice(voiding, context(gateway));
      await settled(gateway, id);
      const allowance = await allow(gateway, id, "allow-0001", 100);
      await settled(gateway, id);
      expect(centre.records()[0]).toMatchObject({ net: 900, reissued: 1, allowances: [{ amount: 100, tax: 5 }] });
      const back = { idempotencyKey: "unallow-01", id: allowance.id, reason: "改為換貨" };
      await gateway.handlers.cancelAllowance(back, context(gateway));
      await settled(gateway, id);
      await gateway.handlers.cancelInvoice({ idempotencyKey: "cancel-0001", id, reason: "退貨" }, context(gateway));
      await settled(gateway, id);
      expect(centre.records()[0]).toMatchObject({ isInvalid: true, allowances: [{ isInvalid: true }] });
    },
  );

  test.each<[string, Partial<IssueInvoiceInput>, string]>([
    ["mixed sales", { lines: [...consumerInvoice("x").lines, exempt] }, "tax type 9"],
    ["carriers", { carrier: { type: "3J0002", id: "/ABC+123" } }, "carrier"],
  ])("%s are refused with the rule", async (_what, input, text) => {
    const gateway = await start({ config: { ecpayBusinessApi: "b2b_storage" } });
    const error = await issueWith(gateway, "order-0009", { buyer: BUSINESS, ...input }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "unsupported", message: expect.stringContaining(text) });
  });

  test("an order whose answer is lost is ordered again under its key; a refusal then is left to a person", async () => {
    const gateway = await start({ config: { ecpayBusinessApi: "b2b_storage" } });
    const order = (key: string) => refused(issueWith(gateway, key, { buyer: BUSINESS }));
    centre.faults.add({ operation: "B2B.Issue", kind: "drop_before" });
    expect(await order("order-0001")).toEqual(["provider_unavailable", "number_pending"]);
    expect(await order("order-0001")).toBeUndefined();
    centre.faults.add({ operation: "B2B.Issue", kind: "drop_after" });
    expect(await order("order-0002")).toEqual(["provider_unavailable", "number_pending"]);
    expect(await order("order-0002")).toEqual(["provider_unavailable", "number_pending"]);
    const [row] = await world.sql`SELECT status, reason FROM einvoice_orders WHERE idempotency_key = 'order-0002'`;
    expect(row).toMatchObject({ status: "unknown", reason: "refused_after_a_lost_answer" });
    expect(centre.records()).toHaveLength(2);
    // The person looks at the centre's pages and tells what is there.
    const waiting = () => gateway.handlers.listPendingOrders({ limit: 50 }, context(gateway));
    const { items, nextCursor } = await waiting();
    expect(nextCursor).toBeNull();
    expect(items).toMatchObject([{ status: "unknown", reason: "refused_after_a_lost_answer", totalAmount: 893 }]);
    const [orderId = "", record] = [items[0]?.orderId, centre.records()[1]];
    const issued = { invoiceNumber: record?.number ?? "", randomCode: "0000", issuedAt: new Date().toISOString() };
    const settle = (input: { issued: typeof issued | null }) =>
      gateway.handlers.settleOrder({ orderId, note: "在綠界後台看到", ...input }, context(gateway));
    const [used] = await world.sql`SELECT number FROM invoices`;
    expect(await refused(settle({ issued: { ...issued, invoiceNumber: used?.number } }))).toEqual([
      "invalid_input",
      undefined,
    ]);
    expect(await settle({ issued })).toEqual({ orderId, status: "issued", invoiceNumber: issued.invoiceNumber });
    expect(await refused(settle({ issued: null }))).toEqual(["state_not_allowed", expect.any(String)]);
    expect(await waiting()).toEqual({ items: [], nextCursor: null });
    const adopted = await issueWith(gateway, "order-0002", { buyer: BUSINESS });
    expect(adopted).toMatchObject({ id: orderId, invoiceNumber: issued.invoiceNumber, status: "accepted" });
    // Without a lost answer a refusal is one.
    centre.faults.add({ operation: "B2B.Issue", kind: "reply", body: centreAnswer({ RtnCode: 42, RtnMsg: "?" }) });
    expect(await order("order-0003")).toEqual(["provider_rejected", "code_42"]);
  });
});

/** An answer of the centre, not encrypted: the gateway takes both. */
const centreAnswer = (Data: object) => JSON.stringify({ TransCode: 1, TransMsg: "Success", Data });

/** The system's clock, moved. */
function shiftable(): Clock & { shift(ms: number): void } {
  let offsetMs = 0;
  return {
    now: () => new Date(Date.now() + offsetMs),
    sleep: systemClock.sleep,
    shift: (ms) => {
      offsetMs = ms;
    },
  };
}
