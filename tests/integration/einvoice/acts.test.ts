import { afterEach, beforeEach, expect, test } from "bun:test";
import type { InvoiceDetail } from "@luckygas/gateway-client";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
beforeEach(async () => {
  world = await createWorld();
  await world.addRange(0, 499);
});
afterEach(() => world.close());

const issue = (gateway: TestGateway, key = "order-0001") =>
  gateway.handlers.issueInvoice(consumerInvoice(key), context(gateway));

const read = (gateway: TestGateway, id: string) => gateway.handlers.getInvoice({ id }, context(gateway));

const settled = (gateway: TestGateway, id: string) =>
  waitFor("every message accepted", async () => {
    const invoice = await read(gateway, id);
    return invoice.messages.every(({ status }) => status === "accepted" || status === "superseded") && invoice;
  });

const cancel = (gateway: TestGateway, id: string, key = "cancel-0001") =>
  gateway.handlers.cancelInvoice({ idempotencyKey: key, id, reason: "客戶退貨" }, context(gateway));

const refused = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => error.options?.reason ?? error.options?.fields?.[0]?.path,
  );

const kinds = (invoice: InvoiceDetail) => invoice.messages.map((message) => message.kind);
const record = (number: string) => world.simulator.records().find((entry) => entry.invoiceNo === number);

const corrected = {
  buyer: { kind: "consumer" as const },
  lines: [{ description: "桶裝瓦斯 16 公斤", quantity: 1, unitPrice: 700, taxType: "taxable" as const }],
};

describeWith(["postgres"], "cancelling an invoice", () => {
  test("is told to the platform after the issue; the same key again does nothing", async () => {
    const gateway = await world.start({ runJobs: true });
    const { id, invoiceNumber } = await issue(gateway);
    const cancelled = await cancel(gateway, id);
    expect(cancelled).toMatchObject({ status: "cancelled" });
    expect((await cancel(gateway, id)).messages).toHaveLength(2);
    const invoice = await settled(gateway, id);
    expect(kinds(invoice)).toEqual(["issue", "cancel"]);
    expect(invoice.status).toBe("cancelled");
    expect(record(invoiceNumber)?.acts).toEqual(["issue", "void"]);
    expect(await refused(cancel(gateway, id, "cancel-0002"))).toBe("already_cancelled");
    expect(
      await refused(
        gateway.handlers.cancelInvoice({ idempotencyKey: "cancel-0001", id, reason: "別的" }, context(gateway)),
      ),
    ).toBe("idempotency_key_reused");
  });

  test("is not sent before the issue is confirmed, however long that takes", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "issue", kind: "reply", status: 503, times: 3 });
    world.simulator.faults.add({ operation: "query", kind: "reply", status: 503, times: 2 });
    const { id, invoiceNumber } = await issue(gateway);
    await cancel(gateway, id);
    const invoice = await settled(gateway, id);
    const attempts = invoice.messages.map((message) => message.attempts);
    expect(attempts[0]).toBeGreaterThan(1);
    expect(attempts[1]).toBe(1);
    expect(record(invoiceNumber)?.acts).toEqual(["issue", "void"]);
  });

  test("of which nobody knows whether it arrived is asked about and adopted", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "void", kind: "drop_after" });
    const { id, invoiceNumber } = await issue(gateway);
    await cancel(gateway, id);
    const invoice = await settled(gateway, id);
    expect(invoice.messages[1]).toMatchObject({ attempts: 1, status: "accepted" });
    expect(record(invoiceNumber)?.acts).toEqual(["issue", "void"]);
  });

  test("that the platform refuses is a person's matter: send again after mending", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "void", kind: "reply", body: '{"RtnCode":"9000002","RtnMsg":"參數錯誤"}' });
    const { id } = await issue(gateway);
    await cancel(gateway, id);
    await waitFor("the refusal", async () => (await read(gateway, id)).messages[1]?.status === "rejected");
    expect(await gateway.einvoice.health()).toMatchObject({ einvoice: { status: "degraded" } });
    await gateway.handlers.settleUnknown({ id, decision: "send_again", note: "再送" }, context(gateway));
    expect((await settled(gateway, id)).status).toBe("cancelled");
  });
});

/** The platform refuses the next issue for its content. */
const refuseIssue = () =>
  world.simulator.faults.add({ operation: "issue", kind: "reply", body: '{"RtnCode":"5000006","RtnMsg":"金額錯誤"}' });

