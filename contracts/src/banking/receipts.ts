import { z } from "zod";
import { amountTwdSchema, daySchema, idSchema, instantSchema } from "../common.ts";
import { bankKeySchema } from "./fields.ts";

/** States of an expected receipt; one that was reversed may be paid again. */
export const receiptStatuses = ["open", "received", "reversed", "cancelled"] as const;
export type ReceiptStatus = (typeof receiptStatuses)[number];

export const receiptStatusSchema = z
  .enum(receiptStatuses)
  .describe("open until it is paid; reversed: it was paid and the bank took it back");

export const receiptSchema = z.object({
  id: idSchema,
  bank: bankKeySchema.describe("Key of the bank"),
  virtualAccount: z.string().describe("The virtual account"),
  reference: z.string().describe("What is paid, e.g. an invoice number"),
  amount: amountTwdSchema,
  dueDate: daySchema.nullable(),
  status: receiptStatusSchema,
  receivedAmount: amountTwdSchema.nullable().describe("What came; differs from the amount where a person assigned it"),
  receivedOn: daySchema.nullable(),
  fileId: idSchema.nullable().describe("The statement that told it last"),
  decidedBy: z.string().nullable().describe("Who cancelled it or assigned a line to it"),
  decidedReason: z.string().nullable().describe("Why a person decided so"),
  createdBy: z.string().describe("Subject of whoever made it"),
  createdAt: instantSchema,
});
