import { describe, expect, test } from "bun:test";
import { einvoiceContract } from "@luckygas/gateway-client";
import fc from "fast-check";
import type { z } from "zod";

const UUID = "01a20e66-86fe-76e7-b798-a3ef65e83a06";
const ACT = { idempotencyKey: "key-0000001", id: UUID, reason: "退貨" };
const LINE = { description: "瓦斯", quantity: 1, unitPrice: 850 };
const ISSUE = { idempotencyKey: "key-0000001", buyer: { kind: "consumer" }, lines: [LINE] };
const BUSINESS = { kind: "business", ubn: "04595257", name: "有限公司" };
const CARD = { type: "1K0001", id: "1", hiddenId: "2" };

interface TextField {
  schema: z.ZodType;
  input: object;
  path: string;
  charactersMax: number;
}

const field = (schema: z.ZodType, input: object, path: string, charactersMax: number): TextField => ({
  schema,
  input,
  path,
  charactersMax,
});

const { issueInvoice, cancelInvoice, voidInvoice, cancelAllowance, settleUnknown } = einvoiceContract;
const SETTLE = { id: UUID, decision: "accepted", note: "看過" };

/** Every text that a caller gives, with the length that MIG 4.1 allows for its element. */
const TEXTS: TextField[] = [
  field(issueInvoice.input, ISSUE, "buyer.name", 60),
  field(issueInvoice.input, { ...ISSUE, buyer: BUSINESS }, "buyer.name", 60),
  field(issueInvoice.input, { ...ISSUE, buyer: BUSINESS }, "buyer.address", 100),
  field(issueInvoice.input, ISSUE, "lines.0.description", 500),
  field(issueInvoice.input, ISSUE, "lines.0.unit", 6),
  field(issueInvoice.input, ISSUE, "orderReference", 20),
  field(issueInvoice.input, { ...ISSUE, carrier: CARD }, "carrier.id", 400),
  field(issueInvoice.input, { ...ISSUE, carrier: CARD }, "carrier.hiddenId", 400),
  field(cancelInvoice.input, ACT, "reason", 20),
  field(cancelInvoice.input, ACT, "approvalNumber", 60),
  field(cancelInvoice.input, ACT, "remark", 200),
  field(voidInvoice.input, ACT, "reason", 20),
  field(voidInvoice.input, ACT, "remark", 200),
  field(cancelAllowance.input, ACT, "reason", 20),
  field(cancelAllowance.input, ACT, "remark", 200),
  field(settleUnknown.input, SETTLE, "note", 200),
];

/** A copy of the input with the value at the path. */
function withValue(input: object, path: string, value: unknown): object {
  const copy = structuredClone(input);
  const names = path.split(".");
  const last = names.pop() ?? "";
  // as: the sample inputs are plain objects and lists.
  const parent = names.reduce<Record<string, unknown>>(
    (at, name) => at[name] as Record<string, unknown>,
    copy as Record<string, unknown>,
  );
  parent[last] = value;
  return copy;
}

/** Path and rule of the first problem, or `undefined`. */
function problem(schema: z.ZodType, input: object): { path: string; rule: string } | undefined {
  const issue = schema.safeParse(input).error?.issues[0];
  return issue && { path: issue.path.join("."), rule: issue.message };
}

/** Any characters but blanks and control characters, those beyond the basic plane included: each counts as one. */
const character = fc
  .oneof(fc.constantFrom("瓦", "A", "é", "𠮷", "😀"), fc.string({ unit: "binary", minLength: 1, maxLength: 1 }))
  .filter((text) => [...text].length === 1 && text.isWellFormed() && !/[\p{Cc}\s\uFFFE\uFFFF]/u.test(text));
const textOf = (length: number) =>
  fc.array(character, { minLength: length, maxLength: length }).map((characters) => characters.join(""));

describe("every text field", () => {
  test.each(TEXTS)("$path of at most $charactersMax characters, counted as such", ({ charactersMax, ...given }) => {
    const { schema, input, path } = given;
    const check = (value: string) => problem(schema, withValue(input, path, value));
    fc.assert(
      fc.property(
        textOf(charactersMax),
        character,
        fc.integer({ min: 1, max: charactersMax }),
        (text, more, length) => {
          expect(check(text)).toBeUndefined();
          expect(check([...text].slice(0, length).join(""))).toBeUndefined();
          expect(check(text + more)).toEqual({ path, rule: `at most ${charactersMax} characters` });
        },
      ),
      { numRuns: 20 },
    );
    expect(check("")?.path).toBe(path);
    expect(check("　 ")).toEqual({ path, rule: "must not be blank" });
    expect(check("a\u0007b")?.path).toBe(path);
    expect(check("\ud800")?.path).toBe(path);
    expect(check("\uffff")?.path).toBe(path);
    expect(problem(schema, withValue(input, path, 7))?.path).toBe(path);
  });

  test("e-mail of at most 400 characters, telephone number of at most 26", () => {
    const check = (path: string, value: string) => problem(issueInvoice.input, withValue(ISSUE, path, value));
    const email = (length: number) => `a@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(length - 129)}.com.tw`;
    expect(check("buyer.email", "王@example.tw")?.path).toBe("buyer.email");
    expect(check("buyer.email", email(401))?.path).toBe("buyer.email");
    expect(check("buyer.phone", "0".repeat(26))).toBeUndefined();
    expect(check("buyer.phone", "0".repeat(27))).toEqual({ path: "buyer.phone", rule: "at most 26 characters" });
    expect(check("buyer.phone", "手機")?.path).toBe("buyer.phone");
  });
});

describe("figures", () => {
  const check = (path: string, value: unknown) => problem(issueInvoice.input, withValue(ISSUE, path, value))?.path;

  test.each(["lines.0.quantity", "lines.0.unitPrice"])("%s of 13 and 7 digits", (path) => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 20n - 1n }), (figure) => {
        const digits = String(figure).padStart(8, "0");
        const text = `${digits.slice(0, -7)}.${digits.slice(-7)}`;
        expect(check(path, text)).toBeUndefined();
        expect(check(path, `${text}0`)).toBe(path);
        expect(check(path, `${String(figure).padStart(14, "1")}`)).toBe(path);
      }),
    );
    for (const wrong of ["", "1,5", "1.", ".5", "+1", "1e3", "٣", "１", true, null, []])
      expect(check(path, wrong)).toBe(path);
  });

  test.each([
    ["an allowance of nothing", 0],
    ["of half a dollar", 0.5],
    ["of less than nothing", -1],
    ["of more than a total can be", 4_294_967_296],
  ])("%s", (_what, amount) => {
    const { input } = einvoiceContract.issueAllowance;
    const given = { idempotencyKey: "key-0000001", invoiceId: UUID, lines: [{ sequenceNumber: "001", amount }] };
    expect(problem(input, given)?.path).toBe("lines.0.amount");
    expect(problem(input, { ...given, lines: [{ sequenceNumber: "001", amount: 1 }] })).toBeUndefined();
  });

  test("counts: 1 to 9,999 lines, 1 to 1,000 invoices a call", () => {
    const lines = (count: number) => problem(issueInvoice.input, { ...ISSUE, lines: Array(count).fill(LINE) })?.path;
    expect([lines(0), lines(1), lines(9_999), lines(10_000)]).toEqual(["lines", undefined, undefined, "lines"]);
    const bulk = (count: number) =>
      problem(einvoiceContract.issueInvoices.input, { invoices: Array(count).fill(ISSUE) })?.path;
    expect([bulk(0), bulk(1), bulk(1_000), bulk(1_001)]).toEqual(["invoices", undefined, undefined, "invoices"]);
  });
});
