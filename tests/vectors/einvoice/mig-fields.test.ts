import { expect, test } from "bun:test";
import type { InvoiceLine, IssueInvoiceInput } from "@luckygas/gateway-client";
import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { documentXml } from "../../../src/einvoice/connectors/turnkey/mapping.ts";
import { type AllowanceDraft, allowanceNumber, computeAllowance } from "../../../src/einvoice/rules/allowance.ts";
import type { IssuedInvoice } from "../../../src/einvoice/rules/content.ts";
import type { Act } from "../../../src/einvoice/rules/document.ts";
import { OperationError } from "../../../src/platform/errors.ts";
import { sampleInvoice } from "../../unit/einvoice/sample-invoice.ts";

const upTo = (charactersMax: number, charactersMin = 1) =>
  new RegExp(`^\\P{Cc}{${charactersMin},${charactersMax}}$`, "u");
const DATE = /^20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
const NUMBER = /^[A-Z]{2}\d{8}$/;
const UBN = /^\d{8}$/;
const BUYER = /^(\d{8}|0{10})$/;
const DECIMAL = /^-?\d{1,13}(\.\d{1,7})?$/;
const QUANTITY = /^\d{1,13}(\.\d{1,7})?$/;
const WHOLE = /^\d{1,20}$/;

/** Form and length of every element (MIG 4.1), in characters. */
const RULES: Record<string, RegExp> = {
  InvoiceNumber: NUMBER,
  CancelInvoiceNumber: NUMBER,
  VoidInvoiceNumber: NUMBER,
  OriginalInvoiceNumber: NUMBER,
  InvoiceDate: DATE,
  CancelDate: DATE,
  VoidDate: DATE,
  AllowanceDate: DATE,
  OriginalInvoiceDate: DATE,
  InvoiceTime: TIME,
  CancelTime: TIME,
  VoidTime: TIME,
  Identifier: BUYER,
  BuyerId: BUYER,
  SellerId: UBN,
  OriginalInvoiceSellerId: UBN,
  OriginalInvoiceBuyerId: BUYER,
  Name: upTo(60),
  Address: upTo(100),
  TelephoneNumber: upTo(26),
  EmailAddress: upTo(400),
  CustomsClearanceMark: /^[12]$/,
  RelateNumber: upTo(20),
  InvoiceType: /^0[78]$/,
  DonateMark: /^[01]$/,
  CarrierType: upTo(6),
  CarrierId1: upTo(400),
  CarrierId2: upTo(400),
  PrintMark: /^[YN]$/,
  NPOBAN: /^\d{3,7}$/,
  RandomNumber: /^\d{4}$/,
  ZeroTaxRateReason: /^7[1-9]$/,
  Description: upTo(500),
  OriginalDescription: upTo(500),
  Quantity: QUANTITY,
  Unit: upTo(6),
  UnitPrice: DECIMAL,
  Amount: DECIMAL,
  TaxType: /^[1239]$/,
  SequenceNumber: /^\d{3,4}$/,
  OriginalSequenceNumber: /^\d{3,4}$/,
  AllowanceSequenceNumber: /^\d{3,4}$/,
  AllowanceNumber: upTo(16),
  CancelAllowanceNumber: upTo(16),
  AllowanceType: /^2$/,
  SalesAmount: WHOLE,
  FreeTaxSalesAmount: WHOLE,
  ZeroTaxSalesAmount: WHOLE,
  TaxRate: /^(0|0\.05)$/,
  Tax: WHOLE,
  TaxAmount: WHOLE,
  TotalAmount: WHOLE,
  CancelReason: upTo(20),
  VoidReason: upTo(20),
  ReturnTaxDocumentNumber: upTo(60),
  Remark: upTo(200),
};

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: false });

type Leaf = [name: string, text: string];

/** Every element that holds text, in order. */
function leaves(value: unknown, name = ""): Leaf[] {
  if (typeof value === "string") return value.trim() === "" && name === "" ? [] : [[name, value]];
  if (Array.isArray(value)) return value.flatMap((child) => leaves(child, name));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([child, content]) => leaves(content, child));
}

function expectFields(xml: string): Leaf[] {
  const { "?xml": _declaration, ...root } = parser.parse(xml);
  const found = leaves(root).filter(([name]) => name !== "#text");
  for (const [name, text] of found) {
    const rule = RULES[name];
    if (!rule) throw new Error(`${name} is no element of these messages`);
    if (!rule.test(text)) throw new Error(`${name}: ${JSON.stringify(text)} breaks ${rule}`);
  }
  return found;
}

const all = (found: readonly Leaf[], name: string) => found.filter(([other]) => other === name).map(([, text]) => text);
const one = (found: readonly Leaf[], name: string) => Number(all(found, name).at(-1));
const sum = (values: readonly string[]) => values.reduce((total, value) => total + Number(value), 0);

