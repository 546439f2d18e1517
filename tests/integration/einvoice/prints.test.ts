import { afterAll, beforeAll, expect, test } from "bun:test";
import type { IssueInvoiceInput } from "@luckygas/gateway-client";
import { describeWith } from "../../support/real-parts.ts";
import { consumerInvoice, context, createWorld, type EinvoiceWorld, type TestGateway } from "./harness.ts";

describeWith(["postgres"], "printing proofs", () => {
  let world: EinvoiceWorld;
  let gateway: TestGateway;
  beforeAll(async () => {
    world = await createWorld();
    await world.addRange(0, 499);
    gateway = await world.start();
  });
  afterAll(() => world.close());

  let serial = 0;
  const key = () => {
    serial += 1;
    return `print-key-${serial}`;
  };
  const issued = (input: Partial<IssueInvoiceInput> = {}) =>
    gateway.handlers.issueInvoice({ ...consumerInvoice(key()), ...input }, context(gateway));
  const print = (
    { invoiceNumber, invoicePeriod }: { invoiceNumber: string; invoicePeriod: string },
    idempotencyKey = key(),
    more: { format?: "pdf" | "escpos"; isWinning?: boolean } = {},
  ) =>
    gateway.handlers.printProof(
      { idempotencyKey, invoiceNumber, invoicePeriod, format: "pdf", ...more },
      context(gateway, "driver-7"),
    );
  const reasonOf = (call: Promise<unknown>) =>
    call.then(
      () => undefined,
      (error) => error.options?.reason,
    );

  test("one original, afterwards reprints, all in the log; the same key is the same print", async () => {
    const invoice = await issued();
    const first = await print(invoice, "print-0001");
    expect(first).toMatchObject({ kind: "original", contentType: "application/pdf" });
    expect(Buffer.from(first.contentBase64, "base64").subarray(0, 5).toString()).toBe("%PDF-");
    expect((await print(invoice, "print-0001")).kind).toBe("original");
    expect((await print(invoice, "print-0002", { format: "escpos" })).kind).toBe("reprint");
    expect(await reasonOf(print(invoice, "print-0001", { format: "escpos" }))).toBe("idempotency_key_reused");
    const { prints } = await gateway.handlers.getInvoice({ id: invoice.id }, context(gateway));
    expect(prints).toMatchObject([
      { kind: "original", format: "pdf", printedBy: "driver-7" },
      { kind: "reprint", format: "escpos", printedBy: "driver-7" },
    ]);
  });

  test("of 20 first prints at once one is the original", async () => {
    const invoice = await issued();
    const printed = await Promise.all(Array.from({ length: 20 }, () => print(invoice)));
    expect(printed.filter(({ kind }) => kind === "original")).toHaveLength(1);
  });

  test("carrier, donated and cancelled ones are not printed; a winning one of a carrier is", async () => {
    const carried = await issued({ carrier: { type: "3J0002", id: "/ABC+123" } });
    expect(await reasonOf(print(carried))).toBe("held_by_carrier");
    expect((await print(carried, key(), { isWinning: true })).kind).toBe("original");
    expect(await reasonOf(print(await issued({ donationCode: "168001" }), key(), { isWinning: true }))).toBe("donated");
    const cancelled = await issued();
    const cancel = { idempotencyKey: key(), id: cancelled.id, reason: "退貨" };
    await gateway.handlers.cancelInvoice(cancel, context(gateway));
    expect(await reasonOf(print(cancelled))).toBe("not_valid");
  });

  test("a preview is a picture that says what it is, and is no print", async () => {
    const { id, invoiceNumber, invoicePeriod } = await issued();
    const { svg } = await gateway.handlers.previewProof({ invoiceNumber, invoicePeriod }, context(gateway));
    expect(svg).toContain("預覽");
    expect(svg).toContain("測試");
    expect((await gateway.handlers.getInvoice({ id }, context(gateway))).prints).toEqual([]);
  });
});
