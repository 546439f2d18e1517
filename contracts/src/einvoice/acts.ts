import { z } from "zod";
import { amountTwdSchema, idempotencyKeySchema, idSchema, instantSchema } from "../common.ts";
import { invoiceContentInputSchema } from "./content.ts";
import { decimal, invoiceNumberSchema, invoicePeriodSchema, text } from "./fields.ts";

const reasonSchema = text(20, "Why, e.g. 退貨");
const remarkSchema = text(200, "Remark").optional();

export const cancelInvoiceInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  id: idSchema,
  reason: reasonSchema,
  approvalNumber: text(
    60,
    "Approval number of the tax office (專案作廢核准文號); needed after the deadline",
  ).optional(),
  remark: remarkSchema,
});
export type CancelInvoiceInput = z.output<typeof cancelInvoiceInputSchema>;

export const voidInvoiceInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  id: idSchema,
  reason: text(20, "Why, e.g. 品名錯誤"),
  remark: text(200, "Remark").optional(),
  corrected: invoiceContentInputSchema
    .describe("The right content, uploaded under the same number and date once the void is confirmed. May follow later")
    .optional(),
});
export type VoidInvoiceInput = z.output<typeof voidInvoiceInputSchema>;

export const issueAllowanceInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  invoiceId: idSchema,
  lines: z
    .array(
      z.object({
        sequenceNumber: z
          .string()
          .regex(/^[0-9]{3,4}$/, "must be the sequenceNumber of a line, e.g. 001")
          .describe("The invoice's line that is allowed for"),
        amount: z
          .int("must be a whole number of NT$")
          .min(1, "at least 1")
          .max(4_294_967_295, "at most 4294967295")
          .describe("Whole NT$"),
        quantity: decimal("How much is given back; 1 when absent")
          .refine((value) => Number(value) > 0, "must be above zero")
          .optional(),
      }),
    )
    .min(1, "at least 1 line")
    .max(9999, "at most 9999 lines")
    .describe("What is allowed for, line by line"),
  amountsIncludeTax: z
    .boolean()
    .describe("Whether the amounts include the tax. When absent: yes for consumers, no for businesses")
    .optional(),
});
export type IssueAllowanceInput = z.output<typeof issueAllowanceInputSchema>;

export const cancelAllowanceInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  id: idSchema,
  reason: reasonSchema,
  remark: remarkSchema,
});
export type CancelAllowanceInput = z.output<typeof cancelAllowanceInputSchema>;

export const allowanceSchema = z.object({
  id: idSchema,
  allowanceNumber: z
    .string()
    .describe(
      "At most 16 characters, unique per seller. Where the provider gives it: the gateway's own until it is accepted",
    ),
  invoiceId: idSchema,
  invoiceNumber: invoiceNumberSchema,
  invoicePeriod: invoicePeriodSchema,
  issuedAt: instantSchema,
  status: z
    .enum(["issued", "uploading", "unknown", "accepted", "rejected", "cancelled"])
    .describe("As an invoice's status; a rejected allowance is ended with cancelAllowance"),
  netAmount: amountTwdSchema.describe("Without tax"),
  taxAmount: amountTwdSchema,
  totalAmount: amountTwdSchema.describe("netAmount + taxAmount"),
  uploadDueAt: instantSchema.describe("The platform must have it before this instant"),
  lines: z
    .array(
      z.object({
        sequenceNumber: z.string().describe("The invoice's line"),
        description: z.string().describe("What was sold"),
        quantity: z.string().describe("Decimal"),
        netAmount: amountTwdSchema,
        taxAmount: amountTwdSchema,
      }),
    )
    .describe("What it allows for, line by line"),
});
export type Allowance = z.output<typeof allowanceSchema>;
