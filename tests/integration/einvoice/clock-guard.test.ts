import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { CLOCK_DIFFERENCE_MAX_MS } from "../../../src/einvoice/clock-guard.ts";
import { type Clock, systemClock } from "../../../src/platform/clock.ts";
import { describeWith } from "../../support/real-parts.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => world.reset());
afterAll(() => world.close());

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The system's clock, set wrong by some minutes. */
function wrongClock(offsetMs = 0): Clock & { set(offsetMs: number): void } {
  let offset = offsetMs;
  return {
    now: () => new Date(Date.now() + offset),
    sleep: systemClock.sleep,
    set: (next) => {
      offset = next;
    },
  };
}

const start = (clock: Clock, clockDifferenceMaxMs = CLOCK_DIFFERENCE_MAX_MS) =>
  world.start({ clock, clockDifferenceMaxMs });
const issue = (gateway: TestGateway, key: string) =>
  gateway.handlers.issueInvoice(consumerInvoice(key), context(gateway));
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error) => [error.code, error.options?.reason, error.message],
  );
const numbersUsed = async () => {
  const [row] = await world.sql`SELECT count(*)::int AS used FROM invoices`;
  return row?.used;
};

describeWith(["postgres"], "a process whose clock is wrong", () => {
  test.each([
    ["ahead of", 2 * MINUTE_MS],
    ["behind", -2 * MINUTE_MS],
  ])(
    "%s the database's: nothing is issued, health and gauge tell it, and it goes on when it is right",
    async (word, offsetMs) => {
      await world.addRange(0, 49);
      const clock = wrongClock();
      const gateway = await start(clock);
      const { id } = await issue(gateway, "order-0001");
      clock.set(offsetMs);
      expect(await refusalOf(issue(gateway, "order-0002"))).toEqual([
        "provider_unavailable",
        "clock_differs",
        `the clock of this process is 120 s ${word} the database's; set the clocks right`,
      ]);
      const ctx = context(gateway);
      const { items } = await gateway.handlers
        .issueInvoices({ invoices: [] }, ctx)
        .catch((error) => ({ items: error.options?.reason }));
      expect(items).toBe("clock_differs");
      for (const act of [
        gateway.handlers.cancelInvoice({ idempotencyKey: "cancel-0001", id, reason: "退貨" }, ctx),
        gateway.handlers.reportUnusedNumbers({ invoicePeriod: "11402" }, ctx),
      ]) {
        expect((await refusalOf(act))?.[1]).toBe("clock_differs");
      }
      expect(await numbersUsed()).toBe(1);
      const { einvoice } = await gateway.einvoice.health();
      expect(einvoice).toMatchObject({ status: "unhealthy", detail: expect.stringContaining(`120 s ${word}`) });
      const [line] = gateway.platform.logLines.filter((text) => text.includes("ClockDiffers"));
      expect(line).toContain("Nothing is issued");
      const gauge = await gateway.platform.registry.getSingleMetric("einvoice_clock_difference_seconds")?.get();
      expect(Math.round(gauge?.values[0]?.value ?? 0)).toBe(offsetMs / 1000);
      clock.set(0);
      expect(await issue(gateway, "order-0002")).toMatchObject({ invoiceNumber: "AA00000001" });
      expect((await gateway.einvoice.health()).einvoice?.status).not.toBe("unhealthy");
    },
  );

  test("a difference within the limit is no reason to stop", async () => {
    await world.addRange(0, 49);
    const gateway = await start(wrongClock(MINUTE_MS / 2));
    expect(await issue(gateway, "order-0001")).toMatchObject({ invoiceNumber: "AA00000000" });
  });

  test("the range of a period serves only when it has begun by the database's clock too, whatever the limit", async () => {
    const ahead = wrongClock(70 * DAY_MS);
    const period = new Date(ahead.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 7).replace("-", "");
    await world.addRange(0, 49, { prefix: "ZZ", yearMonth: period });
    const gateway = await start(ahead, 100 * DAY_MS);
    const refusals = await Promise.all([1, 2, 3].map((index) => refusalOf(issue(gateway, `order-000${index}`))));
    expect(refusals.map((refusal) => refusal?.[0])).toEqual(Array(3).fill("provider_unavailable"));
    expect(refusals[0]?.[2]).toContain("period is turning");
    expect(await numbersUsed()).toBe(0);
    const [range] = await world.sql`SELECT current_number FROM invoice_sequences`;
    expect(range?.current_number).toBe(0);
  });
});
