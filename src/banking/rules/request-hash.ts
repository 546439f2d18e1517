import { createHash } from "node:crypto";
import type { createBatchInputSchema } from "@luckygas/gateway-client";
import type { z } from "zod";

/** SHA-256 of what a caller asked for, the idempotency key left out; an absent field and `undefined` are the same. */
export function requestHash({
  bank,
  paymentDate,
  items,
  duplicatesReason,
}: z.output<typeof createBatchInputSchema>): string {
  const canonical = items.map((item) => [
    item.transactionId,
    item.accountNumber,
    item.accountHolder,
    item.amount,
    item.idNumber ?? null,
    item.memo ?? null,
    item.reference ?? null,
    item.customerNumber ?? null,
    item.receivingUnit ?? null,
  ]);
  return createHash("sha256")
    .update(JSON.stringify([bank, paymentDate, canonical, duplicatesReason ?? null]))
    .digest("hex");
}