describeWith(["postgres"], "voiding an invoice", () => {
  test("sends the corrected content under the same number and date once the void is confirmed", async () => {
    const gateway = await world.start({ runJobs: true });
    const { id, invoiceNumber, issuedAt, randomCode } = await issue(gateway);
    const input = { idempotencyKey: "void-00001", id, reason: "品名錯誤", corrected };
    expect(await gateway.handlers.voidInvoice(input, context(gateway))).toMatchObject({
      invoiceNumber,
      issuedAt,
      randomCode,
      totalAmount: 700,
    });
    const invoice = await settled(gateway, id);
    expect(kinds(invoice)).toEqual(["issue", "void", "issue"]);
    expect(invoice.status).toBe("accepted");
    expect(record(invoiceNumber)).toMatchObject({
      acts: ["issue", "withdraw", "issue"],
      stored: { TotalAmount: "700", ItemDescription: ["桶裝瓦斯 16 公斤"] },
    });
  });

  test("before the first content was sent: the platform still sees all three, each with its own content", async () => {
    const gateway = await world.start();
    const { id, invoiceNumber } = await issue(gateway);
    await gateway.handlers.voidInvoice(
      { idempotencyKey: "void-00001", id, reason: "品名錯誤", corrected },
      context(gateway),
    );
    const sender = await world.start({ runJobs: true });
    expect((await settled(sender, id)).status).toBe("accepted");
    expect(record(invoiceNumber)?.contents.map((content) => content.includes("16 公斤"))).toEqual([false, true]);
  });

  test("without corrected content leaves it voided, and the content may follow", async () => {
    const gateway = await world.start({ runJobs: true });
    const { id, invoiceNumber } = await issue(gateway);
    const base = { id, reason: "品名錯誤" };
    await gateway.handlers.voidInvoice({ ...base, idempotencyKey: "void-00001" }, context(gateway));
    expect((await settled(gateway, id)).status).toBe("voided");
    expect(await refused(cancel(gateway, id))).toBe("voided");
    const voidAgain = gateway.handlers.voidInvoice({ ...base, idempotencyKey: "void-00002" }, context(gateway));
    expect(await refused(voidAgain)).toBe("already_voided");
    await gateway.handlers.voidInvoice({ ...base, idempotencyKey: "void-00003", corrected }, context(gateway));
    expect((await settled(gateway, id)).status).toBe("accepted");
    expect(record(invoiceNumber)?.acts).toEqual(["issue", "withdraw", "issue"]);
  });

  test("of one that the platform refused needs no void: the corrected content takes its place", async () => {
    const gateway = await world.start({ runJobs: true });
    refuseIssue();
    const { id, invoiceNumber } = await issue(gateway);
    await waitFor("the refusal", async () => (await read(gateway, id)).status === "rejected");
    expect(await refused(cancel(gateway, id))).toBe("not_stored");
    await gateway.handlers.voidInvoice(
      { idempotencyKey: "void-00001", id, reason: "金額錯誤", corrected },
      context(gateway),
    );
    const invoice = await settled(gateway, id);
    expect(invoice.messages.map(({ kind, status }) => [kind, status])).toEqual([
      ["issue", "superseded"],
      ["issue", "accepted"],
    ]);
    expect(record(invoiceNumber)?.acts).toEqual(["issue"]);
  });

  test("whose first content is refused before it is withdrawn: the corrected content goes ahead by itself", async () => {
    const gateway = await world.start();
    const { id, invoiceNumber } = await issue(gateway);
    const input = { idempotencyKey: "void-00001", id, reason: "金額錯誤", corrected };
    await gateway.handlers.voidInvoice(input, context(gateway));
    refuseIssue();
    const invoice = await settled(await world.start({ runJobs: true }), id);
    expect(invoice.status).toBe("accepted");
    expect(invoice.messages.map(({ kind, status }) => [kind, status])).toEqual([
      ["issue", "superseded"],
      ["void", "superseded"],
      ["issue", "accepted"],
    ]);
    expect(record(invoiceNumber)).toMatchObject({ acts: ["issue"], stored: { TotalAmount: "700" } });
  });

  test("whose content is refused, without corrected content: it is voided, and the content may follow", async () => {
    const gateway = await world.start();
    const { id, invoiceNumber } = await issue(gateway);
    await gateway.handlers.voidInvoice({ idempotencyKey: "void-00001", id, reason: "金額錯誤" }, context(gateway));
    refuseIssue();
    const sender = await world.start({ runJobs: true });
    expect(await settled(sender, id)).toMatchObject({ status: "voided" });
    const input = { idempotencyKey: "void-00002", id, reason: "金額錯誤", corrected };
    await sender.handlers.voidInvoice(input, context(sender));
    expect(await settled(sender, id)).toMatchObject({ status: "accepted", totalAmount: 700 });
    expect(record(invoiceNumber)?.acts).toEqual(["issue"]);
  });

  test("that was cancelled before the platform refused it: corrected content, then the cancellation of its own time", async () => {
    const gateway = await world.start();
    const { id, invoiceNumber } = await issue(gateway);
    await cancel(gateway, id);
    refuseIssue();
    const sender = await world.start({ runJobs: true });
    await waitFor("the refusal", async () => (await read(sender, id)).messages[0]?.status === "rejected");
    const base = { id, reason: "金額錯誤" };
    const without = sender.handlers.voidInvoice({ ...base, idempotencyKey: "void-00001" }, context(sender));
    expect(await refused(without)).toBe("not_stored");
    const mended = { ...base, idempotencyKey: "void-00002", corrected };
    expect(await sender.handlers.voidInvoice(mended, context(sender))).toMatchObject({ status: "cancelled" });
    const invoice = await settled(sender, id);
    expect(invoice.messages.map(({ kind, status }) => [kind, status])).toEqual([
      ["issue", "superseded"],
      ["cancel", "superseded"],
      ["issue", "accepted"],
      ["cancel", "accepted"],
    ]);
    expect(invoice).toMatchObject({ status: "cancelled", totalAmount: 700 });
    expect(record(invoiceNumber)?.acts).toEqual(["issue", "void"]);
    const acts =
      await world.sql`SELECT payload -> 'act' AS act FROM einvoice_uploads WHERE kind = 'cancel' ORDER BY position`;
    expect(acts[1]?.act).toEqual(acts[0]?.act);
  });

  test("into one for another kind of buyer: each message is due as its own content says", async () => {
    const gateway = await world.start();
    const business = { kind: "business" as const, ubn: "04595257", name: "有限公司" };
    const { id } = await gateway.handlers.issueInvoice(
      { ...consumerInvoice("order-0001"), buyer: business },
      context(gateway),
    );
    const input = { idempotencyKey: "void-00001", id, reason: "買方錯誤", corrected };
    const { messages, uploadDueAt } = await gateway.handlers.voidInvoice(input, context(gateway));
    const [first, second, third] = messages.map(({ dueAt }) => Date.parse(dueAt));
    expect(second).toBe(first);
    expect(third).toBe((first ?? 0) - 5 * 86_400_000);
    expect(Date.parse(uploadDueAt)).toBe(third ?? 0);
  });

  test("a transport that cannot withdraw says so before anything is written", async () => {
    const { ubn, name, address } = world.simulator.seller;
    const gateway = await world.start({
      defaultSeller: { ubn, name, address, transport: "platform-json", config: {} },
    });
    const { id } = await issue(gateway);
    const call = gateway.handlers.voidInvoice({ idempotencyKey: "void-00001", id, reason: "錯誤" }, context(gateway));
    expect(await refused(call)).toBe("void_invoice");
    expect((await read(gateway, id)).messages).toHaveLength(1);
  });
});

