import { afterEach, beforeEach, expect, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
let gateway: TestGateway;
beforeEach(async () => {
  world = await createWorld();
  gateway = await world.start();
});
afterEach(() => world.close());

const carrier = (id: string) => gateway.handlers.verifyCarrier({ type: "3J0002", id }, context(gateway));

describeWith(["postgres"], "look-ups", () => {
  test("carrier, donation code and business: yes, no", async () => {
    expect(await carrier("/ABC+123")).toEqual({ exists: "yes", reason: null, isFromCache: false });
    expect(await carrier("/ZZZ+999")).toEqual({ exists: "no", reason: null, isFromCache: false });
    const code = (donationCode: string) => gateway.handlers.verifyDonationCode({ donationCode }, context(gateway));
    expect((await code("168001")).exists).toBe("yes");
    expect((await code("777")).exists).toBe("no");
    const business = (ubn: string) => gateway.handlers.verifyBusiness({ ubn }, context(gateway));
    expect((await business("04595257")).exists).toBe("yes");
    expect((await business("12345671")).exists).toBe("no");
    expect(await carrier("no-barcode").catch((error) => error.code)).toBe("invalid_input");
  });

  test("a positive is kept, also while the look-up is down; a negative never", async () => {
    await carrier("/ABC+123");
    await carrier("/ZZZ+999");
    world.simulator.faults.add({ operation: "bcv", kind: "drop_before", times: 2 });
    expect(await carrier("/ABC+123")).toEqual({ exists: "yes", reason: null, isFromCache: true });
    expect(await carrier("/ZZZ+999")).toMatchObject({ exists: "unknown", reason: "reset" });
  });

  test.each([
    ["503", { kind: "reply", status: 503 }],
    ["a page", { kind: "reply", body: "<html>" }],
    ["code 951", { kind: "reply", body: '{"code":"951"}' }],
    ["an answer that is neither Y nor N", { kind: "reply", body: '{"code":200,"isExist":"?"}' }],
  ] as const)("%s is unknown, stops no issue, and is asked again later", async (_what, fault) => {
    await world.addRange(0, 49);
    world.simulator.faults.add({ operation: "bcv", ...fault });
    expect((await carrier("/ABC+123")).exists).toBe("unknown");
    const input = { ...consumerInvoice("order-0001"), carrier: { type: "3J0002", id: "/ABC+123" } };
    expect((await gateway.handlers.issueInvoice(input, context(gateway))).status).toBe("issued");
    await world.sql`UPDATE einvoice_lookups SET next_attempt_at = now()`;
    await world.start({ runJobs: true });
    await waitFor("the answer", async () => {
      const [row] = await world.sql`SELECT exists_until FROM einvoice_lookups`;
      return row?.exists_until !== null;
    });
  });

  test("what turns out not to exist is told of with the invoices that have it, never with its value", async () => {
    await world.addRange(0, 49);
    world.simulator.faults.add({ operation: "bcv", kind: "reply", status: 503, times: 2 });
    expect((await carrier("/ZZZ+999")).exists).toBe("unknown");
    expect((await carrier("/ZZZ+999")).exists).toBe("unknown");
    const [row] = await world.sql`
      SELECT attempts, round(extract(epoch FROM next_attempt_at - now()))::int AS seconds FROM einvoice_lookups`;
    expect(row).toMatchObject({ attempts: 2, seconds: 120 });
    const input = { ...consumerInvoice("order-0001"), carrier: { type: "3J0002", id: "/ZZZ+999" } };
    const { invoiceNumber } = await gateway.handlers.issueInvoice(input, context(gateway));
    await world.sql`UPDATE einvoice_lookups SET next_attempt_at = now()`;
    const { platform } = await world.start({ runJobs: true });
    const line = await waitFor("the warning", async () =>
      platform.logLines.find((text) => text.includes("LookupNegativeLater")),
    );
    expect(line).toContain(invoiceNumber);
    expect(platform.logLines.some((text) => text.includes("ZZZ+999"))).toBe(false);
    expect(await world.sql`SELECT kind FROM einvoice_lookups`).toHaveLength(0);
  });

  test("a wrong key is ours to mend and is logged, never shown as an answer", async () => {
    const secrets = {
      "einvoice-api-credentials": JSON.stringify({ ...world.simulator.credentials, api_key: "wrong" }),
    };
    const other = await world.start({ secrets });
    const answer = await other.handlers.verifyBusiness({ ubn: "04595257" }, context(other));
    expect(answer).toMatchObject({ exists: "unknown", reason: "code_954" });
    expect(other.platform.logLines.some((line) => line.includes("LookupRefused"))).toBe(true);
  });

  test("serial numbers rise over processes", async () => {
    const other = await world.start();
    for (const one of [gateway, other, gateway]) await one.handlers.verifyBusiness({ ubn: "12345671" }, context(one));
    const rows = await world.sql`SELECT serial::int FROM einvoice_lookup_serials`;
    expect(rows.map((row) => row.serial)).toEqual([3]);
  });
});
