import { afterEach, expect, test } from "bun:test";
import type { Clock } from "../../../src/platform/clock.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
afterEach(() => world.close());

function clockAt(instant: string): Clock & { set(instant: string): void } {
  let present = instant;
  return {
    now: () => new Date(present),
    sleep: async () => {},
    set: (next) => {
      present = next;
    },
  };
}

const issue = (gateway: TestGateway, key: string) =>
  gateway.handlers.issueInvoice(consumerInvoice(key), context(gateway));

const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => error.options?.reason,
  );

describeWith(["postgres"], "unused numbers", () => {
  test("are computed once after the period, cancelled ones count as used, and no range serves any more", async () => {
    const clock = clockAt("2025-02-10T00:00:00Z");
    world = await createWorld(clock);
    await world.addRange(0, 49, { yearMonth: "202501" });
    await world.addRange(100, 149, { yearMonth: "202502" });
    await world.addRange(0, 49, { prefix: "BB", yearMonth: "202501" });
    const gateway = await world.start();
    for (const key of ["order-0001", "order-0002", "order-0003"]) await issue(gateway, key);
    const { id } = await issue(gateway, "order-0004");
    await gateway.handlers.cancelInvoice({ idempotencyKey: "cancel-0001", id, reason: "退貨" }, context(gateway));
    const report = () => gateway.handlers.reportUnusedNumbers({ invoicePeriod: "11402" }, context(gateway));
    clock.set("2025-02-28T15:59:59Z");
    expect(await reasonOf(report())).toBe("period_open");
    clock.set("2025-02-28T16:00:00Z");
    const first = await report();
    expect(first).toMatchObject({
      dueAt: "2025-03-10T16:00:00.000Z",
      tracks: [
        {
          prefix: "AA",
          unusedCount: 96,
          status: "by_hand",
          ranges: [
            { beginNumber: "00000004", endNumber: "00000049" },
            { beginNumber: "00000100", endNumber: "00000149" },
          ],
        },
        { prefix: "BB", unusedCount: 50, ranges: [{ beginNumber: "00000000", endNumber: "00000049" }] },
      ],
    });
    expect(await report()).toEqual(first);
    const [row] = await world.sql`SELECT count(*)::int AS open FROM invoice_sequences WHERE is_active`;
    expect(row?.open).toBe(0);
  });

  test("are not reported when the rows were changed by hand so that they do not add up", async () => {
    const clock = clockAt("2025-02-10T00:00:00Z");
    world = await createWorld(clock);
    await world.addRange(0, 49, { yearMonth: "202501" });
    const gateway = await world.start();
    await issue(gateway, "order-0001");
    await world.sql`UPDATE invoice_sequences SET current_number = 5`;
    clock.set("2025-03-02T00:00:00Z");
    const call = gateway.handlers.reportUnusedNumbers({ invoicePeriod: "11402" }, context(gateway));
    expect(await reasonOf(call)).toBe("numbers_do_not_add_up");
  });
});

describeWith(["postgres"], "deadlines", () => {
  test("are listed by nearness and alarmed at 50 % and 90 % of the allowed time", async () => {
    const clock = clockAt("2025-01-14T16:00:00Z");
    world = await createWorld(clock);
    await world.addRange(0, 49, { yearMonth: "202501" });
    const gateway = await world.start();
    await issue(gateway, "order-0001");
    const business = { kind: "business" as const, ubn: "04595257", name: "有限公司" };
    await gateway.handlers.issueInvoice({ ...consumerInvoice("order-0002"), buyer: business }, context(gateway));
    const list = async (level?: "half") =>
      (await gateway.handlers.listDeadlines({ limit: 50, level }, context(gateway))).items;
    const levels = async (instant: string) => {
      clock.set(instant);
      await gateway.einvoice.health();
      return (await list()).map(({ invoiceNumber, level }) => `${invoiceNumber?.slice(-1)} ${level}`);
    };
    expect(await levels("2025-01-15T00:00:00Z")).toEqual(["0 early", "1 early"]);
    // Three days from the issue at midnight: half of them are 36 hours, 90 % are 64.8.
    expect(await levels("2025-01-16T03:59:59Z")).toEqual(["0 early", "1 early"]);
    expect(await levels("2025-01-16T04:00:00Z")).toEqual(["0 half", "1 early"]);
    expect(await list("half")).toMatchObject([{ kind: "issue", dueAt: "2025-01-17T16:00:00.000Z", status: "due" }]);
    expect(await levels("2025-01-17T08:48:00Z")).toEqual(["0 urgent", "1 early"]);
    expect(await gateway.einvoice.health()).toMatchObject({
      einvoice: { status: "degraded", detail: expect.stringContaining("90 %") },
    });
    expect(await levels("2025-01-17T16:00:00Z")).toEqual(["0 overdue", "1 early"]);
    const alarms = gateway.platform.logLines.map((line) => JSON.parse(line).error_type);
    expect(alarms.filter((type) => String(type).startsWith("Upload"))).toEqual([
      "UploadHalfTime",
      "UploadUrgent",
      "UploadOverdue",
    ]);
  });

  test("pages follow each other without a gap", async () => {
    world = await createWorld();
    await world.addRange(0, 49);
    const gateway = await world.start();
    for (let index = 0; index < 5; index += 1) await issue(gateway, `order-000${index}`);
    const seen: (string | null)[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await gateway.handlers.listDeadlines({ limit: 2, ...(cursor && { cursor }) }, context(gateway));
      seen.push(...page.items.map((item) => item.invoiceNumber));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen.sort()).toEqual([0, 1, 2, 3, 4].map((index) => `AA0000000${index}`));
  });
});

