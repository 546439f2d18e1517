import { z } from "zod";
import { amountTwdSchema, idempotencyKeySchema, idSchema, instantSchema } from "./common.ts";
import { decimal, invoiceNumberSchema, invoicePeriodSchema, text } from "./einvoice-fields.ts";

const reasonSchema = text(20, "Why, e.g. 退貨");
const remarkSchema = text(200, "Remark").optional();

export const cancelInvoiceInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  id: idSchema,
  reason: reasonSchema.describe("Why, from the gateway's own list"),
  approvalNumber: text(
    60,
    "Approval number of the tax office (專案作廢核准文號); needed after the deadline",
  ).optional(),
  remark: remarkSchema,
});
export type CancelInvoiceInput = z.output<typeof cancelInvoiceInputSchema>;

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
    .describe("Lines of the document"),
  amountsIncludeTax: z
    .boolean()
    .describe("Whether the amounts include the tax. When absent: yes for consumers, no for businesses")
    .optional(),
});
export type IssueAllowanceInput = z.output<typeof issueAllowanceInputSchema>;

export const cancelAllowanceInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  id: idSchema,
  reason: reasonSchema.describe("Why, from the gateway's own list"),
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
  lines: z.array(
    z
      .object({
        sequenceNumber: z.string().describe("The invoice's line"),
        description: z.string().describe("What was sold"),
        quantity: z.string().describe("Decimal"),
        netAmount: amountTwdSchema,
        taxAmount: amountTwdSchema,
      })
      .describe("Lines of the document"),
  ),
});
export type Allowance = z.output<typeof allowanceSchema>;

export const messageKinds = ["issue", "cancel", "void", "allowance", "cancel_allowance"] as const;
export type MessageKind = (typeof messageKinds)[number];

/** What a person can do about a message that the gateway does not bring to its end by itself. */
export const remedySchema = z
  .enum(["resend", "void_and_correct", "cancel_allowance", "settle"])
  .describe(
    "resend: resendMessage, once the cause is mended. void_and_correct: voidInvoice with corrected content. cancel_allowance: cancelAllowance, then a new one. settle: settleMessage, after looking at the platform itself",
  );
export type Remedy = z.output<typeof remedySchema>;

/** A message to the platform; nothing about a number is sent before what precedes it is confirmed. */
export const invoiceMessageSchema = z.object({
  id: idSchema,
  kind: z.enum(messageKinds).describe("開立 F0401, 作廢 F0501, 註銷 F0701, 折讓 G0401, 作廢折讓 G0501"),
  position: z.int().describe("Order within the number"),
  status: z
    .enum(["due", "sending", "sent", "unknown", "accepted", "rejected", "superseded"])
    .describe(
      "due: waits. sent: handed over, the result is awaited. unknown: asked about. rejected: a person must act. superseded: no longer needed",
    ),
  allowanceNumber: z.string().nullable().describe("Number of the allowance it is about"),
  dueAt: instantSchema.describe("The platform must have it before this instant"),
  attempts: z.int().describe("How often it was tried"),
  nextAttemptAt: instantSchema.nullable(),
  reason: z.string().nullable().describe("Why, from the gateway's own list"),
  providerCode: z.string().nullable().describe("The provider's own code, verbatim"),
  acceptedAt: instantSchema.nullable(),
  remedies: z.array(remedySchema).describe("What a person can do about it; empty while the gateway goes on by itself"),
});

/** One print of a proof. */
export const proofPrintSchema = z.object({
  kind: z.enum(["original", "reprint"]).describe("The first is the original; every further one says 補印"),
  format: z.enum(["pdf", "escpos"]).describe("Form of what was made"),
  printedAt: instantSchema,
  printedBy: z.string().describe("Subject of the caller"),
});
export type ProofPrint = z.output<typeof proofPrintSchema>;

export const printProofInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  invoiceNumber: invoiceNumberSchema,
  invoicePeriod: invoicePeriodSchema,
  format: z.enum(["pdf", "escpos"]).describe("A PDF of 57 mm, or bytes for a thermal printer with the code page Big5"),
  withItems: z.boolean().describe("The list of items; always for businesses").optional(),
  isWinning: z.boolean().describe("The invoice has won: one that a carrier holds may be printed").optional(),
});
export type PrintProofInput = z.output<typeof printProofInputSchema>;

export const printedProofSchema = z.object({
  kind: proofPrintSchema.shape.kind.describe("Which kind it is"),
  contentType: z.string().describe("Media type of the content"),
  fileName: z.string().describe("Name for the file"),
  contentBase64: z.string().describe("The bytes, Base64"),
});
export type PrintedProof = z.output<typeof printedProofSchema>;
