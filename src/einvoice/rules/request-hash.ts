import { createHash } from "node:crypto";
import type { invoiceContentInputSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import { formatDecimal, parseDecimal } from "./decimal.ts";

type ContentInput = z.output<typeof invoiceContentInputSchema>;

/**
 * SHA-256 of what a caller asked for, the idempotency key left out. Notations of one value are equal: `1`, `"1"` and `"1.0"`;
 * a field that is absent and one that is `undefined`.
 */
export function requestHash(input: ContentInput & { idempotencyKey?: string }): string {
  const { idempotencyKey: _key, ...content } = input;
  return hashOf(canonicalContent(content));
}

/** A content with every decimal in its one notation. */
export function canonicalContent({ lines, ...content }: ContentInput): object {
  const exact = (value: number | string) => formatDecimal(parseDecimal(value));
  const canonicalLines = lines.map((line) => ({
    ...line,
    quantity: exact(line.quantity),
    unitPrice: exact(line.unitPrice),
  }));
  return { ...content, lines: canonicalLines };
}

/** SHA-256 of a value's canonical JSON, hexadecimal. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** JSON with the names of every object in ascending order, absent fields left out. Written out, since a replacer costs several times as much. */
function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`);
  return `{${fields.join(",")}}`;
}
