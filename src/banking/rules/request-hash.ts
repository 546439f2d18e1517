import { createHash } from "node:crypto";
import type { bankingContract, createBatchInputSchema } from "@luckygas/gateway-client";
import type { z } from "zod";

type InputOf<Name extends keyof typeof bankingContract> = z.output<(typeof bankingContract)[Name]["input"]>;

const sha256OfJson = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

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
  return sha256OfJson([bank, paymentDate, canonical, duplicatesReason ?? null]);
}

/** The same of a request for authorisations. */
export function authorisationsHash({ bank, submissionDate, items }: InputOf<"registerAuthorisations">): string {
  const canonical = items.map((item) => [
    item.action,
    item.customerNumber,
    item.receivingUnit,
    item.accountNumber,
    item.idNumber,
  ]);
  return sha256OfJson(["authorisations", bank, submissionDate ?? null, canonical]);
}

/** The same of an expected receipt. */
export function receiptHash({ bank, customer, amount, dueDate, reference }: InputOf<"expectReceipt">): string {
  return sha256OfJson([bank, customer, amount, dueDate ?? null, reference]);
}
