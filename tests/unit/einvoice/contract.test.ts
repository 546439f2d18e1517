import { describe, expect, test } from "bun:test";
import { decimalText, issueInvoiceInputSchema } from "@luckygas/gateway-client";

const valid = {
  idempotencyKey: "order-0001",
  buyer: { kind: "business", ubn: "04595257", name: "有限公司" },
  lines: [{ description: "瓦斯", quantity: 1, unitPrice: 850 }],
};
const line = (change: object) => ({ lines: [{ ...valid.lines[0], ...change }] });

/** The path of the first problem, or `undefined` when the input is good. */
function problem(change: object): string | undefined {
  const result = issueInvoiceInputSchema.safeParse({ ...valid, ...change });
  return result.success ? undefined : result.error.issues[0]?.path.join(".");
}

describe("input of issueInvoice", () => {
  test.each([
    ["60 characters beyond the basic plane", { buyer: { ...valid.buyer, name: "𠮷".repeat(60) } }],
    ["a quantity as text", line({ quantity: "0.0000001" })],
    ["a quantity in exponent notation", line({ quantity: 1e-7 })],
    ["a negative price", line({ unitPrice: -5 })],
    ["unknown keys", { surprise: true }],
  ])("allows %s", (_what, change) => {
    expect(problem(change)).toBeUndefined();
  });

  test.each([
    ["a wrong tax id", { buyer: { ...valid.buyer, ubn: "12345678" } }, "buyer.ubn"],
    ["61 characters", { buyer: { ...valid.buyer, name: "名".repeat(61) } }, "buyer.name"],
    ["a name of zeros", { buyer: { kind: "consumer", name: "000" } }, "buyer.name"],
    ["an unknown kind of buyer", { buyer: { kind: "ghost" } }, "buyer.kind"],
    ["no lines", { lines: [] }, "lines"],
    ["10,000 lines", { lines: Array(10_000).fill(valid.lines[0]) }, "lines"],
    ["a blank description", line({ description: " " }), "lines.0.description"],
    ["501 characters", line({ description: "x".repeat(501) }), "lines.0.description"],
    ["a line break", line({ description: "a\nb" }), "lines.0.description"],
    ["a zero byte", line({ description: "a\u0000b" }), "lines.0.description"],
    ["half a character", line({ description: "\ud83d" }), "lines.0.description"],
    ["eight decimals", line({ unitPrice: "1.12345678" }), "lines.0.unitPrice"],
    ["a third as binary number", line({ unitPrice: 917 / 3 }), "lines.0.unitPrice"],
    ["a quantity of zero", line({ quantity: 0 }), "lines.0.quantity"],
    ["a negative quantity", line({ quantity: -1 }), "lines.0.quantity"],
    ["a quantity that is no number", line({ quantity: "viele" }), "lines.0.quantity"],
    ["infinity", line({ quantity: Number.POSITIVE_INFINITY }), "lines.0.quantity"],
    ["a unit of 7 characters", line({ unit: "一二三四五六七" }), "lines.0.unit"],
    ["an unknown tax type", line({ taxType: "free" }), "lines.0.taxType"],
    ["a donation code of 2 digits", { donationCode: "12" }, "donationCode"],
    ["a carrier id with a blank", { carrier: { type: "3J0002", id: "/ABC+123 " } }, "carrier.id"],
    ["a carrier id with a full-width blank", { carrier: { type: "EJ0113", id: "　0912" } }, "carrier.id"],
    ["an order reference of 21 characters", { orderReference: "x".repeat(21) }, "orderReference"],
    ["print as text", { print: "yes" }, "print"],
    ["a short key", { idempotencyKey: "a" }, "idempotencyKey"],
  ])("refuses %s", (_what, change, path) => {
    expect(problem(change)).toBe(path);
  });
});

test("decimal text of numbers", () => {
  expect([0.1, 1e-7, 1.1, 12, -3.5, "1.50"].map(decimalText)).toEqual([
    "0.1",
    "0.0000001",
    "1.1",
    "12",
    "-3.5",
    "1.50",
  ]);
});
