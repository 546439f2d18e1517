import { z } from "zod";
import { bankKeySchema } from "./banking-configuration.ts";
import { amountTwdSchema, daySchema, idSchema, instantSchema } from "./common.ts";

/** `open` until it is paid; `reversed`: it was paid and the bank took it back, so it may be paid again. */
export const receiptStatuses = ["open", "received", "reversed", "cancelled"] as const;
export type ReceiptStatus = (typeof receiptStatuses)[number];

/**
 * Every line of a bank's statement ends in exactly one class. `matched` paid an expected receipt, `reversed` took one back,
 * `assigned` was given to a receipt by a person. Suspense: `amount_mismatch` (its receipt has another amount),
 * `already_received` (paid twice), `unexpected` (no receipt has this virtual account), `unmatched_reversal`.
 * `duplicate_line` was told before; `not_settled`: the bank does not call it settled.
 */
export const statementLineClasses = [
  "matched",
  "reversed",
  "assigned",
  "amount_mismatch",
  "already_received",
  "unexpected",
  "unmatched_reversal",
  "duplicate_line",
  "not_settled",
] as const;
export type StatementLineClass = (typeof statementLineClasses)[number];

export const receiptStatusSchema = z.enum(receiptStatuses);
export const statementLineClassSchema = z.enum(statementLineClasses);

export const receiptSchema = z.object({
  id: idSchema,
  bank: bankKeySchema.describe("Key of the bank"),
  virtualAccount: z.string().describe("The virtual account"),
  reference: z.string().describe("What is paid, e.g. an invoice number"),
  amount: amountTwdSchema,
  dueDate: daySchema.nullable(),
  status: receiptStatusSchema.describe("Where it stands"),
  receivedAmount: amountTwdSchema.nullable().describe("what came; differs from the amount where a person assigned it"),
  receivedOn: daySchema.nullable(),
  fileId: idSchema.nullable().describe("the statement that told it last"),
  decidedBy: z.string().nullable().describe("who cancelled it or assigned a line to it"),
  decidedReason: z.string().nullable().describe("Why a person decided so"),
  createdBy: z.string().describe("Subject of whoever made it"),
  createdAt: instantSchema,
});

export const statementLineSchema = z.object({
  lineNumber: z.int().describe("Line of the file, from 1"),
  class: statementLineClassSchema.describe("How the line was classed"),
  virtualAccount: z.string().describe("The virtual account"),
  amount: amountTwdSchema,
  isReversal: z.boolean().describe("Whether the line takes money back"),
  processedDate: daySchema.nullable(),
  processedTime: z.string().nullable().describe("Time of day, as the bank writes it"),
  bankReference: z.string().nullable().describe("The bank's own reference"),
  channel: z.string().nullable().describe("How it was paid in, as the bank writes it"),
  payerBank: z.string().nullable().describe("Bank of the payer"),
  receiptId: idSchema.nullable(),
  reference: z.string().nullable().describe("of the receipt"),
});
