import { afterEach, beforeEach, expect, test } from "bun:test";
import { describeWith } from "../../support/real-parts.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld } from "./harness.ts";

let world: EinvoiceWorld;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

const keyed = (count: number, prefix = "month-end") =>
  Array.from({ length: count }, (_, index) =>
    consumerInvoice(`${prefix}-${String(index).padStart(5, "0")}`, 100 + index),
  );

describeWith(["postgres"], "issuing many invoices in one call", () => {
  test("1,000 have rising numbers without a gap, in the order given", async () => {
    await world.addRange(0, 1_049);
    const gateway = await world.start();
    const { items } = await gateway.handlers.issueInvoices({ invoices: keyed(1_000) }, context(gateway));
    expect(items.map((item) => item.invoice?.invoiceNumber)).toEqual(
      items.map((_, index) => `AA${String(index).padStart(8, "0")}`),
    );
    expect(items.map((item) => item.invoice?.totalAmount)).toEqual(items.map((_, index) => 100 + index));
    const [row] = await world.sql`SELECT count(*)::int AS uploads FROM einvoice_uploads`;
    expect(row?.uploads).toBe(1_000);
    const again = await gateway.handlers.issueInvoices({ invoices: keyed(1_000) }, context(gateway));
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
    const { items } = await gateway.handlers.issueInvoices({ invoices }, context(gateway));
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
    const { items } = await gateway.handlers.issueInvoices({ invoices: keyed(60) }, context(gateway));
    expect(items.filter((item) => item.invoice)).toHaveLength(50);
    expect(items.slice(50).every((item) => item.error?.reason === "range_exhausted")).toBe(true);
  });
});
