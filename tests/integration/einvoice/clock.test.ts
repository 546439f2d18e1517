import { afterEach, expect, test } from "bun:test";
import type { Clock } from "../../../src/platform/clock.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
afterEach(() => world.close());

/** Stands at the instants that it is given, the last one for good. */
function clockAt(...instants: string[]): Clock & { set(...instants: string[]): void } {
  let waiting = instants;
  return {
    now: () => new Date((waiting.length > 1 ? waiting.shift() : waiting[0]) ?? ""),
    sleep: async () => {},
    set: (...next) => {
      waiting = next;
    },
  };
}

const issue = (gateway: TestGateway, key: string) =>
  gateway.handlers.issueInvoice(consumerInvoice(key), context(gateway));

const LAST_MOMENT = "2025-02-28T15:59:59.999Z";
const NEXT_PERIOD = "2025-02-28T16:00:00.000Z";

async function worldAt(clock: Clock): Promise<TestGateway> {
  world = await createWorld(clock);
  await world.addRange(0, 49, { prefix: "AA", yearMonth: "202502" });
  await world.addRange(0, 49, { prefix: "BB", yearMonth: "202503" });
  return world.start();
}

describeWith(["postgres"], "the turn of the period", () => {
  test("at 00:00 in Taipei the new range serves, without a restart, and the old one never again", async () => {
    const clock = clockAt(LAST_MOMENT);
    const gateway = await worldAt(clock);
    expect(await issue(gateway, "order-0001")).toMatchObject({
      invoiceNumber: "AA00000000",
      invoicePeriod: "11402",
      issuedAt: LAST_MOMENT,
      uploadDueAt: "2025-03-02T16:00:00.000Z",
    });
    clock.set(NEXT_PERIOD);
    expect(await issue(gateway, "order-0002")).toMatchObject({
      invoiceNumber: "BB00000000",
      invoicePeriod: "11404",
      issuedAt: NEXT_PERIOD,
      uploadDueAt: "2025-03-03T16:00:00.000Z",
    });
  });

  test("a request that waits for its number across the turn gets one of the new period", async () => {
    const gateway = await worldAt(clockAt(LAST_MOMENT, NEXT_PERIOD));
    expect(await issue(gateway, "order-0001")).toMatchObject({ invoiceNumber: "BB00000000", invoicePeriod: "11404" });
    const ranges = await world.sql`SELECT prefix, current_number FROM invoice_sequences ORDER BY prefix`;
    expect(ranges.map((range) => range.current_number)).toEqual([0, 1]);
  });

  test("the same key before and after the turn is one invoice", async () => {
    const clock = clockAt(LAST_MOMENT);
    const gateway = await worldAt(clock);
    const before = await issue(gateway, "order-0001");
    clock.set(NEXT_PERIOD);
    expect(await issue(gateway, "order-0001")).toMatchObject({ id: before.id, invoicePeriod: "11402" });
  });

  test("without a range of the new period nothing is issued, though the old one has numbers", async () => {
    const gateway = await worldAt(clockAt("2025-04-30T16:00:00.000Z"));
    expect(await issue(gateway, "order-0001").catch((error: unknown) => error)).toMatchObject({
      code: "state_not_allowed",
      options: { reason: "no_number_range" },
    });
  });

  test("an invoice issued before the turn is uploaded after it with its own date", async () => {
    const clock = clockAt(LAST_MOMENT);
    const gateway = await worldAt(clock);
    await issue(gateway, "order-0001");
    clock.set("2025-03-05T00:00:00.000Z");
    expect(await gateway.einvoice.health()).toMatchObject({
      einvoice: { status: "degraded", detail: expect.stringContaining("deadline") },
    });
    await world.start({ runJobs: true });
    await waitFor("the invoice at the platform", () => world.simulator.records().some((record) => record.stored));
    expect(world.simulator.records()[0]?.stored).toMatchObject({ InvoiceDate: "2025/02/28", InvoiceTime: "23:59:59" });
  });
});

describeWith(["postgres"], "the last day to cancel", () => {
  const CANCEL = { reason: "客戶退貨" };

  test.each([
    [
      "the invoice of January, at the last second of 15 March",
      "2025-01-05T00:00:00Z",
      "2025-03-15T15:59:59.999Z",
      true,
    ],
    ["the invoice of January, at the first of 16 March", "2025-01-05T00:00:00Z", "2025-03-15T16:00:00.000Z", false],
    ["the invoice of the last moment of February", LAST_MOMENT, "2025-03-15T16:00:00.000Z", false],
    ["the invoice of the first moment of March, in May", NEXT_PERIOD, "2025-05-15T15:59:59.999Z", true],
    ["the invoice of the first moment of March, later", NEXT_PERIOD, "2025-05-15T16:00:00.000Z", false],
  ])("%s", async (_what, issuedAt, cancelledAt, isAllowed) => {
    const clock = clockAt(issuedAt);
    const gateway = await worldAt(clock);
    const { id } = await issue(gateway, "order-0001");
    clock.set(cancelledAt);
    const call = gateway.handlers.cancelInvoice({ ...CANCEL, idempotencyKey: "cancel-0001", id }, context(gateway));
    const outcome = await call.then(
      ({ status }) => status,
      (error) => error.options.reason,
    );
    expect(outcome).toBe(isAllowed ? "cancelled" : "cancel_deadline_passed");
    if (isAllowed) return;
    const approved = { ...CANCEL, idempotencyKey: "cancel-0002", id, approvalNumber: "財北國稅字第1140000001號" };
    expect(await gateway.handlers.cancelInvoice(approved, context(gateway))).toMatchObject({ status: "cancelled" });
  });
});
