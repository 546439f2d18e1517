import { afterEach, beforeEach, expect, test } from "bun:test";
import type { InvoiceStatus } from "@luckygas/gateway-client";
import type { Fault } from "../../../src/simulators/faults.ts";
import {
  consumerInvoice,
  context,
  createWorld,
  type EinvoiceWorld,
  numbersWithSeveralContents,
  type TestGateway,
} from "../../integration/einvoice/harness.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

let world: EinvoiceWorld;
beforeEach(async () => {
  world = await createWorld();
  await world.addRange(0, 499);
});
afterEach(() => world.close());

const issue = (gateway: TestGateway, key: string) =>
  gateway.handlers.issueInvoice(consumerInvoice(key), context(gateway));

const read = (gateway: TestGateway, id: string) => gateway.handlers.getInvoice({ id }, context(gateway));

const becomes = (gateway: TestGateway, id: string, status: InvoiceStatus) =>
  waitFor(`invoice ${status}`, async () => {
    const invoice = await read(gateway, id);
    return invoice.status === status && invoice;
  });

/** One accepted invoice at the platform, with one content, however often it was sent. */
function expectOneAccepted(invoiceNumber: string): void {
  const record = world.simulator.records().find((entry) => entry.invoiceNo === invoiceNumber);
  expect(record?.rtnCodes.filter((code) => code === "1")).toHaveLength(1);
  expect(record?.contents).toHaveLength(1);
}

