import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  consumerInvoice,
  context,
  createWorld,
  type EinvoiceWorld,
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

const issueMany = (gateway: TestGateway, count: number) =>
  Promise.all(
    Array.from({ length: count }, (_, index) =>
      gateway.handlers.issueInvoice(consumerInvoice(`order-${index}-key`), context(gateway)),
    ),
  );

const metric = async (gateway: TestGateway, name: string) => {
  const line = (await gateway.platform.registry.metrics()).split("\n").find((text) => text.startsWith(`${name} `));
  return Number(line?.split(" ")[1]);
};

const allAccepted = () =>
  waitFor("all accepted", async () => {
    const [row] = await world.sql`SELECT count(*)::int AS open FROM einvoice_uploads WHERE status <> 'accepted'`;
    return row?.open === 0;
  });

describeWith(["postgres"], "the platform is down", () => {
  test("5xx opens the breaker; issuing goes on; the uploads follow when it is up again", async () => {
    const gateway = await world.start({ runJobs: true, breaker: { failuresToOpen: 5, openForMs: 100 } });
    world.simulator.faults.add({ operation: "*", kind: "reply", status: 502, times: 12 });
    const issued = await issueMany(gateway, 40);
    expect(new Set(issued.map((invoice) => invoice.invoiceNumber)).size).toBe(40);
    await allAccepted();
    expect(gateway.platform.logLines.some((line) => line.includes("Circuit breaker opened"))).toBe(true);
    expect((await gateway.einvoice.health()).einvoice).toMatchObject({ status: "healthy", circuit_breaker: "closed" });
    expect(await metric(gateway, "einvoice_circuit_breaker_state")).toBe(0);
  });

  test("an open breaker is shared and survives a restart: nothing is sent, tests are refused, issuing goes on", async () => {
    await world.sql`INSERT INTO circuit_breakers (name, failures, opened_at) VALUES ('einvoice', 5, now())`;
    const gateway = await world.start({ runJobs: true });
    const [invoice] = await issueMany(gateway, 1);
    const test = gateway.handlers.submitTestInvoice({ invoice_number: "AA10000001", amount: 1000 }, context(gateway));
    expect(await test.catch((error: unknown) => error)).toMatchObject({ code: "provider_unavailable" });
    expect((await gateway.einvoice.health()).einvoice).toMatchObject({ status: "unhealthy", circuit_breaker: "open" });
    await world.sql`UPDATE circuit_breakers SET opened_at = now() - interval '1 day'`;
    await allAccepted();
    expect(world.simulator.records().map((record) => record.invoiceNo)).toEqual([invoice?.invoiceNumber ?? ""]);
  });

  test("refusals of business never open it", async () => {
    const gateway = await world.start({ runJobs: true, breaker: { failuresToOpen: 1, openForMs: 300_000 } });
    const body = '{"RtnCode":"5000006"}';
    world.simulator.faults.add({ operation: "issue", kind: "reply", body, times: 10 });
    await issueMany(gateway, 12);
    await waitFor("ten refusals and two acceptances", async () => {
      const [row] = await world.sql`SELECT count(*) FILTER (WHERE status = 'rejected')::int AS rejected,
        count(*) FILTER (WHERE status = 'accepted')::int AS accepted FROM einvoice_uploads`;
      return row?.rejected === 10 && row.accepted === 2;
    });
    expect((await gateway.einvoice.health()).einvoice?.circuit_breaker).toBe("closed");
    expect(await metric(gateway, "einvoice_success_rate")).toBeCloseTo(2 / 12, 5);
    const metrics = await gateway.platform.registry.metrics();
    expect(metrics).toContain('einvoice_requests_total{endpoint="issue",status="rejected"} 10');
    expect(metrics).toContain('einvoice_requests_total{endpoint="issue",status="success"} 2');
    expect(metrics).toContain('einvoice_request_duration_seconds_count{endpoint="issue"} 12');
    expect(await metric(gateway, "einvoice_uploads_rejected")).toBe(10);
    expect(await metric(gateway, "einvoice_numbers_left")).toBe(488);
  });
});

describeWith(["postgres"], "our registration is refused", () => {
  test("uploads wait, nothing is lost, health names the reason, and they go out when it is mended", async () => {
    const gateway = await world.start({ runJobs: true });
    world.simulator.faults.add({ operation: "issue", kind: "reply", body: '{"RtnCode":"7000004"}', times: 9 });
    await issueMany(gateway, 3);
    await waitFor("health says so", async () => {
      const { einvoice } = await gateway.einvoice.health();
      return einvoice?.status === "degraded" && einvoice.detail?.includes("ip_not_allowed");
    });
    expect((await gateway.einvoice.health()).einvoice?.circuit_breaker).toBe("closed");
    await allAccepted();
    expect(await gateway.einvoice.health()).toMatchObject({ einvoice: { status: "healthy" } });
  });
});

describeWith(["postgres"], "the dry run", () => {
  test("says what the platform says; takes no number and stores nothing", async () => {
    const gateway = await world.start();
    const run = (amount: number) =>
      gateway.handlers.submitTestInvoice({ invoice_number: "AA10000001", amount }, context(gateway));
    expect(await run(1000)).toMatchObject({ outcome: "accepted", reason: null, providerCode: "1" });
    world.simulator.faults.add({ operation: "test", kind: "reply", body: '{"RtnCode":"5000006","RtnMsg":"x"}' });
    expect(await run(1000)).toMatchObject({ outcome: "rejected", reason: "amount", providerCode: "5000006" });
    world.simulator.faults.add({ operation: "test", kind: "drop_before" });
    expect(await run(1000)).toMatchObject({ outcome: "unknown", reason: "reset", providerCode: null });
    expect(world.simulator.records()).toEqual([]);
    const [row] =
      await world.sql`SELECT current_number, (SELECT count(*)::int FROM invoices) AS invoices FROM invoice_sequences`;
    expect(row).toEqual({ current_number: 0, invoices: 0 });
  });
});

describeWith(["postgres"], "secrets", () => {
  test("stand in no log line and no metric, also when things go wrong", async () => {
    const gateway = await world.start({ runJobs: true });
    for (const kind of ["drop_before", "drop_after"] as const) world.simulator.faults.add({ operation: "issue", kind });
    world.simulator.faults.add({ operation: "issue", kind: "reply", body: '{"RtnCode":"7000002"}' });
    await issueMany(gateway, 10);
    await allAccepted();
    const written = `${gateway.platform.logLines.join("\n")}\n${await gateway.platform.registry.metrics()}`;
    expect(gateway.platform.logLines.length).toBeGreaterThan(0);
    for (const secret of [world.simulator.credentials.api_key, world.simulator.credentials.qr_aes_key, "桶裝瓦斯"]) {
      expect(written).not.toContain(secret);
    }
  });
});
