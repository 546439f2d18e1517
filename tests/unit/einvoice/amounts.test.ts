import { describe, expect, test } from "bun:test";
import type { InvoiceLine } from "@luckygas/gateway-client";
import fc from "fast-check";
import { issueMessage } from "../../../src/einvoice/connectors/platform-json/mapping.ts";
import { computeAmounts } from "../../../src/einvoice/rules/amounts.ts";
import { OperationError } from "../../../src/platform/errors.ts";
import { checkTotals } from "../../../src/simulators/einvoice-platform/check-totals.ts";
import { sampleInvoice } from "./sample-invoice.ts";

type Given = [quantity: number | string, unitPrice: number | string, taxType?: InvoiceLine["taxType"]];

const lines = (given: Given[]): InvoiceLine[] =>
  given.map(([quantity, unitPrice, taxType = "taxable"]) => ({ description: "瓦斯", quantity, unitPrice, taxType }));

const compute = (buyerKind: "consumer" | "business", given: Given[], pricesIncludeTax = buyerKind === "consumer") =>
  computeAmounts({ lines: lines(given), buyerKind, pricesIncludeTax });

function problemOf(act: () => unknown): { path: string; rule: string } | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof OperationError) return error.options.fields?.[0];
    throw error;
  }
  return undefined;
}

describe("amounts of a consumer's invoice", () => {
  test("sales are gross, the tax field is 0, the contained tax is told beside it", () => {
    expect(compute("consumer", [[1, 1380]]).amounts).toEqual({
      taxType: "taxable",
      salesAmount: 1380,
      exemptSalesAmount: 0,
      zeroRatedSalesAmount: 0,
      taxAmount: 0,
      includedTaxAmount: 66,
      totalAmount: 1380,
    });
  });

  test("a price that does not divide keeps seven decimals: 3 × 305.6666667 is 917", () => {
    const { lines: written, amounts } = compute("consumer", [[3, "305.6666667"]]);
    expect(written[0]).toMatchObject({ quantity: "3", unitPrice: "305.6666667", amount: "917.0000001" });
    expect(amounts.totalAmount).toBe(917);
  });

  test("prices without tax are written with it", () => {
    const { lines: written, amounts } = compute("consumer", [[2, 100]], false);
    expect(written[0]).toMatchObject({ unitPrice: "105", amount: "210" });
    expect(amounts).toMatchObject({ salesAmount: 210, taxAmount: 0, includedTaxAmount: 10, totalAmount: 210 });
  });

  test("a discount line is subtracted", () => {
    expect(
      compute("consumer", [
        [1, 1000],
        [1, -50],
      ]).amounts.totalAmount,
    ).toBe(950);
  });

  test("halves of a dollar are rounded up once, not per line", () => {
    expect(
      compute("consumer", [
        ["0.5", 1],
        ["0.5", 1],
        ["0.5", 1],
      ]).amounts.totalAmount,
    ).toBe(2);
  });
});

describe("tax types", () => {
  test("only taxable lines are converted", () => {
    const given: Given[] = [
      [1, 100],
      [1, 100, "exempt"],
      [1, 100, "zero_rated"],
    ];
    expect(compute("consumer", given, false).lines.map(({ amount }) => amount)).toEqual(["105", "100", "100"]);
    expect(compute("business", given, true).lines.map(({ amount }) => amount)).toEqual(["95.2380952", "100", "100"]);
    expect(compute("business", given, true).amounts).toEqual({
      taxType: "mixed",
      salesAmount: 95,
      exemptSalesAmount: 100,
      zeroRatedSalesAmount: 100,
      taxAmount: 5,
      includedTaxAmount: 0,
      totalAmount: 300,
    });
  });

  test.each(["taxable", "exempt", "zero_rated"] as const)("an invoice of %s lines alone is %s", (taxType) => {
    const { amounts } = compute("consumer", [
      [1, 100, taxType],
      [2, 100, taxType],
    ]);
    expect(amounts.taxType).toBe(taxType);
    expect(amounts.totalAmount).toBe(300);
  });

  test("each tax type's lines together must not be negative", () => {
    for (const taxType of ["taxable", "exempt", "zero_rated"] as const) {
      const other = taxType === "exempt" ? "taxable" : "exempt";
      const problem = problemOf(() =>
        compute("business", [
          [1, 100, other],
          [1, -1, taxType],
        ]),
      );
      expect(problem).toMatchObject({ path: "lines", rule: expect.stringContaining(taxType) });
    }
  });
});

