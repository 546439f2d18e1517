import { afterEach, beforeEach, expect, test } from "bun:test";
import { issueInvoicesInputSchema } from "@luckygas/gateway-client";
import { describeWith } from "../../support/real-parts.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

let world: EinvoiceWorld;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const keyed = (count: number, prefix = "month-end") =>
  Array.from({ length: count }, (_, index) =>
    consumerInvoice(`${prefix}-${String(index).padStart(5, "0")}`, 100 + index),
  );

/** As it comes through the door: read by the contract first. */
const issueMany = (gateway: TestGateway, invoices: object[]) =>
  gateway.handlers.issueInvoices(issueInvoicesInputSchema.parse({ invoices }), context(gateway));

describeWith(["postgres"], "issuing many invoices in one call", () => {
  test("1,000 have rising numbers without a gap, in the order given", async () => {
    await world.addRange(0, 1_049);
    const gateway = await world.start();
    const { items } = await issueMany(gateway, keyed(1_000));
    expect(items.map((item) => item.invoice?.invoiceNumber)).toEqual(
      items.map((_, index) => `AA${String(index).padStart(8, "0")}`),
    );
    expect(items.map((item) => item.invoice?.totalAmount)).toEqual(items.map((_, index) => 100 + index));
    const [row] = await world.sql`SELECT count(*)::int AS uploads FROM einvoice_uploads`;
    expect(row?.uploads).toBe(1_000);
    const again = await issueMany(gateway, keyed(1_000));
    expect(again.items.map((item) => item.invoice?.id)).toEqual(items.map((item) => item.invoice?.id));
  });

  test("one that cannot be issued says why in its place and takes no number", async () => {
    await world.addRange(0, 49);
    const gateway = await world.start();
    const [first, second, third, fourth] = keyed(4);
    if (!first || !second || !third || !fourth) throw new Error("four");
    const invoices = [
      first,
      { ...second, carrier: { type: "3J0002", id: "no-barcode" } },
      { ...third, idempotencyKey: first.idempotencyKey },
      fourth,
      first,
    ];
    const { items } = await issueMany(gateway, invoices);
    expect(items.map(({ invoice, error }) => invoice?.invoiceNumber ?? error?.code)).toEqual([
      "AA00000000",
      "invalid_input",
      "conflict",
      "AA00000001",
      "AA00000000",
    ]);
    expect(items[1]?.error?.fields[0]?.path).toBe("carrier.id");
  });

  test("numbers run out in the middle: the first get them, the rest are told so", async () => {
    await world.addRange(0, 49);
    const gateway = await world.start();
    const { items } = await issueMany(gateway, keyed(60));
    expect(items.filter((item) => item.invoice)).toHaveLength(50);
    expect(items.slice(50).every((item) => item.error?.reason === "range_exhausted")).toBe(true);
  });

  test("a malformed one is refused in its place, and the others are issued", async () => {
    await world.addRange(0, 49);
    const gateway = await world.start();
    const [good, , last] = keyed(3);
    const wrongUbn = { ...keyed(1, "wrong")[0], buyer: { kind: "business", ubn: "12345678", name: "公司" } };
    const { items } = await issueMany(gateway, [
      good ?? {},
      wrongUbn,
      { ...wrongUbn, idempotencyKey: "" },
      { ...wrongUbn, idempotencyKey: 7, buyer: null, lines: "none" },
      [],
      last ?? {},
    ]);
    expect(items.map(({ invoice, error }) => invoice?.invoiceNumber ?? error?.fields.map(({ path }) => path))).toEqual([
      "AA00000000",
      ["buyer.ubn"],
      ["buyer.ubn", "idempotencyKey", "idempotencyKey"],
      ["buyer", "lines", "idempotencyKey"],
      ["(invoice)"],
      "AA00000001",
    ]);
    expect(items.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      "month-end-00000",
      "wrong-00000",
      "",
      "",
      "",
      "month-end-00002",
    ]);
    expect(items[1]?.error).toMatchObject({ code: "invalid_input", message: expect.stringContaining("buyer.ubn") });
  });
});