/** A text of at most so many characters, of those that need escaping and those that need two units as well. */
const text = (charactersMax: number) =>
  fc
    .array(fc.constantFrom("瓦", "A", "&", "<", ">", '"', "'", "𠮷", "9", "]]>"), {
      minLength: 1,
      maxLength: charactersMax,
    })
    .map((parts) => [...parts.join("")].slice(0, charactersMax).join(""));

const line: fc.Arbitrary<InvoiceLine> = fc.record(
  {
    description: text(500),
    quantity: fc.integer({ min: 1, max: 99_999_999 }).map((value) => `${Math.floor(value / 1_000)}.${value % 1_000}1`),
    unitPrice: fc.integer({ min: 0, max: 99_999 }).map((value) => `${Math.floor(value / 100)}.${value % 100}`),
    unit: text(6),
    taxType: fc.constantFrom("taxable", "exempt", "zero_rated"),
  },
  { requiredKeys: ["description", "quantity", "unitPrice", "taxType"] },
);

const input: fc.Arbitrary<Partial<IssueInvoiceInput>> = fc
  .record({
    buyer: fc.oneof(
      fc.record({ kind: fc.constant("consumer" as const), name: text(60) }),
      fc.record({
        kind: fc.constant("business" as const),
        ubn: fc.constant("04595257"),
        name: text(60),
        address: text(100),
        phone: fc.constant("0".repeat(26)),
      }),
    ),
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
    orderReference: text(20),
    hasCarrier: fc.boolean(),
    cardId: text(400),
  })
  .map(({ hasCarrier, cardId, ...given }) => ({
    ...given,
    ...(hasCarrier && given.buyer.kind === "consumer" && { carrier: { type: "EJ0113", id: cardId } }),
    ...(given.lines.some(({ taxType }) => taxType === "zero_rated") && {
      customsClearanceMark: "through_customs" as const,
      zeroTaxRateReason: "79",
    }),
  }));

const act: fc.Arbitrary<Act> = fc.record({
  at: fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true }),
  reason: text(20),
  remark: fc.option(text(200)),
  approvalNumber: fc.option(text(60)),
});

/** An invoice of the input, or `undefined` where its total is outside the limits. */
function issued(given: Partial<IssueInvoiceInput>): IssuedInvoice | undefined {
  try {
    return sampleInvoice({ input: given });
  } catch (error) {
    if (error instanceof OperationError && error.options.fields?.[0]?.path.startsWith("lines")) return undefined;
    throw error;
  }
}

/** An allowance of what one line has, or `undefined` where that is less than a dollar. */
function allowed(invoice: IssuedInvoice, share: number): AllowanceDraft | undefined {
  const wanted = invoice.content.lines.flatMap(({ sequenceNumber, amount }) => {
    const whole = Math.floor(Number(amount) * share);
    return whole < 1 ? [] : [{ sequenceNumber, amount: whole }];
  });
  return wanted.length === 0 ? undefined : computeAllowance(invoice.content, { lines: wanted }, []);
}

test("property: every message keeps the form and length of every element, and its totals", () => {
  let invoices = 0;
  let allowances = 0;
  fc.assert(
    fc.property(input, act, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (given, told, share) => {
      const invoice = issued(given);
      if (!invoice) return;
      invoices += 1;
      const found = expectFields(documentXml({ kind: "issue", invoice }));
      const parts = ["SalesAmount", "FreeTaxSalesAmount", "ZeroTaxSalesAmount", "TaxAmount"];
      expect(one(found, "TotalAmount")).toBe(sum(parts.map((name) => String(one(found, name)))));
      // The lines are exact, their sum in whole NT$.
      const withoutTax = one(found, "TotalAmount") - one(found, "TaxAmount");
      expect(Math.abs(sum(all(found, "Amount")) - withoutTax)).toBeLessThan(0.500_1);
      expect(all(found, "Description")).toEqual(given.lines?.map(({ description }) => description) ?? []);
      expectFields(documentXml({ kind: "cancel", invoice, act: told }));
      expectFields(documentXml({ kind: "void", invoice, act: told }));

      const draft = allowed(invoice, share);
      if (!draft) return;
      allowances += 1;
      const allowance = { ...draft, number: allowanceNumber(invoice, 35), issuedAt: told.at };
      const lines = expectFields(documentXml({ kind: "allowance", invoice, allowance }));
      expect(sum(all(lines, "Tax"))).toBe(one(lines, "TaxAmount"));
      expect(sum(all(lines, "Amount"))).toBe(one(lines, "TotalAmount"));
      expectFields(documentXml({ kind: "cancel_allowance", invoice, allowance, act: told }));
    }),
    { numRuns: 400 },
  );
  // The limits must not have thinned the cases out.
  expect(invoices).toBeGreaterThan(100);
  expect(allowances).toBeGreaterThan(100);
});
