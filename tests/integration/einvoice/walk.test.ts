import { afterAll, beforeAll, expect, test } from "bun:test";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const UPLOADS_MS = 120_000;
const CONSUMER = { kind: "consumer" };
const BUSINESS = { kind: "business", ubn: "04595257", name: "有限公司" };
const MOBILE = { type: "3J0002", id: "/AB+C.-1" };
const line = (change: object = {}) => ({ description: "家用瓦斯 20 公斤", quantity: 1, unitPrice: 850, ...change });
const ZERO_RATED = { lines: [line({ taxType: "zero_rated" })] };
const LONGEST = Array.from({ length: 9_999 }, (_, index) => line({ unitPrice: 1 + (index % 7) }));

/** A body of `POST /einvoice/invoices` beside buyer and lines, and what of the answer is looked at. */
type Issued = [what: string, body: object, answer: object];
const issued: Issued[] = [
  ["a consumer", {}, { salesAmount: 850, taxAmount: 0, includedTaxAmount: 40, totalAmount: 850, print: true }],
  ["a business", { buyer: BUSINESS }, { salesAmount: 850, taxAmount: 43, totalAmount: 893, buyerUbn: "04595257" }],
  [
    "a business with an agreed total",
    { buyer: BUSINESS, pricesIncludeTax: true },
    { salesAmount: 810, taxAmount: 40, totalAmount: 850 },
  ],
  [
    "mixed tax types",
    { buyer: BUSINESS, lines: [line(), line({ unitPrice: 100, taxType: "exempt" })] },
    { salesAmount: 850, exemptSalesAmount: 100, taxAmount: 43, totalAmount: 993 },
  ],
  [
    "exempt",
    { lines: [line({ taxType: "exempt" })] },
    { salesAmount: 0, exemptSalesAmount: 850, includedTaxAmount: 0 },
  ],
  ["a discount line", { lines: [line(), line({ unitPrice: -50 })] }, { totalAmount: 800 }],
  ["seven decimals", { lines: [line({ quantity: "3", unitPrice: "305.6666667" })] }, { totalAmount: 917 }],
  ["a mobile barcode", { carrier: MOBILE }, { print: false, carrier: { type: "3J0002", id: "/AB+C.-1" } }],
  ["a citizen certificate", { carrier: { type: "CQ0001", id: "AB12345678901234" } }, { print: false }],
  ["a donation", { donationCode: "168001" }, { print: false, donationCode: "168001" }],
  ["a donation of what a carrier holds", { donationCode: "919", carrier: MOBILE }, { print: false }],
  ["a business with carrier and paper", { buyer: BUSINESS, carrier: MOBILE, print: true }, { print: true }],
  ["9,999 lines", { lines: LONGEST }, { totalAmount: 39_990 }],
];

/** A body that is refused, the field that is named, and the code. */
type Refused = [what: string, body: object, field: string, code?: string];
const refused: Refused[] = [
  ["none of paper, carrier, donation", { print: false }, "print"],
  ["paper and a carrier", { print: true, carrier: MOBILE }, "print"],
  ["paper and a donation", { print: true, donationCode: "919" }, "print"],
  ["a business that donates", { buyer: BUSINESS, donationCode: "919" }, "donationCode"],
  ["a business without paper and carrier", { buyer: BUSINESS, print: false }, "print"],
  ["a wrong tax id", { buyer: { ...BUSINESS, ubn: "12345678" } }, "buyer.ubn"],
  ["a carrier of unknown kind", { carrier: { type: "XX0001", id: "1" } }, "carrier.type"],
  ["a mobile barcode in small letters", { carrier: { type: "3J0002", id: "/ab+c.-1" } }, "carrier.id"],
  ["a card without its hidden code", { carrier: { type: "1K0001", id: "1" } }, "carrier.hiddenId"],
  ["a total of zero", { lines: [line(), line({ unitPrice: -850 })] }, "lines"],
  ["a discount on another tax type", { lines: [line(), line({ unitPrice: -1, taxType: "exempt" })] }, "lines"],
  ["eight decimals", { lines: [line({ unitPrice: "1.00000001" })] }, "lines.0.unitPrice"],
  ["10,000 lines", { lines: [...LONGEST, line()] }, "lines"],
  ["a zero rate without a customs mark", { ...ZERO_RATED, zeroTaxRateReason: "71" }, "customsClearanceMark"],
  ["a zero rate without a reason", { ...ZERO_RATED, customsClearanceMark: "through_customs" }, "zeroTaxRateReason"],
  [
    "reason 80",
    { ...ZERO_RATED, zeroTaxRateReason: "80", customsClearanceMark: "through_customs" },
    "zeroTaxRateReason",
  ],
  ["a customs mark without a zero rate", { customsClearanceMark: "through_customs" }, "customsClearanceMark"],
];

