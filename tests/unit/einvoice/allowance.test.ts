import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type AllowanceDraft, allowanceNumber, computeAllowance } from "../../../src/einvoice/rules/allowance.ts";
import type { InvoiceContent } from "../../../src/einvoice/rules/content.ts";
import { OperationError } from "../../../src/platform/errors.ts";
import { sampleInvoice, sampleLines } from "./sample-invoice.ts";

const BUSINESS = { kind: "business", ubn: "04595257", name: "有限公司" } as const;
const business = (...prices: number[]) =>
  sampleInvoice({
    input: { buyer: BUSINESS, lines: sampleLines(prices.map((price, index) => [`品項${index}`, 1, price])) },
  }).content;
const consumer = (...prices: number[]) =>
  sampleInvoice({ lines: prices.map((price, index) => [`品項${index}`, 1, price]) }).content;

const wanted = (...amounts: [sequenceNumber: string, amount: number][]) => ({
  lines: amounts.map(([sequenceNumber, amount]) => ({ sequenceNumber, amount })),
});

const taxes = (draft: AllowanceDraft) => draft.lines.map((line) => line.taxAmount);

function refusedField(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof OperationError) return error.options.fields?.[0]?.path;
    throw error;
  }
  return undefined;
}

describe("an allowance", () => {
  test("computes tax once and gives the remainder to the largest: 33 + 33 has tax 2 + 1", () => {
    const draft = computeAllowance(business(100, 100), wanted(["001", 33], ["002", 33]), []);
    expect(draft).toMatchObject({ netAmount: 66, taxAmount: 3 });
    expect(taxes(draft)).toEqual([2, 1]);
  });

  test("of a consumer is given with tax, and each line's net and tax are what was given", () => {
    const draft = computeAllowance(consumer(105, 340), wanted(["001", 50], ["002", 340]), []);
    expect(draft.netAmount + draft.taxAmount).toBe(390);
    expect(draft.lines.map((line) => line.netAmount + line.taxAmount)).toEqual([50, 340]);
    expect(draft.netAmount).toBe(371);
  });

  test("of everything takes exactly the invoice's tax, however it was split before", () => {
    const content = business(10, 10, 10);
    expect(content.amounts.taxAmount).toBe(2);
    const first = computeAllowance(content, wanted(["001", 10]), []);
    const second = computeAllowance(content, wanted(["002", 10]), [first]);
    const third = computeAllowance(content, wanted(["003", 10]), [first, second]);
    expect([first, second, third].map((draft) => draft.taxAmount)).toEqual([1, 1, 0]);
  });

  test("of what is left takes the tax that rounding left over, whatever else was taken", () => {
    const lines = sampleLines([
      ["甲", 1, 9],
      ["乙", 1, 9],
      ["丙", 1, 9],
    ]);
    const exempt = { description: "米", quantity: 1, unitPrice: 50, taxType: "exempt" as const };
    const { content } = sampleInvoice({ input: { buyer: BUSINESS, lines: [...lines, exempt] } });
    expect(content.amounts.taxAmount).toBe(1);
    const live: AllowanceDraft[] = [];
    for (const sequenceNumber of ["004", "001", "002", "003"]) {
      live.push(computeAllowance(content, wanted([sequenceNumber, sequenceNumber === "004" ? 50 : 9]), live));
    }
    expect(live.map((draft) => draft.taxAmount)).toEqual([0, 0, 0, 1]);
  });

  test.each([true, false])("of a consumer takes it too, given with tax: %p", (amountsIncludeTax) => {
    const content = consumer(10, 10, 10);
    expect(content.amounts.includedTaxAmount).toBe(1);
    const first = computeAllowance(content, wanted(["001", 10]), []);
    const second = computeAllowance(content, wanted(["002", 10]), [first]);
    const last = { ...wanted(["003", amountsIncludeTax ? 10 : 9]), amountsIncludeTax };
    const third = computeAllowance(content, last, [first, second]);
    expect([first, second, third].map((draft) => [draft.netAmount, draft.taxAmount])).toEqual([
      [10, 0],
      [10, 0],
      [9, 1],
    ]);
  });

  test("of a part is given with or without tax, as the caller says", () => {
    const business105 = business(1_000);
    expect(computeAllowance(business105, { ...wanted(["001", 105]), amountsIncludeTax: true }, [])).toMatchObject({
      netAmount: 100,
      taxAmount: 5,
    });
    expect(computeAllowance(business105, wanted(["001", 105]), [])).toMatchObject({ netAmount: 105, taxAmount: 5 });
    expect(computeAllowance(consumer(1_000), { ...wanted(["001", 100]), amountsIncludeTax: false }, [])).toMatchObject({
      netAmount: 100,
      taxAmount: 5,
    });
  });

  test("leaves no tax to lines that have none, though some was left over", () => {
    const lines = [
      ...sampleLines([["瓦斯", 1, 10]]),
      { description: "米", quantity: 1, unitPrice: 50, taxType: "exempt" as const },
    ];
    const { content } = sampleInvoice({ input: { buyer: BUSINESS, lines } });
    const first = computeAllowance(content, { ...wanted(["001", 10]), amountsIncludeTax: true }, []);
    expect(first).toMatchObject({ netAmount: 10, taxAmount: 0 });
    expect(computeAllowance(content, wanted(["002", 50]), [first])).toMatchObject({ netAmount: 50, taxAmount: 0 });
  });

  test("tells quantity, unit price and amounts of each line", () => {
    const lines = [
      {
        ...sampleLines([["瓦斯", 4, 100]])[0],
        description: "瓦斯",
        quantity: 4,
        unitPrice: 100,
        unit: "桶",
        taxType: "taxable" as const,
      },
    ];
    const { content } = sampleInvoice({ input: { buyer: BUSINESS, lines } });
    const part = { lines: [{ sequenceNumber: "001", amount: 200, quantity: 3 }] };
    expect(computeAllowance(content, part, []).lines).toEqual([
      {
        originalSequenceNumber: "001",
        description: "瓦斯",
        quantity: "3",
        unit: "桶",
        unitPrice: "66.6666667",
        netAmount: 200,
        taxAmount: 10,
        taxType: "taxable",
      },
    ]);
    const whole = { lines: [{ sequenceNumber: "001", amount: 200, quantity: 4 }] };
    expect(computeAllowance(content, whole, []).lines[0]?.unitPrice).toBe("50");
    const over = { lines: [{ sequenceNumber: "001", amount: 200, quantity: "4.1" }] };
    expect(refusedField(() => computeAllowance(content, over, []))).toBe("lines.0.quantity");
  });

  test("has no tax on exempt lines", () => {
    const { content } = sampleInvoice({
      input: {
        buyer: BUSINESS,
        lines: [
          ...sampleLines([["瓦斯", 1, 100]]),
          { description: "米", quantity: 1, unitPrice: 50, taxType: "exempt" },
        ],
      },
    });
    const draft = computeAllowance(content, wanted(["002", 50]), []);
    expect(draft).toMatchObject({ netAmount: 50, taxAmount: 0 });
  });

  test.each<[string, InvoiceContent, ReturnType<typeof wanted>, string]>([
    ["a line that is not there", consumer(100), wanted(["002", 1]), "lines.0.sequenceNumber"],
    ["more than a line", consumer(100, 100), wanted(["001", 101]), "lines.0.amount"],
    ["more than a line in two parts", consumer(100, 100), wanted(["001", 60], ["001", 41]), "lines.0.amount"],
    ["a discount line", consumer(100, -20), wanted(["002", 1]), "lines.0.amount"],
    ["more than the invoice after its discount", consumer(100, -20), wanted(["001", 81]), "lines"],
  ])("refuses %s", (_what, content, input, path) => {
    expect(refusedField(() => computeAllowance(content, input, []))).toBe(path);
  });

  test("what earlier ones have taken is no longer there", () => {
    const content = consumer(100);
    const first = computeAllowance(content, wanted(["001", 60]), []);
    expect(refusedField(() => computeAllowance(content, wanted(["001", 41]), [first]))).toBe("lines.0.amount");
    expect(computeAllowance(content, wanted(["001", 40]), [first]).taxAmount + first.taxAmount).toBe(5);
  });

  test("a business's lines are held to their amounts without tax, over all its allowances", () => {
    const content = business(100, 100);
    const first = computeAllowance(content, wanted(["001", 60]), []);
    expect(refusedField(() => computeAllowance(content, wanted(["001", 41]), [first]))).toBe("lines.0.amount");
    const second = computeAllowance(content, wanted(["001", 40]), [first]);
    expect(refusedField(() => computeAllowance(content, wanted(["001", 1]), [first, second]))).toBe("lines.0.amount");
    expect(computeAllowance(content, wanted(["002", 100]), [first, second]).taxAmount).toBe(5);
  });

  test("all together are held to the invoice's total after its discount", () => {
    const content = consumer(100, 100, -50);
    const first = computeAllowance(content, wanted(["001", 100]), []);
    expect(refusedField(() => computeAllowance(content, wanted(["002", 51]), [first]))).toBe("lines");
    expect(computeAllowance(content, wanted(["002", 50]), [first])).toMatchObject({ netAmount: 48, taxAmount: 2 });
  });

  test("property: any series of allowances stays within lines, net, tax and total, and sums are exact", () => {
    const price = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(
        fc.array(price, { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        fc.array(fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 5_000 })), { minLength: 1, maxLength: 4 }), {
          maxLength: 8,
        }),
        fc.boolean(),
        (prices, isConsumer, requests, amountsIncludeTax) => {
          const content = isConsumer ? consumer(...prices) : business(...prices);
          const { amounts } = content;
          const live: AllowanceDraft[] = [];
          for (const request of requests) {
            const input = {
              ...wanted(
                ...request.map(([line, amount]): [string, number] => [
                  String((line % prices.length) + 1).padStart(3, "0"),
                  amount,
                ]),
              ),
              amountsIncludeTax,
            };
            try {
              live.push(computeAllowance(content, input, live));
            } catch (error) {
              if (!(error instanceof OperationError)) throw error;
            }
          }
          const lines = live.flatMap((draft) => draft.lines);
          const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
          for (const draft of live) {
            expect(sum(draft.lines.map((line) => line.netAmount))).toBe(draft.netAmount);
            expect(sum(draft.lines.map((line) => line.taxAmount))).toBe(draft.taxAmount);
            expect(draft.lines.every((line) => line.netAmount >= 0 && line.taxAmount >= 0)).toBe(true);
          }
          expect(sum(live.map((draft) => draft.taxAmount))).toBeLessThanOrEqual(
            amounts.taxAmount + amounts.includedTaxAmount,
          );
          expect(sum(live.map((draft) => draft.netAmount + draft.taxAmount))).toBeLessThanOrEqual(amounts.totalAmount);
          for (const [index, limit] of prices.entries()) {
            const ofLine = lines.filter((line) => Number(line.originalSequenceNumber) === index + 1);
            const taken = ofLine.map((line) => line.netAmount + (isConsumer ? line.taxAmount : 0));
            expect(sum(taken)).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });

  test("its number has 16 characters and tells invoices of different years apart", () => {
    const invoice = { number: "AA10000000", period: "11402" };
    expect([1, 9, 10, 35].map((ordinal) => allowanceNumber(invoice, ordinal))).toEqual([
      "AA10000000114021",
      "AA10000000114029",
      "AA1000000011402A",
      "AA1000000011402Z",
    ]);
    expect(() => allowanceNumber(invoice, 36)).toThrow(RangeError);
    expect(() => allowanceNumber(invoice, 0)).toThrow(RangeError);
  });
});