describe("amounts of a business's invoice", () => {
  test("tax is on top of the net sum", () => {
    expect(compute("business", [[1, 1314]]).amounts).toMatchObject({
      salesAmount: 1314,
      taxAmount: 66,
      includedTaxAmount: 0,
      totalAmount: 1380,
    });
  });

  test("an agreed total with tax is kept to the dollar: 10 is 10 + 0", () => {
    const { lines: written, amounts } = compute("business", [[1, 10]], true);
    expect(amounts).toMatchObject({ salesAmount: 10, taxAmount: 0, totalAmount: 10 });
    expect(written[0]).toMatchObject({ unitPrice: "9.5238095", amount: "9.5238095" });
  });

  test("prices with tax that do not add up to whole dollars are refused", () => {
    expect(problemOf(() => compute("business", [[1, "10.5"]], true))?.path).toBe("lines");
  });

  test("mixed: exempt sales have no tax", () => {
    expect(
      compute("business", [
        [1, 1000],
        [1, 200, "exempt"],
      ]).amounts,
    ).toEqual({
      taxType: "mixed",
      salesAmount: 1000,
      exemptSalesAmount: 200,
      zeroRatedSalesAmount: 0,
      taxAmount: 50,
      includedTaxAmount: 0,
      totalAmount: 1250,
    });
  });
});

describe("refused amounts", () => {
  test.each<[string, Given[], string]>([
    [
      "a total of zero",
      [
        [1, 10],
        [1, -10],
      ],
      "lines",
    ],
    ["a negative total", [[1, -10]], "lines"],
    [
      "a negative sum of one tax type",
      [
        [1, 100],
        [1, -10, "exempt"],
      ],
      "lines",
    ],
    [
      "more than eight hexadecimal digits hold",
      [
        [1, 4_294_967_295],
        [1, 1],
      ],
      "lines",
    ],
    ["a line beyond it", [["10000000000", "1"]], "lines.0"],
    ["a discount beyond it", [[1, "-4294967295.0000001"]], "lines.0.unitPrice"],
    ["a sum far beyond it", Array.from({ length: 300 }, (): Given => [1, 4_294_967_295]), "lines"],
    ["a price beyond it", [["0.0000001", "9999999999999"]], "lines.0.unitPrice"],
  ])("%s", (_what, given, path) => {
    expect(problemOf(() => compute("consumer", given))?.path).toBe(path);
  });

  test("the greatest discount is allowed", () => {
    const given: Given[] = [
      [1, 4_294_967_295],
      [1, -4_294_967_295],
      [1, 1],
    ];
    expect(compute("consumer", given).amounts.totalAmount).toBe(1);
  });

  test("the greatest total is allowed", () => {
    expect(compute("consumer", [[1, 4_294_967_295]]).amounts.totalAmount).toBe(4_294_967_295);
  });
});

const decimalText = fc
  .tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 9_999_999 }))
  .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(7, "0")}`);

describe("properties", () => {
  test("total is the sum of its parts, and the platform's own arithmetic agrees", () => {
    const given = fc.array(
      fc.tuple(
        decimalText.filter((text) => Number(text) > 0),
        decimalText,
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(
        given,
        fc.boolean(),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        (pairs, isBusiness, exempt) => {
          const input = pairs.map(([quantity, unitPrice], index) => ({
            description: "瓦斯",
            quantity,
            unitPrice,
            taxType: exempt[index] ? ("exempt" as const) : ("taxable" as const),
          }));
          const buyer = isBusiness
            ? { kind: "business" as const, ubn: "04595257", name: "公司" }
            : { kind: "consumer" as const };
          let invoice: ReturnType<typeof sampleInvoice>;
          try {
            invoice = sampleInvoice({ input: { buyer, lines: input } });
          } catch (error) {
            // Only totals outside the limits may be refused.
            return error instanceof OperationError && error.options.fields?.[0]?.path.startsWith("lines") === true;
          }
          const { amounts } = invoice.content;
          expect(amounts.totalAmount).toBe(
            amounts.salesAmount + amounts.exemptSalesAmount + amounts.zeroRatedSalesAmount + amounts.taxAmount,
          );
          expect(checkTotals(issueMessage(invoice))).toBeUndefined();
          return true;
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a business total agreed with tax is kept for every whole amount, over any lines", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000_000 }), { minLength: 1, maxLength: 20 }), (prices) => {
        const invoice = sampleInvoice({
          input: {
            buyer: { kind: "business", ubn: "04595257", name: "公司" },
            pricesIncludeTax: true,
            lines: lines(prices.map((price) => [1, price])),
          },
        });
        expect(invoice.content.amounts.totalAmount).toBe(prices.reduce((total, price) => total + price, 0));
        expect(checkTotals(issueMessage(invoice))).toBeUndefined();
      }),
    );
  });
});