describeWith(["postgres"], "allowances", () => {
  const allow = (gateway: TestGateway, invoiceId: string, amount: number, key: string) =>
    gateway.handlers.issueAllowance(
      { idempotencyKey: key, invoiceId, lines: [{ sequenceNumber: "001", amount }] },
      context(gateway),
    );

  test("up to what is left; the cancelled amount is free again; then the invoice can be cancelled", async () => {
    const gateway = await world.start({ runJobs: true });
    const { id, invoiceNumber } = await issue(gateway);
    expect(await refused(allow(gateway, id, 100, "allow-0000"))).toBe("not_accepted");
    await settled(gateway, id);
    const first = await allow(gateway, id, 600, "allow-0001");
    expect(first).toMatchObject({ invoiceId: id, invoiceNumber, status: "issued", netAmount: 571, taxAmount: 29 });
    expect(await allow(gateway, id, 600, "allow-0001")).toMatchObject({ id: first.id });
    expect(await refused(allow(gateway, id, 251, "allow-0002"))).toBe("lines.0.amount");
    await allow(gateway, id, 250, "allow-0003");
    const both = await settled(gateway, id);
    expect(both.allowances.map(({ status, totalAmount }) => [status, totalAmount])).toEqual([
      ["accepted", 600],
      ["accepted", 250],
    ]);
    expect(await refused(cancel(gateway, id))).toBe("has_allowance");
    for (const [index, { id: allowanceId }] of both.allowances.entries()) {
      const input = { idempotencyKey: `undo-000${index}`, id: allowanceId, reason: "誤開" };
      expect(await gateway.handlers.cancelAllowance(input, context(gateway))).toMatchObject({ status: "cancelled" });
      expect(await gateway.handlers.cancelAllowance(input, context(gateway))).toMatchObject({ status: "cancelled" });
    }
    await cancel(gateway, id);
    expect(kinds(await settled(gateway, id))).toEqual([
      "issue",
      "allowance",
      "allowance",
      "cancel_allowance",
      "cancel_allowance",
      "cancel",
    ]);
    expect(record(invoiceNumber)?.acts).toEqual([
      "issue",
      "allowance",
      "allowance",
      "allowance-void",
      "allowance-void",
      "void",
    ]);
  });

  test.each(["drop_before", "drop_after"] as const)("an answer lost (%s): one allowance", async (kind) => {
    const gateway = await world.start({ runJobs: true });
    const { id, invoiceNumber } = await issue(gateway);
    await settled(gateway, id);
    world.simulator.faults.add({ operation: "allowance", kind });
    world.simulator.faults.add({ operation: "allowance-void", kind });
    const { id: allowanceId } = await allow(gateway, id, 100, "allow-0001");
    await settled(gateway, id);
    await gateway.handlers.cancelAllowance(
      { idempotencyKey: "undo-0001", id: allowanceId, reason: "誤開" },
      context(gateway),
    );
    expect((await settled(gateway, id)).messages.map(({ status }) => status)).toEqual([
      "accepted",
      "accepted",
      "accepted",
    ]);
    expect(record(invoiceNumber)?.acts).toEqual(["issue", "allowance", "allowance-void"]);
  });

  test("64 callers at once never allow more than the invoice", async () => {
    const gateways = [await world.start({ runJobs: true }), await world.start()];
    const [first] = gateways;
    if (!first) throw new Error("no gateway");
    const { id } = await issue(first);
    await settled(first, id);
    const calls = Array.from({ length: 64 }, (_, index) =>
      allow(gateways[index % 2] ?? first, id, 100, `allow-${String(index).padStart(4, "0")}`),
    );
    const results = await Promise.allSettled(calls);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(8);
    const invoice = await settled(first, id);
    expect(new Set(invoice.allowances.map((allowance) => allowance.allowanceNumber)).size).toBe(8);
  });

  test("one that the platform refused blocks what follows until it is cancelled, and then nothing is sent about it", async () => {
    const gateway = await world.start({ runJobs: true });
    const { id, invoiceNumber } = await issue(gateway);
    await settled(gateway, id);
    world.simulator.faults.add({ operation: "allowance", kind: "reply", body: '{"RtnCode":"6000003"}' });
    const bad = await allow(gateway, id, 100, "allow-0001");
    await waitFor("the refusal", async () => (await read(gateway, id)).allowances[0]?.status === "rejected");
    await allow(gateway, id, 100, "allow-0002");
    expect((await read(gateway, id)).messages[2]).toMatchObject({ status: "due", attempts: 0 });
    await gateway.handlers.cancelAllowance(
      { idempotencyKey: "undo-0001", id: bad.id, reason: "重開" },
      context(gateway),
    );
    expect((await settled(gateway, id)).allowances.map(({ status }) => status)).toEqual(["cancelled", "accepted"]);
    expect(record(invoiceNumber)?.acts).toEqual(["issue", "allowance"]);
  });
});

describeWith(["postgres"], "watching an invoice", () => {
  test("tells how it stands, every change after that, and rising ids", async () => {
    const gateway = await world.start();
    const { id } = await issue(gateway);
    const ending = new AbortController();
    const seen: { id: number; status: string }[] = [];
    const sender = { started: false };
    for await (const event of gateway.handlers.watchInvoice({ id }, context(gateway), ending.signal)) {
      seen.push({ id: Number(event.id), status: event.data.status });
      if (!sender.started) {
        sender.started = true;
        await world.start({ runJobs: true });
      }
      if (event.data.status === "accepted") break;
    }
    expect(seen[0]?.status).toBe("issued");
    expect(seen.map((event) => event.id)).toEqual([...seen.map((event) => event.id)].sort((a, b) => a - b));
  });
});
