import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Clock } from "../../../src/platform/clock.ts";
import { OperationError } from "../../../src/platform/errors.ts";
import { describeWith } from "../../support/real-parts.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const issue = (gateway: TestGateway, key: string, price?: number) =>
  gateway.handlers.issueInvoice(consumerInvoice(key, price), context(gateway));

async function refusal(call: Promise<unknown>): Promise<OperationError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof OperationError) return error;
  throw new Error(`expected a refusal, got ${error}`);
}

const numbersOf = (items: { invoiceNumber: string }[]) =>
  items.map((item) => Number(item.invoiceNumber.slice(2))).sort((a, b) => a - b);
const upFrom = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

async function rowCounts(): Promise<number[]> {
  const counts = await world.sql<{ count: number }[]>`
    SELECT count(*)::int FROM invoices UNION ALL SELECT count(*)::int FROM einvoice_uploads`;
  return counts.map((row) => row.count);
}

describeWith(["postgres"], "issuing on PostgreSQL", () => {
  test("64 callers at once over two processes: no number twice, none skipped, the last one used, the 51st of 50 refused", async () => {
    await world.addRange(10_000_000, 10_000_049);
    const gateways = [await world.start(), await world.start()] as const;
    const settled = await Promise.allSettled(
      upFrom(0, 64).map((index) => issue(gateways[index % 2 === 0 ? 0 : 1], `order-${index}-key`)),
    );
    const issued = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(numbersOf(issued)).toEqual(upFrom(10_000_000, 50));
    const refused = settled.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(14);
    for (const error of refused) {
      expect(error).toMatchObject({ code: "state_not_allowed", options: { reason: "range_exhausted" } });
    }
    expect(await rowCounts()).toEqual([50, 50]);
    const [range] = await world.sql`SELECT current_number FROM invoice_sequences`;
    expect(range?.current_number).toBe(10_000_050);
  });

  test("a range added later serves those who were refused, under the same keys", async () => {
    const gateway = await world.start();
    expect((await refusal(issue(gateway, "order-0001"))).options.reason).toBe("no_number_range");
    await world.addRange(0, 49, { prefix: "ZZ" });
    expect((await issue(gateway, "order-0001")).invoiceNumber).toBe("ZZ00000000");
  });

  test("64 × 20 issues over two processes fill three ranges in their order, and time never runs backwards in one", async () => {
    await world.addRange(500, 549);
    await world.addRange(100, 299, { prefix: "AB" });
    await world.addRange(10_000, 19_999, { prefix: "AC" });
    let readings = 0;
    const skewed: Clock = {
      now: () => {
        readings += 1;
        return new Date(Date.now() + (readings % 2 === 0 ? 400 : -400));
      },
      sleep: async () => {},
    };
    const gateways = [await world.start(), await world.start({ clock: skewed })] as const;
    await Promise.all(
      upFrom(0, 64).map(async (caller) => {
        for (const turn of upFrom(0, 20)) await issue(gateways[caller % 2 === 0 ? 0 : 1], `caller-${caller}-${turn}`);
      }),
    );
    const rows = await world.sql<
      { number: string; issued_at: Date }[]
    >`SELECT number, issued_at FROM invoices ORDER BY number`;
    expect(rows.map((row) => row.number)).toEqual([
      ...upFrom(500, 50).map((number) => `AA${String(number).padStart(8, "0")}`),
      ...upFrom(100, 200).map((number) => `AB${String(number).padStart(8, "0")}`),
      ...upFrom(10_000, 64 * 20 - 250).map((number) => `AC${String(number).padStart(8, "0")}`),
    ]);
    for (const [index, row] of rows.entries()) {
      const next = rows[index + 1];
      if (next?.number.slice(0, 2) === row.number.slice(0, 2)) {
        expect(next.issued_at.getTime()).toBeGreaterThanOrEqual(row.issued_at.getTime());
      }
    }
  });

  test("one key, many times at once over two processes: one invoice, the same answer", async () => {
    await world.addRange(0, 99);
    const gateways = [await world.start(), await world.start()] as const;
    const answers = await Promise.all(
      upFrom(0, 40).map((index) => issue(gateways[index % 2 === 0 ? 0 : 1], "order-0001")),
    );
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.invoiceNumber))).toEqual(new Set(["AA00000000"]));
    expect(await rowCounts()).toEqual([1, 1]);
  });

  test("the same key for another wish is a conflict, and the key belongs to its caller", async () => {
    await world.addRange(0, 99);
    const gateway = await world.start();
    const first = await issue(gateway, "order-0001");
    expect((await refusal(issue(gateway, "order-0001", 900))).code).toBe("conflict");
    const [same, other] = await Promise.allSettled([issue(gateway, "order-0002", 1), issue(gateway, "order-0002", 2)]);
    expect([same.status, other.status]).toEqual(["fulfilled", "rejected"]);
    const another = await gateway.handlers.issueInvoice(consumerInvoice("order-0001", 900), context(gateway, "shop"));
    expect(another.invoiceNumber).not.toBe(first.invoiceNumber);
    expect(await rowCounts()).toEqual([3, 3]);
  });

  test("a refused request takes no number", async () => {
    await world.addRange(0, 99);
    const gateway = await world.start();
    const error = await refusal(
      gateway.handlers.issueInvoice({ ...consumerInvoice("order-0001"), print: false }, context(gateway)),
    );
    expect(error.options.fields).toEqual([{ path: "print", rule: expect.any(String) }]);
    const zeroRated = {
      ...consumerInvoice("order-0002"),
      lines: [{ description: "x", quantity: 1, unitPrice: 1, taxType: "zero_rated" as const }],
      customsClearanceMark: "through_customs" as const,
      zeroTaxRateReason: "71",
    };
    expect((await refusal(gateway.handlers.issueInvoice(zeroRated, context(gateway)))).code).toBe("unsupported");
    expect(await rowCounts()).toEqual([0, 0]);
    expect((await issue(gateway, "order-0003")).invoiceNumber).toBe("AA00000000");
  });

  test("a request that the database cannot hold does not take those with it that share its commit", async () => {
    await world.addRange(0, 99);
    const gateway = await world.start();
    const settled = await Promise.allSettled(
      upFrom(0, 20).map((index) => {
        const subject = index === 7 ? "zero\u0000byte" : "back-office";
        return gateway.handlers.issueInvoice(consumerInvoice(`order-${index}-key`), context(gateway, subject));
      }),
    );
    expect(settled.flatMap((result, index) => (result.status === "rejected" ? [index] : []))).toEqual([7]);
    const issued = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(numbersOf(issued)).toEqual(upFrom(0, 19));
  });

  test("ranges of other periods, inactive ranges and other sellers' ranges are not used", async () => {
    const gateway = await world.start();
    await world.addRange(0, 49, { prefix: "OL", yearMonth: "202001" });
    await world.addRange(0, 49, { prefix: "IN" });
    await world.addRange(0, 49, { prefix: "OT" });
    await world.addRange(0, 49, { prefix: "OK" });
    await world.sql`UPDATE invoice_sequences SET is_active = false WHERE prefix = 'IN'`;
    await world.sql`UPDATE invoice_sequences SET seller_ubn = '04595257' WHERE prefix = 'OT'`;
    expect((await issue(gateway, "order-0001")).invoiceNumber).toBe("OK00000000");
  });

  test("a number that is used already is never given out again: the fault is named, and nothing is stored", async () => {
    await world.addRange(0, 49);
    const gateway = await world.start();
    await issue(gateway, "order-0001");
    await world.sql`UPDATE invoice_sequences SET current_number = 0`;
    expect(await refusal(issue(gateway, "order-0002"))).toMatchObject({
      code: "provider_misconfigured",
      options: { reason: "number_range_overlap" },
    });
    expect(await rowCounts()).toEqual([1, 1]);
  });

  test("the issued invoice can be read, listed and proved", async () => {
    await world.addRange(0, 99);
    const gateway = await world.start();
    const call = context(gateway);
    const issued = await gateway.handlers.issueInvoice(
      {
        idempotencyKey: "order-0001",
        buyer: { kind: "business", ubn: "04595257", name: "有限公司" },
        lines: [{ description: "瓦斯", quantity: "2", unitPrice: 657, unit: "桶", taxType: "taxable" }],
        orderReference: "A-1",
      },
      call,
    );
    expect(issued).toMatchObject({
      invoiceNumber: "AA00000000",
      salesAmount: 1314,
      taxAmount: 66,
      totalAmount: 1380,
      status: "issued",
      buyerUbn: "04595257",
      print: true,
    });
    expect(await gateway.handlers.getInvoice({ id: issued.id }, call)).toMatchObject({
      ...issued,
      upload: { attempts: 0 },
      attempts: [],
    });
    for (let index = 0; index < 4; index += 1) await issue(gateway, `further-${index}`);
    const first = await gateway.handlers.listInvoices({ limit: 3 }, call);
    const second = await gateway.handlers.listInvoices({ limit: 3, cursor: first.nextCursor ?? "" }, call);
    const listed = [...first.items, ...second.items].map((item) => item.invoiceNumber);
    expect(listed).toEqual([4, 3, 2, 1, 0].map((number) => `AA0000000${number}`));
    expect(second.nextCursor).toBeNull();
    const found = await gateway.handlers.listInvoices({ limit: 50, orderReference: "A-1", status: "issued" }, call);
    expect(found.items.map((item) => item.id)).toEqual([issued.id]);
    const today = issued.issuedAt.slice(0, 10);
    expect((await gateway.handlers.listInvoices({ limit: 50, issuedTo: "2020-01-01" }, call)).items).toEqual([]);
    expect((await gateway.handlers.listInvoices({ limit: 50, issuedFrom: today }, call)).items).toHaveLength(5);

    const proof = await gateway.handlers.getProof(
      { invoiceNumber: issued.invoiceNumber, invoicePeriod: issued.invoicePeriod },
      call,
    );
    expect(proof.barcode).toBe(`${issued.invoicePeriod}${issued.invoiceNumber}${issued.randomCode}`);
    expect(proof.leftQr).toContain(":瓦斯:2:657");
    expect(proof).toMatchObject({ numberText: "AA-00000000", formatText: "格式 25", itemsInQr: 1, itemsTotal: 1 });
    const wrong = { invoiceNumber: "AA00000099", invoicePeriod: issued.invoicePeriod };
    expect((await refusal(gateway.handlers.getProof(wrong, call))).code).toBe("not_found");
    expect((await refusal(gateway.handlers.getInvoice({ id: crypto.randomUUID() }, call))).code).toBe("not_found");
    expect((await refusal(gateway.handlers.listInvoices({ limit: 1, cursor: "x" }, call))).code).toBe("invalid_input");
  });

  test("without a seller or its secret nothing is issued, and the remedy is named", async () => {
    await world.addRange(0, 99);
    const withoutSeller = await world.start({ withoutSeller: true });
    expect(await refusal(issue(withoutSeller, "order-0001"))).toMatchObject({
      code: "provider_misconfigured",
      message: expect.stringContaining("einvoice_sellers"),
    });
    expect(await withoutSeller.einvoice.health()).toMatchObject({
      einvoice: { status: "disabled", detail: expect.stringContaining("einvoice_sellers") },
    });
    const withoutSecret = await world.start({ withoutSecret: true });
    expect((await refusal(issue(withoutSecret, "order-0001"))).message).toContain("einvoice-api-credentials");
    await world.sql`
      INSERT INTO einvoice_sellers (ubn, name, address, config) VALUES ('12345676', '瓦斯行', '臺北市', '{"bad":1}')`;
    expect((await refusal(issue(withoutSeller, "order-0001"))).message).toContain("einvoice_sellers row 12345676");
    await world.sql`UPDATE einvoice_sellers SET config = '{}'`;
    expect((await issue(withoutSeller, "order-0001")).sellerUbn).toBe("12345676");
  });
});
