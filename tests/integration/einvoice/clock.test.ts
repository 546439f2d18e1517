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
  await world.addRange(0, 49, { prefix: "ZZ", yearMonth: "202412" });
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
    expect(ranges.map((range) => range.current_number)).toEqual([0, 1, 0]);
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

describeWith(["postgres"], "the turn of the day, the month and the year", () => {
  const LAST_OF_YEAR = "2024-12-31T15:59:59.999Z";
  const FIRST_OF_YEAR = "2024-12-31T16:00:00.000Z";

  const wire = (date: string, time: string) => ({ InvoiceDate: date, InvoiceTime: time });

  test.each([
    ["the last moment of a day in Taipei", "2025-01-15T15:59:59.999Z", "2025/01/15", "23:59:59", "2025-01-17"],
    ["the first of the next", "2025-01-15T16:00:00.000Z", "2025/01/16", "00:00:00", "2025-01-18"],
    ["midnight in UTC, which is no turn", "2025-01-16T00:00:00.000Z", "2025/01/16", "08:00:00", "2025-01-18"],
    ["the last moment of a month within a period", "2025-01-31T15:59:59.999Z", "2025/01/31", "23:59:59", "2025-02-02"],
    ["the first of the next month", "2025-01-31T16:00:00.000Z", "2025/02/01", "00:00:00", "2025-02-03"],
  ])("%s: date, time, deadline, one range", async (_what, instant, date, time, lastDay) => {
    const clock = clockAt(instant);
    const gateway = await worldAt(clock);
    expect(await issue(gateway, "order-0001")).toMatchObject({
      invoiceNumber: "AA00000000",
      invoicePeriod: "11402",
      uploadDueAt: `${lastDay}T16:00:00.000Z`,
    });
    const business = { kind: "business" as const, ubn: "04595257", name: "有限公司" };
    const second = await gateway.handlers.issueInvoice(
      { ...consumerInvoice("order-0002"), buyer: business },
      context(gateway),
    );
    expect(second.invoiceNumber).toBe("AA00000001");
    expect(Date.parse(second.uploadDueAt) - Date.parse(`${lastDay}T16:00:00.000Z`)).toBe(5 * 86_400_000);
    await world.start({ runJobs: true });
    await waitFor("both at the platform", () => world.simulator.records().filter(({ stored }) => stored).length === 2);
    for (const { stored } of world.simulator.records()) expect(stored).toMatchObject(wire(date, time));
  });

  test("at the turn of the year the same letters and digits are another invoice", async () => {
    const clock = clockAt(LAST_OF_YEAR);
    world = await createWorld(clock);
    await world.addRange(0, 49, { prefix: "AA", yearMonth: "202411" });
    await world.addRange(0, 49, { prefix: "AA", yearMonth: "202501" });
    const gateway = await world.start();
    const old = await issue(gateway, "order-0001");
    clock.set(FIRST_OF_YEAR);
    const fresh = await issue(gateway, "order-0002");
    expect(old).toMatchObject({ invoiceNumber: "AA00000000", invoicePeriod: "11312", issuedAt: LAST_OF_YEAR });
    expect(fresh).toMatchObject({ invoiceNumber: "AA00000000", invoicePeriod: "11402", issuedAt: FIRST_OF_YEAR });
    const proofOf = (invoicePeriod: string) =>
      gateway.handlers.getProof({ invoiceNumber: "AA00000000", invoicePeriod }, context(gateway));
    expect(await proofOf("11312")).toMatchObject({
      barcode: `11312AA00000000${old.randomCode}`,
      issuedText: "2024-12-31 23:59:59",
      leftQr: expect.stringContaining(`AA000000001131231${old.randomCode}`),
    });
    expect(await proofOf("11402")).toMatchObject({
      barcode: `11402AA00000000${fresh.randomCode}`,
      issuedText: "2025-01-01 00:00:00",
      leftQr: expect.stringContaining(`AA000000001140101${fresh.randomCode}`),
    });
    await world.start({ runJobs: true });
    await waitFor("both at the platform", () => world.simulator.records().filter(({ stored }) => stored).length === 2);
    expect(world.simulator.records().map(({ stored }) => stored?.InvoiceDate)).toEqual(
      expect.arrayContaining(["2024/12/31", "2025/01/01"]),
    );
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
    [
      "the invoice of the old year, at the last second of 15 January",
      "2024-12-31T15:59:59.999Z",
      "2025-01-15T15:59:59.999Z",
      true,
    ],
    [
      "the invoice of the old year, at the first of 16 January",
      "2024-12-31T15:59:59.999Z",
      "2025-01-15T16:00:00.000Z",
      false,
    ],
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
