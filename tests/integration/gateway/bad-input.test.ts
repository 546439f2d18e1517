import { afterAll, beforeAll, expect, test } from "bun:test";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";

const key = "key-0000000001";
const invoice = {
  idempotencyKey: key,
  buyer: { kind: "consumer" },
  lines: [{ description: "家用瓦斯", quantity: 1, unitPrice: 690 }],
  print: true,
};
const line = invoice.lines[0];
const message = { idempotencyKey: key, to: "0912345678", text: "瓦斯已送達" };
const item = { transactionId: "T-1", accountNumber: "01234567890123", accountHolder: "張三", amount: 1380 };
const batch = { idempotencyKey: key, bank: "mega", paymentDate: taipeiDate(new Date()), items: [item] };

interface BadCall {
  what: string;
  procedure: string;
  input: unknown;
  status: number;
  code: string;
  /** A field that must be named, with its rule. */
  field?: string;
}

const badCalls: BadCall[] = [
  {
    what: "a quantity of the wrong type",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, lines: [{ ...line, quantity: "many" }] },
    status: 400,
    code: "invalid_input",
    field: "lines.0.quantity",
  },
  {
    what: "no lines",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, lines: [] },
    status: 400,
    code: "invalid_input",
    field: "lines",
  },
  {
    what: "an unknown buyer kind",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, buyer: { kind: "robot" } },
    status: 400,
    code: "invalid_input",
    field: "buyer.kind",
  },
  {
    what: "a bad 統編",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, buyer: { kind: "business", ubn: "12345678", name: "某公司" } },
    status: 400,
    code: "invalid_input",
    field: "buyer.ubn",
  },
  {
    what: "an over-long Chinese buyer name",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, buyer: { kind: "business", ubn: "04595257", name: "瓦".repeat(61) } },
    status: 400,
    code: "invalid_input",
    field: "buyer.name",
  },
  {
    what: "an unknown carrier type",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, print: false, carrier: { type: "XX9999", id: "1" } },
    status: 400,
    code: "invalid_input",
    field: "carrier.type",
  },
  {
    what: "a consumer without print, carrier or donation",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, print: false },
    status: 400,
    code: "invalid_input",
  },
  {
    what: "no idempotency key",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, idempotencyKey: undefined },
    status: 400,
    code: "invalid_input",
    field: "idempotencyKey",
  },
  {
    what: "a bad phone number",
    procedure: "sms.sendMessage",
    input: { ...message, to: "02-23456789" },
    status: 400,
    code: "invalid_input",
    field: "to",
  },
  {
    what: "an empty text",
    procedure: "sms.sendMessage",
    input: { ...message, text: "" },
    status: 400,
    code: "invalid_input",
    field: "text",
  },
  {
    what: "an unknown message type",
    procedure: "sms.sendMessage",
    input: { ...message, messageType: "spam" },
    status: 400,
    code: "invalid_input",
    field: "messageType",
  },
  {
    what: "an over-long account holder",
    procedure: "banking.createBatch",
    input: { ...batch, items: [{ ...item, accountHolder: "瓦".repeat(61) }] },
    status: 400,
    code: "invalid_input",
    field: "items.0.accountHolder",
  },
  {
    what: "a character outside the bank's code page",
    procedure: "banking.createBatch",
    input: { ...batch, items: [{ ...item, accountHolder: "游錫堃" }] },
    status: 400,
    code: "invalid_input",
    field: "items.0.accountHolder",
  },
  {
    what: "a negative amount",
    procedure: "banking.createBatch",
    input: { ...batch, items: [{ ...item, amount: -1 }] },
    status: 400,
    code: "invalid_input",
    field: "items.0.amount",
  },
  {
    what: "cents",
    procedure: "banking.createBatch",
    input: { ...batch, items: [{ ...item, amount: 0.5 }] },
    status: 400,
    code: "invalid_input",
    field: "items.0.amount",
  },
  {
    what: "a day that does not exist",
    procedure: "banking.createBatch",
    input: { ...batch, paymentDate: "2026-02-30" },
    status: 400,
    code: "invalid_input",
    field: "paymentDate",
  },
  {
    what: "an unknown bank",
    procedure: "banking.createBatch",
    input: { ...batch, bank: "nobank" },
    status: 404,
    code: "not_found",
    field: "bank",
  },
  {
    what: "an id that is none",
    procedure: "banking.sealBatch",
    input: { batchId: "1; DROP TABLE bank_batches" },
    status: 400,
    code: "invalid_input",
    field: "batchId",
  },
  {
    what: "a NUL in a text",
    procedure: "sms.sendMessage",
    input: { ...message, text: "a\u0000b" },
    status: 400,
    code: "invalid_input",
    field: "text",
  },
  {
    what: "a NUL in an order reference",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, orderReference: "a\u0000b" },
    status: 400,
    code: "invalid_input",
    field: "orderReference",
  },
  {
    what: "half a surrogate pair",
    procedure: "einvoice.issueInvoice",
    input: { ...invoice, lines: [{ ...line, description: "\ud83d" }] },
    status: 400,
    code: "invalid_input",
    field: "lines.0.description",
  },
  {
    what: "an input that is no object",
    procedure: "sms.sendMessage",
    input: [1, 2, 3],
    status: 400,
    code: "invalid_input",
  },
];

