import { afterAll, beforeAll, expect, test } from "bun:test";
import { type GatewayProcess, startGatewayProcess } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const CALLERS = 64;

describeWith(["postgres"], "two gateway processes on one database", () => {
  let world: OutsideWorld;
  let gateways: GatewayProcess[];

  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: 100 });
    gateways = [
      await startGatewayProcess({ env: world.env, port: world.port }),
      await startGatewayProcess({ env: world.env }),
    ];
  });

  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    await world.close();
  });

  const clients = () => Promise.all(gateways.map((gateway) => gateway.client()));

  test(`${CALLERS} callers take all 100 numbers: none twice, none skipped, the last one used; the next is refused and uses nothing`, async () => {
    const both = await clients();
    let next = 0;
    const issued: string[] = [];
    const issueAll = async (caller: number) => {
      const client = both[caller % both.length];
      for (let index = next++; index < 100; index = next++) {
        const invoice = await client?.einvoice.issueInvoice.mutate({
          idempotencyKey: `invoice-${index}`,
          buyer: { kind: "consumer" },
          lines: [{ description: "家用瓦斯", quantity: 1, unitPrice: 690 }],
          print: true,
        });
        if (invoice) issued.push(invoice.invoiceNumber);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, (_, caller) => issueAll(caller)));
    expect(issued.sort()).toEqual(Array.from({ length: 100 }, (_, index) => `AA${10_000_000 + index}`));
    for (const client of both) {
      const refused = await client?.einvoice.issueInvoice
        .mutate({
          idempotencyKey: `invoice-101-${crypto.randomUUID()}`,
          buyer: { kind: "consumer" },
          lines: [{ description: "家用瓦斯", quantity: 1, unitPrice: 690 }],
          print: true,
        })
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ data: { gateway: { code: "state_not_allowed", reason: "range_exhausted" } } });
    }
    const [stored] = await world.sql`SELECT count(*)::int AS count FROM invoices`;
    expect(stored?.count).toBe(100);
  });

  test("the same key at both processes at once is one invoice: the second caller is answered with the first's", async () => {
    await world.sql`INSERT INTO invoice_sequences (year_month, prefix, range_start, range_end, current_number, is_active)
      SELECT year_month, 'AB', 20000000, 20000049, 20000000, true FROM invoice_sequences LIMIT 1`;
    const both = await clients();
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        both[index % 2]?.einvoice.issueInvoice.mutate({
          idempotencyKey: "the-same-key",
          buyer: { kind: "consumer" },
          lines: [{ description: "家用瓦斯", quantity: 1, unitPrice: 690 }],
          print: true,
        }),
      ),
    );
    expect(new Set(answers.map((answer) => answer?.invoiceNumber))).toEqual(new Set(["AB20000000"]));
  });

  test("both run jobs, and every upload is sent once", async () => {
    await waitFor("all uploads", async () => {
      const [open] = await world.sql`SELECT count(*)::int AS count FROM einvoice_uploads WHERE status <> 'accepted'`;
      return open?.count === 0;
    });
    const records = world.einvoicePlatform.records();
    expect(records.length).toBe(101);
    for (const record of records) expect(record.received).toBe(1);
  });

  test("messages accepted at both processes reach each handset once", async () => {
    const both = await clients();
    const numbers = Array.from({ length: 60 }, (_, index) => `09${String(11_000_000 + index)}`);
    const sent = await Promise.all(
      numbers.map((to, index) =>
        both[index % 2]?.sms.sendMessage.mutate({ idempotencyKey: `message-${index}`, to, text: "瓦斯已送達" }),
      ),
    );
    await waitFor("all receipts", async () => {
      const [open] = await world.sql`SELECT count(*)::int AS count FROM sms_messages WHERE status <> 'delivered'`;
      return open?.count === 0;
    });
    expect(sent.length).toBe(60);
    for (const to of numbers) expect(world.every8d.copiesTo(`+886${to.slice(1)}`).length).toBe(1);
  });
});
