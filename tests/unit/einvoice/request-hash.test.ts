import { expect, test } from "bun:test";
import { type IssueInvoiceInput, issueInvoiceInputSchema } from "@luckygas/gateway-client";
import { requestHash } from "../../../src/einvoice/rules/request-hash.ts";

const input = (change: object = {}): IssueInvoiceInput =>
  issueInvoiceInputSchema.parse({
    idempotencyKey: "order-0001",
    buyer: { kind: "consumer" },
    lines: [{ description: "瓦斯", quantity: 1, unitPrice: 850.5 }],
    ...change,
  });

test("equal wishes have equal hashes: other notation, order of fields, key or unknown fields", () => {
  const hash = requestHash(input());
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  const same = [
    { idempotencyKey: "order-0002" },
    { lines: [{ unitPrice: "850.50", quantity: "1.0", description: "瓦斯", taxType: "taxable" }] },
    { print: undefined },
    { somethingNew: 1 },
  ];
  for (const change of same) expect(requestHash(input(change))).toBe(hash);
});

test("another wish has another hash", () => {
  const changes = [
    { print: true },
    { orderReference: "A1" },
    { buyer: { kind: "consumer", name: "王小明" } },
    { lines: [{ description: "瓦斯", quantity: 1, unitPrice: 850.51 }] },
    { lines: [{ description: "瓦斯 ", quantity: 1, unitPrice: 850.5 }] },
  ];
  const hashes = new Set([requestHash(input()), ...changes.map((change) => requestHash(input(change)))]);
  expect(hashes.size).toBe(changes.length + 1);
});
