import { createHash } from "node:crypto";
import type { IssueInvoiceInput } from "@luckygas/gateway-client";
import { formatDecimal, parseDecimal } from "./decimal.ts";

/**
 * SHA-256 of what a caller asked for, the idempotency key left out. Notations of one value are equal: `1`, `"1"` and `"1.0"`;
 * a field that is absent and one that is `undefined`.
 */
export function requestHash(input: IssueInvoiceInput): string {
  const { idempotencyKey: _key, lines, ...request } = input;
  const exact = (value: number | string) => formatDecimal(parseDecimal(value));
  const canonicalLines = lines.map((line) => ({
    ...line,
    quantity: exact(line.quantity),
    unitPrice: exact(line.unitPrice),
  }));
  return createHash("sha256")
    .update(canonicalJson({ ...request, lines: canonicalLines }))
    .digest("hex");
}

/** JSON with the names of every object in ascending order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
