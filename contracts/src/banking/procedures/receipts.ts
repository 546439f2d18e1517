import { z } from "zod";
import { amountTwdSchema, daySchema, idempotencyKeySchema, idSchema, pageOf, pageRequestSchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { bankKeySchema, csvFileSchema, reasonSchema, referenceSchema } from "../fields.ts";
import { receiptSchema, receiptStatusSchema } from "../receipts.ts";
import { bankStatementSchema } from "../statements.ts";

/** Money received: what is expected, and what the statements tell. */
export const receiptProcedures = {
  expectReceipt: mutation({
    summary: "Gives out a virtual account for what a customer is to pay; a statement line is matched to it.",
    roles: staff,
    input: z.object({
      idempotencyKey: idempotencyKeySchema,
      bank: bankKeySchema.describe("Key of the bank"),
      customer: z
        .string()
        .regex(/^[0-9]{1,12}$/, "1 to 12 digits")
        .describe("Digits of the customer or bill"),
      amount: amountTwdSchema.min(1, "at least NT$ 1"),
      dueDate: daySchema.optional().describe("Bound into the number where the bank's rule has it"),
      reference: referenceSchema.describe("What is paid, e.g. an order or invoice number"),
    }),
    output: receiptSchema,
    rest: { method: "POST", path: "/banking/receipts" },
  }),
  listReceipts: query({
    summary: "Expected receipts and what came of them, newest first.",
    roles: staff,
    input: z.object({
      bank: bankKeySchema.optional().describe("Key of the bank"),
      status: receiptStatusSchema.optional(),
      reference: z
        .string()
        .max(40, "at most 40 characters")
        .optional()
        .describe("What is paid, e.g. an invoice number"),
      virtualAccount: z.string().max(16, "at most 16 digits").optional().describe("The virtual account"),
      ...pageRequestSchema,
    }),
    output: pageOf(receiptSchema),
    rest: { method: "GET", path: "/banking/receipts" },
  }),
  cancelReceipt: mutation({
    summary: "Expects a payment no longer; money that comes all the same is unexpected.",
    roles: staff,
    input: z.object({ receiptId: idSchema, reason: reasonSchema }),
    output: receiptSchema,
    rest: { method: "POST", path: "/banking/receipts/{receiptId}/cancel" },
  }),
  assignReceipt: mutation({
    summary: "Gives a line of a statement that was matched to nothing to a receipt, since a person decided so.",
    roles: managers,
    input: z.object({
      receiptId: idSchema,
      fileId: idSchema,
      lineNumber: z.int().min(1).describe("Line of the file, from 1"),
      reason: reasonSchema,
    }),
    output: receiptSchema,
    rest: { method: "POST", path: "/banking/receipts/{receiptId}/assign" },
  }),
  getStatement: query({
    summary: "How a statement of money received adds up, line by line.",
    roles: staff,
    input: z.object({ fileId: idSchema, ...pageRequestSchema }),
    output: bankStatementSchema,
    rest: { method: "GET", path: "/banking/statements/{fileId}" },
  }),
  exportStatement: query({
    summary: "A statement with the class and the receipt of every line, as a CSV file (UTF-8 with a byte order mark).",
    roles: staff,
    input: z.object({ fileId: idSchema }),
    output: csvFileSchema,
    rest: { method: "GET", path: "/banking/statements/{fileId}/export" },
  }),
} satisfies RouterContract;
