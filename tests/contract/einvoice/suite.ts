import { describe, expect, test } from "bun:test";
import type { EinvoiceConnector } from "../../../src/einvoice/connectors/port.ts";
import type { IssuedInvoice } from "../../../src/einvoice/rules/content.ts";
import { ConnectorError } from "../../../src/platform/errors.ts";
import { sampleInvoice, sampleLines } from "../../unit/einvoice/sample-invoice.ts";

/** Ways in which a provider fails; each makes the next call of an operation go wrong in this way. */
export type Misbehaviour =
  | "cut_before"
  | "cut_after"
  | "late"
  | "server_error"
  | "unreadable"
  | "unlisted"
  | "too_fast";

/** A connector beside the provider that it talks to. */
export interface ConnectorUnderTest {
  connector: EinvoiceConnector;
  misbehave(operation: "issue" | "query" | "test", how: Misbehaviour): void;
  /** How many documents the provider has stored under the number. */
  stored(invoice: IssuedInvoice): number;
  /** The same connector with credentials that the provider does not know. */
  withWrongCredentials(): EinvoiceConnector;
  /** The same connector while nothing listens at the provider's address. */
  withoutProvider(): EinvoiceConnector;
}

let serial = 0;

/** Every invoice of this suite has a number of its own. */
function nextInvoice(options: Parameters<typeof sampleInvoice>[0] = {}): IssuedInvoice {
  serial += 1;
  return sampleInvoice({ ...options, number: `QA${String(serial).padStart(8, "0")}` });
}

async function thrown(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ConnectorError) return error;
  throw new Error(`expected a ConnectorError, got ${error}`);
}

/** What every e-invoice connector does, whoever the provider is. */
export function describeConnector(name: string, subject: () => ConnectorUnderTest): void {
  describe(`${name} keeps the port's promises`, () => {
    test.each<[string, Parameters<typeof sampleInvoice>[0]]>([
      ["a consumer's printed invoice", {}],
      ["a mobile barcode", { input: { carrier: { type: "3J0002", id: "/ABC+123" } } }],
      ["a donation", { input: { donationCode: "168001" } }],
      ["a business", { input: { buyer: { kind: "business", ubn: "04595257", name: "𠮷野家有限公司" } } }],
      ["seven decimals", { lines: [["瓦斯", 3, "305.6666667"]] }],
      [
        "a discount",
        {
          lines: [
            ["瓦斯", 1, 900],
            ["折扣", 1, -50],
          ],
        },
      ],
      [
        "a business with prices including tax, one line exempt",
        {
          input: {
            buyer: { kind: "business", ubn: "04595257", name: "公司" },
            pricesIncludeTax: true,
            lines: [
              ...sampleLines([["瓦斯", 3, 333]]),
              { description: "米", quantity: 1, unitPrice: 50, taxType: "exempt" },
            ],
          },
        },
      ],
      ["300 lines", { lines: Array.from({ length: 300 }, (_, index) => [`品項${index}`, 1, 1]) }],
    ])("issues %s, and finds it as its own", async (_what, options) => {
      const { connector, stored } = subject();
      const invoice = nextInvoice(options);
      expect(await connector.find({ kind: "issue", invoice })).toMatchObject({ kind: "not_found" });
      expect(await connector.submit({ kind: "issue", invoice })).toMatchObject({
        kind: "accepted",
        providerReference: invoice.number,
      });
      expect(await connector.find({ kind: "issue", invoice })).toMatchObject({ kind: "found", differences: [] });
      expect(stored(invoice)).toBe(1);
    });

    test("the same number again is neither success nor refusal, and stores nothing", async () => {
      const { connector, stored } = subject();
      const invoice = nextInvoice();
      await connector.submit({ kind: "issue", invoice });
      const other = { ...sampleInvoice({ lines: [["別的", 1, 999]] }), number: invoice.number };
      expect(await connector.submit({ kind: "issue", invoice: other })).toMatchObject({
        kind: "unknown",
        isTransportFault: false,
      });
      expect(await connector.find({ kind: "issue", invoice: other })).toMatchObject({
        kind: "found",
        differences: ["TotalAmount"],
      });
      expect(await connector.find({ kind: "issue", invoice })).toMatchObject({ kind: "found", differences: [] });
      expect(stored(invoice)).toBe(1);
    });

    test("a document that the provider refuses is rejected", async () => {
      const { connector, stored } = subject();
      const invoice = nextInvoice();
      const wrong = {
        ...invoice,
        content: { ...invoice.content, amounts: { ...invoice.content.amounts, totalAmount: 341 } },
      };
      expect(await connector.submit({ kind: "issue", invoice: wrong })).toMatchObject({ kind: "rejected" });
      expect(stored(wrong)).toBe(0);
    });

    test("a dry run checks and stores nothing", async () => {
      const { connector, stored } = subject();
      const invoice = nextInvoice();
      expect(await connector.testIssue(invoice)).toMatchObject({ kind: "accepted" });
      expect(stored(invoice)).toBe(0);
      const wrong = { ...invoice, randomCode: "12" };
      expect(await connector.testIssue(wrong)).toMatchObject({ kind: "rejected" });
    });

    test.each<[Misbehaviour, boolean, number]>([
      ["cut_before", true, 0],
      ["cut_after", true, 1],
      ["late", true, 1],
      ["server_error", true, 0],
      ["unreadable", false, 0],
      ["unlisted", false, 0],
    ])("%s is unknown, never success nor failure", async (how, isTransportFault, documents) => {
      const { connector, misbehave, stored } = subject();
      const invoice = nextInvoice();
      misbehave("issue", how);
      expect(await connector.submit({ kind: "issue", invoice })).toMatchObject({ kind: "unknown", isTransportFault });
      expect(stored(invoice)).toBe(documents);
      misbehave("query", how);
      expect(await connector.find({ kind: "issue", invoice })).toMatchObject({ kind: "unknown", isTransportFault });
    });

    test("what had no effect is thrown: too fast, wrong credentials, nobody there", async () => {
      const { connector, misbehave, stored, withWrongCredentials, withoutProvider } = subject();
      const invoice = nextInvoice();
      misbehave("issue", "too_fast");
      expect((await thrown(connector.submit({ kind: "issue", invoice }))).details).toMatchObject({
        retryable: true,
        httpStatus: 429,
      });
      expect((await thrown(withWrongCredentials().submit({ kind: "issue", invoice }))).details.retryable).toBe(false);
      expect((await thrown(withoutProvider().submit({ kind: "issue", invoice }))).details).toMatchObject({
        retryable: true,
        reason: "not_sent_connect",
      });
      expect(stored(invoice)).toBe(0);
    });
  });
}