describeWith(["postgres"], "uploads", () => {
  test("an issued invoice is uploaded and accepted by itself", async () => {
    const gateway = await world.start({ runJobs: true });
    const { id, invoiceNumber } = await issue(gateway, "order-0001");
    const invoice = await becomes(gateway, id, "accepted");
    expect(invoice.upload).toMatchObject({ attempts: 1, nextAttemptAt: null, reason: null, providerCode: "1" });
    expect(invoice.upload.acceptedAt).not.toBeNull();
    expect(invoice.attempts).toMatchObject([{ operation: "submit", outcome: "accepted", httpStatus: 200 }]);
    expectOneAccepted(invoiceNumber);
  });

  const once: [what: string, fault: Omit<Fault, "operation">, operations: string[]][] = [
    ["the connection is cut before the platform acts", { kind: "drop_before" }, ["submit", "find", "submit"]],
    ["the connection is cut after the platform has accepted", { kind: "drop_after" }, ["submit", "find"]],
    ["the answer comes too late", { kind: "delay", delayMs: 1_500 }, ["submit", "find"]],
    ["the platform answers 503", { kind: "reply", status: 503 }, ["submit", "find", "submit"]],
    [
      "the platform answers with an unlisted code",
      { kind: "reply", body: '{"RtnCode":"777"}' },
      ["submit", "find", "submit"],
    ],
    ["the platform answers with a page", { kind: "reply", body: "<html>" }, ["submit", "find", "submit"]],
    [
      "the platform answers for another number",
      { kind: "reply", body: '{"RtnCode":"1","InvoiceNo":"ZZ99999999"}' },
      ["submit", "find", "submit"],
    ],
    [
      "the platform answers that it failed",
      { kind: "reply", body: '{"RtnCode":"0","RtnMsg":"失敗"}' },
      ["submit", "find", "submit"],
    ],
    ["the platform is busy", { kind: "reply", body: '{"RtnCode":"9000001"}' }, ["submit", "submit"]],
    ["the platform asks to wait", { kind: "reply", status: 429 }, ["submit", "submit"]],
    ["our signature is refused for a moment", { kind: "reply", body: '{"RtnCode":"7000002"}' }, ["submit", "submit"]],
  ];

  test.each(once)("%s: one accepted invoice", async (_what, fault, operations) => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "issue", ...fault });
    const { id, invoiceNumber } = await issue(gateway, "order-0001");
    const invoice = await becomes(gateway, id, "accepted");
    expect(invoice.attempts.map((attempt): string => attempt.operation).reverse()).toEqual(operations);
    expectOneAccepted(invoiceNumber);
  });

  test("the duplicate code after a lost answer: asked about and adopted", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "issue", kind: "drop_after" });
    // The platform says for a while that it has nothing, so that the same document is sent again.
    world.simulator.faults.add({ operation: "query", kind: "reply", body: '{"RtnCode":"5000008"}' });
    const { id, invoiceNumber } = await issue(gateway, "order-0001");
    const invoice = await becomes(gateway, id, "accepted");
    expect(invoice.attempts.map(({ operation, outcome, reason }) => [operation, outcome, reason]).reverse()).toEqual([
      ["submit", "unknown", "reset"],
      ["find", "not_found", null],
      ["submit", "unknown", "duplicate_number"],
      ["find", "accepted", null],
    ]);
    expectOneAccepted(invoiceNumber);
  });

  test("silence to the question as well: it is asked again, not sent again", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "issue", kind: "drop_after" });
    world.simulator.faults.add({ operation: "query", kind: "reply", status: 500, times: 3 });
    const { id, invoiceNumber } = await issue(gateway, "order-0001");
    const invoice = await becomes(gateway, id, "accepted");
    expect(invoice.attempts.map((attempt) => attempt.operation)).toEqual(["find", "find", "find", "find", "submit"]);
    expect(invoice.upload.attempts).toBe(1);
    expectOneAccepted(invoiceNumber);
  });

  test("other content under our number is a refusal for a person, and nothing is overwritten", async () => {
    const other = await world.start();
    const first = await issue(other, "order-0001");
    const uploader = await world.start({ runJobs: true });
    await becomes(other, first.id, "accepted");
    // As if the database had been set back: the number is given out a second time.
    await world.sql`UPDATE invoices SET number = 'AA00000499' WHERE id = ${first.id}`;
    await world.sql`UPDATE invoice_sequences SET current_number = 0`;
    const second = await uploader.handlers.issueInvoice(consumerInvoice("order-0002", 999), context(uploader));
    expect(second.invoiceNumber).toBe(first.invoiceNumber);
    const invoice = await becomes(uploader, second.id, "rejected");
    expect(invoice.upload).toMatchObject({ reason: "number_taken_by_other_content", nextAttemptAt: null });
    const record = world.simulator.records().find((entry) => entry.invoiceNo === first.invoiceNumber);
    expect(record?.stored?.TotalAmount).toBe("850");
  });

  test("a refusal for content ends it and is visible", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({
      operation: "issue",
      kind: "reply",
      body: '{"RtnCode":"5000006","RtnMsg":"發票金額錯誤"}',
    });
    const { id } = await issue(gateway, "order-0001");
    const invoice = await becomes(gateway, id, "rejected");
    expect(invoice.upload).toMatchObject({
      reason: "amount",
      providerCode: "5000006",
      providerMessage: "發票金額錯誤",
    });
    expect((await gateway.einvoice.health()).einvoice).toMatchObject({ status: "degraded" });
  });

  test("two processes share the uploads: nothing is sent twice", async () => {
    const issuer = await world.start();
    const issued = await Promise.all(Array.from({ length: 120 }, (_, index) => issue(issuer, `order-${index}-key`)));
    await Promise.all([world.start({ runJobs: true }), world.start({ runJobs: true })]);
    await waitFor("all accepted", async () => {
      const [row] = await world.sql`SELECT count(*)::int AS open FROM einvoice_uploads WHERE status <> 'accepted'`;
      return row?.open === 0;
    });
    const records = world.simulator.records();
    expect(records).toHaveLength(issued.length);
    expect(records.every((record) => record.received === 1)).toBe(true);
  });

  test("the nearest deadline is sent first", async () => {
    const issuer = await world.start();
    const business = { kind: "business" as const, ubn: "04595257", name: "公司" };
    const late = await issuer.handlers.issueInvoice(
      { ...consumerInvoice("order-0001"), buyer: business },
      context(issuer),
    );
    const soon = await issue(issuer, "order-0002");
    const order: string[] = [];
    // One at a time: the breaker is half-open and stays so while its probes fail.
    world.simulator.faults.add({ operation: "*", kind: "reply", status: 503, times: 1_000 });
    await world.sql`INSERT INTO circuit_breakers (name, failures, opened_at) VALUES ('einvoice', 5, now() - interval '1 hour')`;
    const gateway = await world.start({ runJobs: true });
    const first = await waitFor("a first attempt", async () => {
      const rows = await world.sql`SELECT upload_id FROM einvoice_attempts`;
      return rows.length > 0 && rows;
    });
    order.push(...first.map((row) => String(row.upload_id)));
    const [soonUpload] = await world.sql`SELECT id FROM einvoice_uploads WHERE invoice_id = ${soon.id}`;
    expect(order).toEqual([String(soonUpload?.id)]);
    expect((await read(gateway, late.id)).upload.attempts).toBe(0);
  });

  test("a person settles an unknown upload; any other is left alone", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "issue", kind: "drop_after", times: 2 });
    world.simulator.faults.add({ operation: "query", kind: "reply", status: 500, times: 10_000 });
    const { id } = await issue(gateway, "order-0001");
    await becomes(gateway, id, "unknown");
    expect((await gateway.einvoice.health()).einvoice?.detail).toContain("unknown");
    const settle = (decision: "accepted" | "rejected" | "send_again") =>
      gateway.handlers.settleUnknown({ id, decision, note: "在平台上查過" }, context(gateway, "manager-1"));
    const settled = await settle("accepted");
    expect(settled).toMatchObject({ status: "accepted", upload: { nextAttemptAt: null } });
    expect(settled.attempts[0]).toMatchObject({ operation: "decide", outcome: "accepted" });
    expect(await settle("rejected").catch((error: unknown) => error)).toMatchObject({ code: "state_not_allowed" });
    const [decision] = await world.sql`SELECT decided_by, note FROM einvoice_attempts WHERE operation = 'decide'`;
    expect(decision).toEqual({ decided_by: "manager-1", note: "在平台上查過" });
  });

  test("a person may have the same number and content sent again", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "issue", kind: "drop_before" });
    world.simulator.faults.add({ operation: "query", kind: "reply", status: 500, times: 10_000 });
    const { id, invoiceNumber } = await issue(gateway, "order-0001");
    await becomes(gateway, id, "unknown");
    await gateway.handlers.settleUnknown({ id, decision: "send_again", note: "平台上沒有" }, context(gateway));
    await becomes(gateway, id, "accepted");
    expectOneAccepted(invoiceNumber);
  });

  test("never two contents under one number, whatever went wrong", async () => {
    const gateway = await world.start({ runJobs: true, breaker: { failuresToOpen: 1_000, openForMs: 300_000 } });
    for (const kind of ["drop_before", "drop_after", "drop_after", "drop_before"] as const) {
      world.simulator.faults.add({ operation: "issue", kind, times: 5, skip: 5 });
      world.simulator.faults.add({ operation: "query", kind, times: 3, skip: 3 });
    }
    const issued = await Promise.all(Array.from({ length: 60 }, (_, index) => issue(gateway, `order-${index}-key`)));
    for (const { id } of issued) await becomes(gateway, id, "accepted");
    expect(numbersWithSeveralContents(world.simulator)).toEqual([]);
    for (const { invoiceNumber } of issued) expectOneAccepted(invoiceNumber);
  });
});
