import { z } from "zod";
import { amountTwdSchema, idSchema, instantSchema } from "../common.ts";
import { invoiceNumberSchema, noteSchema } from "./fields.ts";

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
