import { z } from "zod";
import { idSchema, instantSchema } from "../common.ts";
import { invoiceNumberSchema, invoicePeriodSchema, noteSchema } from "./fields.ts";

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
  remedies: z.array(remedySchema).describe("What a person can do about it; empty while the gateway goes on by itself"),
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