describeWith(["postgres"], "bad input at the public door", () => {
  let world: OutsideWorld;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    world = await startOutsideWorld({ numbers: 50 });
    gateway = await startGatewayProcess({ env: world.env, port: world.port });
  });

  afterAll(async () => {
    await gateway.kill();
    await world.close();
  });

  const token = (role: Parameters<typeof mintToken>[1]["role"] = "manager", now = new Date()) =>
    mintToken(new Secret(testSigningKey), { subject: "U1", role, validForSeconds: 600 }, now);

  async function post(procedure: string, body: string, bearer: string | undefined) {
    const response = await fetch(`${gateway.url}/trpc/${procedure}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(bearer && { authorization: `Bearer ${bearer}` }) },
      body,
    });
    const text = await response.text();
    return { status: response.status, text, data: JSON.parse(text).error?.data };
  }

  /** Rows of everything that a call could have stored, and the next invoice number. */
  async function stored() {
    const [counts] = await world.sql`SELECT
      (SELECT count(*)::int FROM invoices) AS invoices, (SELECT current_number FROM invoice_sequences) AS next_number,
      (SELECT count(*)::int FROM bank_batches) AS batches, (SELECT count(*)::int FROM sms_messages) AS messages`;
    return counts;
  }

  const nothing = { invoices: 0, next_number: 10_000_000, batches: 0, messages: 0 };

  for (const bad of badCalls) {
    test(`${bad.what}: ${bad.code}${bad.field ? ` naming ${bad.field}` : ""}, nothing stored`, async () => {
      const { status, text, data } = await post(bad.procedure, JSON.stringify(bad.input), await token());
      expect({ status, code: data?.gateway?.code }).toEqual({ status: bad.status, code: bad.code });
      if (bad.field) {
        const named = data.gateway.fields?.find(({ path }: { path: string }) => path === bad.field);
        expect(named?.rule.length).toBeGreaterThan(3);
      }
      expect(text).not.toContain("    at ");
      expect(text).not.toContain("node_modules");
      expect(await stored()).toEqual(nothing);
    });
  }

  test("no token, expired token, wrong role, malformed JSON, 10 MB: nothing stored", async () => {
    const body = JSON.stringify(message);
    const expired = await token("manager", new Date(Date.now() - 3_600_000));
    const answers = [
      await post("sms.sendMessage", body, undefined),
      await post("sms.sendMessage", body, expired),
      await post("sms.sendMessage", body, await token("driver")),
      await post("sms.sendMessage", "{", await token()),
      await post("sms.sendMessage", JSON.stringify({ ...message, text: "x".repeat(10 * 1024 * 1024) }), await token()),
    ];
    expect(answers.map(({ status, data }) => [status, data.gateway.code])).toEqual([
      [401, "unauthenticated"],
      [401, "unauthenticated"],
      [403, "forbidden"],
      [400, "invalid_input"],
      [413, "invalid_input"],
    ]);
    expect(await stored()).toEqual(nothing);
  });

  test("neither answers nor log hold a secret or a full number", async () => {
    const log = gateway.output() + gateway.errors();
    const secrets = Object.values(world.secrets).flatMap((text = "") => text.match(/[\w+/=-]{20,}/g) ?? []);
    expect(secrets.length).toBeGreaterThan(2);
    for (const secret of [...secrets, testSigningKey, "0912345678", "+886912345678", "01234567890123"]) {
      expect(log).not.toContain(secret);
    }
  });
});
