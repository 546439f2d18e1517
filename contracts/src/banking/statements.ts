import { z } from "zod";
import { amountTwdSchema, daySchema, idSchema, pageOf } from "../common.ts";
import { countAndAmountSchema, reconciliationIdentitySchema } from "./fields.ts";
import { inboundFileSchema } from "./inbound-files.ts";

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

export const statementLineClassSchema = z.enum(statementLineClasses);

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
  reference: z.string().nullable().describe("Reference of the receipt"),
});

export const bankStatementSchema = z.object({
  file: inboundFileSchema.describe("The file as it was received"),
  lineCount: z.int().describe("Lines of the file"),
  classes: z
    .partialRecord(statementLineClassSchema, countAndAmountSchema)
    .describe("Lines by class; classes without lines are absent"),
  credited: countAndAmountSchema.describe("All lines that bring money"),
  reversed: countAndAmountSchema.describe("All lines that take it back"),
  posted: countAndAmountSchema.describe("Matched and assigned lines"),
  suspense: countAndAmountSchema.describe("Money that belongs to no receipt yet"),
  identities: z.array(reconciliationIdentitySchema).describe("What must be equal, in count and in amount"),
  lines: pageOf(statementLineSchema).describe("Its lines, in order"),
});
