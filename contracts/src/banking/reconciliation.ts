import { z } from "zod";
import { amountTwdSchema, daySchema, idSchema, pageOf } from "../common.ts";
import { batchStatusSchema } from "./batches.ts";
import { bankKeySchema, countAndAmountSchema, reconciliationIdentitySchema } from "./fields.ts";
import { inboundFileSchema } from "./inbound-files.ts";

/** Every line of a bank's reply file ends in exactly one class. */
export const lineClasses = [
  "matched_success",
  "matched_failed",
  "amount_mismatch",
  "account_mismatch",
  "unknown_transaction",
  "duplicate_line",
  "already_final_same",
  "already_final_conflict",
  "returned",
  "corrected",
  "wrong_bank",
  "unparseable",
] as const;
export type LineClass = (typeof lineClasses)[number];

/** `debit`: the bank took the money. `reversal`: it came back, or a correction took the success away. */
export const postingKinds = ["debit", "reversal"] as const;
export type PostingKind = (typeof postingKinds)[number];

export const lineClassSchema = z.enum(lineClasses);

export const reconciliationLineSchema = z.object({
  fileId: idSchema,
  lineNumber: z.int().describe("Line of the file, from 1"),
  class: lineClassSchema.describe("How the line was classed"),
  transactionId: z.string().describe("Unique at this bank for ever; it comes back in the bank's reply"),
  amount: amountTwdSchema.nullable(),
  responseCode: z.string().describe("The bank's code for the result"),
  responseMeaning: z.string().describe("What that code means"),
  bankReference: z.string().nullable().describe("The bank's own reference"),
  processedDate: daySchema.nullable(),
});

export const bankReconciliationSchema = z.object({
  batchId: idSchema,
  bank: bankKeySchema.describe("Key of the bank"),
  batchStatus: batchStatusSchema,
  expected: countAndAmountSchema.describe("All items"),
  succeeded: countAndAmountSchema.describe("Debited"),
  failed: countAndAmountSchema.describe("Refused by the bank"),
  returned: countAndAmountSchema.describe("Had succeeded and came back"),
  paidByAbsence: countAndAmountSchema.describe("Not among the returns when their window closed"),
  posted: countAndAmountSchema.describe("Debits posted less those reversed; equals succeeded and paid by absence"),
  open: countAndAmountSchema.describe("Not answered yet"),
  lineCount: z.int().describe("Lines of the file"),
  matchedCount: z.int().describe("Lines that match an item"),
  classes: z.partialRecord(lineClassSchema, z.int()).describe("Lines by class; classes without lines are absent"),
  accuracy: z
    .number()
    .nullable()
    .describe("Matched lines ÷ all lines of the latest file; 1 for a file without lines, `null` before the first file"),
  identities: z.array(reconciliationIdentitySchema).describe("What must be equal, in count and in amount"),
  files: z.array(inboundFileSchema).describe("The bank's files about it"),
  lines: pageOf(reconciliationLineSchema).describe("The lines of those files"),
});
