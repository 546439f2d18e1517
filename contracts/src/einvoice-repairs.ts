import { z } from "zod";
import { amountTwdSchema, idempotencyKeySchema, idSchema, instantSchema } from "./common.ts";
import { messageKinds, remedySchema } from "./einvoice-acts.ts";
import { invoiceNumberSchema, invoicePeriodSchema, text, ubnSchema } from "./einvoice-fields.ts";

const noteSchema = text(200, "What was mended or seen, for the record");

/** A message to the platform, about an invoice or about numbers. */
export const messageStateSchema = z.object({
  messageId: idSchema,
  kind: z
    .enum([...messageKinds, "unused_numbers", "branch_numbers"])
    .describe("As of an invoice's message; 空白字軌 E0402, 分支機構配號 E0401"),
  status: z.string().describe("As of an invoice's message"),
  invoiceId: idSchema.nullable(),
  invoiceNumber: invoiceNumberSchema.nullable(),
  invoicePeriod: invoicePeriodSchema,
  attempts: z.int().describe("How often it was tried"),
  dueAt: instantSchema,
  nextAttemptAt: instantSchema.nullable().describe("When the gateway acts next; `null` when it does nothing by itself"),
  reason: z.string().nullable().describe("Why"),
  providerCode: z.string().nullable().describe("The provider's own code, verbatim"),
  remedies: z.array(remedySchema),
});
export type MessageState = z.output<typeof messageStateSchema>;

export const resendMessageInputSchema = z.object({ messageId: idSchema, note: noteSchema });
export type ResendMessageInput = z.output<typeof resendMessageInputSchema>;

export const settleMessageInputSchema = z.object({
  messageId: idSchema,
  decision: z
    .enum(["accepted", "rejected", "send_again"])
    .describe("The platform has it; has refused it; does not have it (the same number and content is sent again)"),
  allowanceNumber: z
    .string()
    .regex(/^[0-9A-Za-z]{1,16}$/, "must be 1 to 16 letters and digits")
    .describe("Of an accepted allowance whose number the provider gave")
    .optional(),
  note: noteSchema,
});
export type SettleMessageInput = z.output<typeof settleMessageInputSchema>;

export const assignBranchNumbersInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  invoicePeriod: invoicePeriodSchema,
  prefix: z
    .string()
    .regex(/^[A-Z]{2}$/, "must be 2 capital letters")
    .describe("Track (字軌)"),
  branchUbn: ubnSchema.describe("統一編號 of the branch (分支機構)"),
  beginNumber: z.int().min(0, "at least 0").max(99_999_999, "at most 99999999").describe("Ends with 00 or 50"),
  endNumber: z.int().min(0, "at least 0").max(99_999_999, "at most 99999999").describe("Ends with 49 or 99"),
});
export type AssignBranchNumbersInput = z.output<typeof assignBranchNumbersInputSchema>;

export const branchNumbersSchema = z.object({
  id: idSchema,
  invoicePeriod: invoicePeriodSchema,
  prefix: z.string().describe("Track (字軌), 2 letters"),
  branchUbn: ubnSchema,
  beginNumber: z.string().describe("8 digits"),
  endNumber: z.string().describe("8 digits, inclusive"),
  count: z.int().describe("How many"),
  messageId: idSchema.nullable(),
  status: z
    .string()
    .describe(
      "As of an invoice's message; by_hand: the seller's transport carries no E0401, file it on the platform's own pages",
    ),
});
export type BranchNumbers = z.output<typeof branchNumbersSchema>;

/** An invoice that has no number yet, because the provider gives it. */
export const pendingOrderSchema = z.object({
  orderId: idSchema,
  orderedAt: instantSchema,
  status: z
    .enum(["due", "sending", "unknown"])
    .describe("due: to be ordered. unknown: ordered, and nobody knows whether the provider issued it"),
  reason: z.string().nullable().describe("Why"),
  tries: z.int().describe("How often it was tried"),
  nextAttemptAt: instantSchema,
  buyerName: z.string().describe("Name on the invoice"),
  totalAmount: amountTwdSchema,
  orderReference: z.string().nullable().describe("The caller's own reference"),
});
export type PendingOrder = z.output<typeof pendingOrderSchema>;

export const settleOrderInputSchema = z.object({
  orderId: idSchema,
  issued: z
    .object({
      invoiceNumber: invoiceNumberSchema,
      randomCode: z
        .string()
        .regex(/^[0-9]{4}$/, "must be 4 digits")
        .describe("Random code (隨機碼), 4 digits"),
      issuedAt: instantSchema,
    })
    .nullable()
    .describe("What the provider shows of it; `null`: the provider did not issue it, and never will"),
  note: noteSchema,
});
export type SettleOrderInput = z.output<typeof settleOrderInputSchema>;

export const settledOrderSchema = z.object({
  orderId: idSchema,
  status: z.enum(["issued", "rejected"]).describe("Where it stands"),
  invoiceNumber: invoiceNumberSchema.nullable().describe("The invoice's `id` is the order's"),
});