describeWith(["postgres"], "reconciliation", () => {
  const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

  async function accepted(gateway: TestGateway, key: string): Promise<{ id: string; invoiceNumber: string }> {
    const { id, invoiceNumber } = await issue(gateway, key);
    await waitFor("acceptance", async () => {
      const invoice = await gateway.handlers.getInvoice({ id }, context(gateway));
      return invoice.messages.every(({ status }) => status === "accepted");
    });
    return { id, invoiceNumber };
  }

  const done = async (gateway: TestGateway) => {
    await gateway.handlers.reconcile({ day: today() }, context(gateway));
    return waitFor("the comparison", async () => {
      const run = await gateway.handlers.getReconciliation({ day: today() }, context(gateway));
      return run.status === "done" && run;
    });
  };

  test("agrees, and then finds what is missing, extra, and different, each with its repair", async () => {
    world = await createWorld();
    await world.addRange(0, 49);
    const gateway = await world.start({ runJobs: true });
    const invoices = [];
    for (let index = 0; index < 4; index += 1) invoices.push(await accepted(gateway, `order-000${index}`));
    expect(await done(gateway)).toMatchObject({ invoices: 4, checked: 4, open: 0, unanswered: 0, differences: [] });
    await world.sql`UPDATE invoices SET content = jsonb_set(content, '{amounts,totalAmount}', '851')
      WHERE number = 'AA00000000'`;
    await world.sql`UPDATE invoices SET status = 'cancelled' WHERE number = 'AA00000001'`;
    await world.sql`UPDATE invoices SET issued_at = issued_at - interval '400 days', period = '11302'
      WHERE number IN ('AA00000002', 'AA00000003')`;
    await world.sql`UPDATE invoice_sequences SET current_number = 3`;
    const { differences, invoices: count, lookedAt } = await done(gateway);
    expect(count).toBe(2);
    expect(lookedAt).toEqual({
      method: "numbers",
      numbers: 47,
      ranges: [{ prefix: "AA", beginNumber: "00000003", endNumber: "00000049" }],
      isComplete: true,
    });
    expect(differences.map(({ kind, invoiceNumber, repair }) => [kind, invoiceNumber, repair])).toEqual([
      ["amount_differs", "AA00000000", "void_and_correct"],
      ["state_differs", "AA00000001", "cancel_again"],
      ["extra", "AA00000003", "ask_the_platform"],
    ]);
    expect(gateway.platform.logLines.some((line) => line.includes("ReconciliationDifference"))).toBe(true);
  });

  test("what was accepted and is not there is missing", async () => {
    world = await createWorld();
    await world.addRange(0, 49);
    const gateway = await world.start({ runJobs: true });
    const { id } = await accepted(gateway, "order-0001");
    world.simulator.faults.add({ operation: "query", kind: "reply", body: '{"RtnCode":"5000008"}' });
    expect((await done(gateway)).differences).toMatchObject([{ kind: "missing", invoiceId: id, repair: "send_again" }]);
  });

  test("an answer that is missing is no difference, and an invoice that is not accepted is not asked about", async () => {
    world = await createWorld();
    await world.addRange(0, 49);
    const gateway = await world.start({ runJobs: true });
    await accepted(gateway, "order-0001");
    world.simulator.faults.add({ operation: "issue", kind: "reply", body: '{"RtnCode":"9000002"}' });
    await issue(gateway, "order-0002");
    await waitFor("the refusal", async () => {
      const { items } = await gateway.handlers.listInvoices({ limit: 50, status: "rejected" }, context(gateway));
      return items.length === 1;
    });
    world.simulator.faults.add({ operation: "query", kind: "drop_before" });
    expect(await done(gateway)).toMatchObject({ invoices: 2, checked: 0, open: 1, unanswered: 1, differences: [] });
  });

  test("runs by itself at night for the day before", async () => {
    const clock = clockAt("2025-01-15T03:00:00Z");
    world = await createWorld(clock);
    await world.addRange(0, 49, { yearMonth: "202501" });
    const gateway = await world.start({ runJobs: true });
    await accepted(gateway, "order-0001");
    clock.set("2025-01-15T18:59:59Z");
    const nightly = () => gateway.handlers.getReconciliation({ day: "2025-01-15" }, context(gateway));
    gateway.platform.jobs.wake("einvoice-reconcile");
    expect(await nightly().catch((error) => error.code)).toBe("not_found");
    clock.set("2025-01-15T19:00:00Z");
    await waitFor("the nightly run", async () => {
      gateway.platform.jobs.wake("einvoice-reconcile");
      return nightly().then(
        (run) => run.status === "done",
        () => false,
      );
    });
  });
});