describeWith(["postgres"], "a front end walks through the invoices", () => {
  let world: OutsideWorld;
  let gateway: GatewayProcess;
  let token: string;
  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: 1_200 });
    gateway = await startGatewayProcess({ env: world.env, port: world.port });
    const claims = { subject: "shop", role: "office_staff" as const, validForSeconds: 3_600 };
    token = await mintToken(new Secret(testSigningKey), claims, new Date());
  });
  afterAll(async () => {
    await gateway.kill();
    await world.close();
  });

  async function call(method: "GET" | "POST", path: string, body?: object) {
    const response = await fetch(`${gateway.url}/api/v1/einvoice${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  const key = () => crypto.randomUUID();
  const issue = (body: object = {}) =>
    call("POST", "/invoices", { idempotencyKey: key(), buyer: CONSUMER, lines: [line()], ...body });
  const allow = (id: string, lines: object[]) =>
    call("POST", `/invoices/${id}/allowances`, { idempotencyKey: key(), lines });
  const accepted = (id: string) =>
    waitFor("the invoice accepted", async () => {
      const { body } = await call("GET", `/invoices/${id}`);
      return body.status === "accepted" && body;
    });
  const numbersGiven = async () => {
    const [range] = await world.sql<{ next: number }[]>`SELECT current_number AS next FROM invoice_sequences`;
    return (range?.next ?? 0) - 10_000_000;
  };

  test("what may be issued is, and the platform takes all of it", async () => {
    for (const [what, body, answer] of issued) {
      const { status, body: invoice } = await issue(body);
      expect({ what, http: status, ...invoice }).toMatchObject({ what, http: 200, ...answer });
    }
    expect(await numbersGiven()).toBe(issued.length);
    const { body } = await call("GET", "/invoices?limit=50");
    for (const { id } of body.items) await accepted(id);
  });

  test("what may not be issued is refused by field, and takes no number", async () => {
    const before = await numbersGiven();
    for (const [what, body, field] of refused) {
      const { status, body: answer } = await issue(body);
      const named = answer.error?.data.gateway.fields[0]?.path;
      expect({ what, status, field: named }).toEqual({ what, status: 400, field });
    }
    const zeroRated = { ...ZERO_RATED, zeroTaxRateReason: "71", customsClearanceMark: "through_customs" };
    const { status, body } = await issue(zeroRated);
    // The JSON dialect has no field for either.
    expect([status, body.error.data.gateway.reason]).toEqual([501, "zero_rated"]);
    expect(await numbersGiven()).toBe(before);
  });

  test("a month's billing: 1,000 in one call, those that are wrong are told of in their place", async () => {
    const before = await numbersGiven();
    const wrong: Record<number, object> = {
      10: { carrier: { type: "3J0002", id: "no barcode" } },
      20: { lines: [] },
      30: { buyer: { ...BUSINESS, ubn: "00000000" } },
    };
    const invoices = Array.from({ length: 1_000 }, (_, index) => ({
      idempotencyKey: `month-end-${index}`,
      buyer: index % 3 === 0 ? BUSINESS : CONSUMER,
      lines: [line({ unitPrice: 500 + index })],
      ...wrong[index],
    }));
    const { status, body } = await call("POST", "/invoices/bulk", { invoices });
    expect(status).toBe(200);
    expect(await numbersGiven()).toBe(before + 997);
    const items: { invoice: { invoiceNumber: string } | null; error: { fields: { path: string }[] } | null }[] =
      body.items;
    expect(items.flatMap(({ error }, index) => (error ? [[index, error.fields[0]?.path]] : []))).toEqual([
      [10, "carrier.id"],
      [20, "lines"],
      [30, "buyer.ubn"],
    ]);
    const numbers = items.flatMap(({ invoice }) => invoice?.invoiceNumber ?? []);
    expect(numbers).toEqual(Array.from({ length: 997 }, (_, index) => `AA${10_000_000 + before + index}`));
    const again = await call("POST", "/invoices/bulk", { invoices });
    expect(again.body.items.map((item: (typeof items)[number]) => item.invoice?.invoiceNumber ?? item.error)).toEqual(
      items.map(({ invoice, error }) => invoice?.invoiceNumber ?? error),
    );
  });

  test("allowances never above what is left, also of many at once", async () => {
    const { body: invoice } = await issue({ lines: [line({ unitPrice: 1_000 }), line({ unitPrice: 30 })] });
    expect((await allow(invoice.id, [{ sequenceNumber: "001", amount: 1 }])).body.error.data.gateway.reason).toBe(
      "not_accepted",
    );
    await accepted(invoice.id);
    const problemOf = async (lines: object[]) => (await allow(invoice.id, lines)).body.error.data.gateway.fields[0];
    expect(await problemOf([{ sequenceNumber: "003", amount: 1 }])).toEqual({
      path: "lines.0.sequenceNumber",
      rule: "is not a line of the invoice",
    });
    expect(await problemOf([{ sequenceNumber: "002", amount: 31 }])).toEqual({
      path: "lines.0.amount",
      rule: "is above what is left of this line: 30",
    });
    expect(await problemOf([{ sequenceNumber: "002", amount: 10, quantity: "1.5" }])).toEqual({
      path: "lines.0.quantity",
      rule: "is above the quantity of this line: 1",
    });
    const twice = [1, 2].map(() => ({ sequenceNumber: "001", amount: 501 }));
    expect((await problemOf(twice)).path).toBe("lines.0.amount");
    const race = await Promise.all(
      Array.from({ length: 12 }, () => allow(invoice.id, [{ sequenceNumber: "001", amount: 300 }])),
    );
    expect(race.map(({ status }) => status).sort()).toEqual([...Array(3).fill(200), ...Array(9).fill(400)]);
  });

  test("an allowance over 9,999 lines takes exactly what the invoice has", async () => {
    const { body: invoice } = await issue({ lines: LONGEST });
    await accepted(invoice.id);
    const lines = invoice.lines.map(({ sequenceNumber, amount }: { sequenceNumber: string; amount: string }) => ({
      sequenceNumber,
      amount: Number(amount),
    }));
    const { body: allowance } = await allow(invoice.id, lines);
    expect(allowance).toMatchObject({ totalAmount: 39_990, taxAmount: invoice.includedTaxAmount });
  });

  test(
    "cancelling while nobody knows whether the upload arrived: both are told in order once it is known",
    async () => {
      await waitFor(
        "all earlier uploads",
        async () => {
          const [open] = await world.sql<{ count: number }[]>`
          SELECT count(*)::int AS count FROM einvoice_uploads WHERE status <> 'accepted'`;
          return open?.count === 0;
        },
        UPLOADS_MS,
      );
      world.einvoicePlatform.faults.add({ operation: "issue", kind: "drop_after" });
      world.einvoicePlatform.faults.add({ operation: "query", kind: "reply", status: 500, times: 2 });
      const { body: invoice } = await issue();
      await waitFor("an unknown outcome", async () => {
        const { body } = await call("GET", `/invoices/${invoice.id}`);
        return body.status === "unknown";
      });
      const cancel = await call("POST", `/invoices/${invoice.id}/cancel`, {
        idempotencyKey: key(),
        reason: "客戶退貨",
      });
      expect(cancel.body).toMatchObject({ status: "cancelled" });
      const record = await waitFor("the platform told", () =>
        world.einvoicePlatform.records().find(({ invoiceNo, isVoid }) => invoiceNo === invoice.invoiceNumber && isVoid),
      );
      expect(record).toMatchObject({ acts: ["issue", "void"], received: 1 });
    },
    2 * UPLOADS_MS,
  );

  test("the proof of a donated invoice does not show its last three digits", async () => {
    const { body: invoice } = await issue({ donationCode: "919" });
    const path = `/proofs/${invoice.invoicePeriod}/${invoice.invoiceNumber}`;
    const masked = `AA-${invoice.invoiceNumber.slice(2, 7)}***`;
    expect((await call("GET", path)).body).toMatchObject({ numberText: masked, print: false });
    const { svg } = (await call("GET", `${path}/preview`)).body;
    expect(svg).toContain(masked);
    expect(svg).not.toContain(invoice.invoiceNumber.slice(2));
  });
});
