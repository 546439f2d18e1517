import { z } from "zod";
import { amountTwdSchema, idSchema, instantSchema } from "../common.ts";
import { allowanceSchema } from "./acts.ts";
import { invoiceNumberSchema, invoicePeriodSchema, taxTypeSchema, ubnSchema } from "./fields.ts";
import { invoiceMessageSchema } from "./messages.ts";
import { proofPrintSchema } from "./proofs.ts";

export const invoiceStatuses = [
  "issued",
  "uploading",
  "unknown",
  "accepted",
  "rejected",
  "cancelled",
  "voided",
] as const;

export const invoiceStatusSchema = z
  .enum(invoiceStatuses)
  .describe(
    "issued: valid, its upload waits. uploading: being sent. unknown: sent, and nobody knows yet whether it arrived; it is asked about. accepted: stored by the platform. rejected: refused by the platform, a person must act. cancelled (作廢), voided (註銷).",
  );
export type InvoiceStatus = z.infer<typeof invoiceStatusSchema>;

const issuedLineSchema = z.object({
  sequenceNumber: z.string().describe("`001`, `002` …; unique in the invoice"),
  description: z.string().describe("What was sold"),
  quantity: z.string().describe("Decimal"),
  unit: z.string().optional().describe("Unit, e.g. 桶"),
  unitPrice: z.string().describe("Decimal, as written on the invoice: with tax for consumers, without for businesses"),
  amount: z.string().describe("Decimal, as written on the invoice"),
  taxType: taxTypeSchema,
});

const uploadSchema = z.object({
  attempts: z.int().describe("How often it was sent"),
  nextAttemptAt: instantSchema.nullable().describe("When the gateway acts next; `null` when it does nothing by itself"),
  reason: z.string().nullable().describe("Why it is not accepted yet, from the gateway's own list"),
  providerCode: z.string().nullable().describe("The provider's own code, verbatim"),
  providerMessage: z.string().nullable().describe("The provider's own words"),
  acceptedAt: instantSchema.nullable(),
});

export const invoiceSummarySchema = z.object({
  id: idSchema,
  invoiceNumber: invoiceNumberSchema,
  invoicePeriod: invoicePeriodSchema,
  issuedAt: instantSchema,
  randomCode: z.string().describe("Random code (隨機碼), 4 digits"),
  sellerUbn: ubnSchema,
  buyerKind: z.enum(["consumer", "business"]).describe("Whether the buyer has a tax id"),
  buyerUbn: ubnSchema.nullable(),
  buyerName: z.string().describe("Name on the invoice"),
  salesAmount: amountTwdSchema.describe("Taxable sales: including tax for consumers, without tax for businesses"),
  exemptSalesAmount: amountTwdSchema,
  zeroRatedSalesAmount: amountTwdSchema,
  taxAmount: amountTwdSchema.describe("Tax on top of the sales amounts; 0 for consumers, whose prices contain it"),
  includedTaxAmount: amountTwdSchema.describe("Tax contained in a consumer's sales amount; 0 for businesses"),
  totalAmount: amountTwdSchema.describe("salesAmount + exemptSalesAmount + zeroRatedSalesAmount + taxAmount"),
  status: invoiceStatusSchema,
  uploadDueAt: instantSchema.describe("The platform must have it before this instant"),
  orderReference: z.string().nullable().describe("The caller's own reference"),
});
export type InvoiceSummary = z.infer<typeof invoiceSummarySchema>;

export const invoiceSchema = invoiceSummarySchema.extend({
  lines: z.array(issuedLineSchema).describe("What was sold, line by line"),
  print: z.boolean().describe("Whether the proof is printed"),
  carrier: z
    .object({ type: z.string(), id: z.string() })
    .nullable()
    .describe("Carrier (載具); null where there is none"),
  donationCode: z.string().nullable().describe("Donation code (愛心碼); null where it is not donated"),
  upload: uploadSchema.describe("Where its upload stands"),
});
export type Invoice = z.infer<typeof invoiceSchema>;

const uploadAttemptSchema = z.object({
  id: idSchema,
  operation: z.enum(["submit", "find", "decide"]).describe("Sent; asked about; decided by a person"),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  outcome: z
    .enum(["accepted", "rejected", "unknown", "not_applied", "not_found", "pending"])
    .nullable()
    .describe("`null` while it is under way; pending: handed over, the result comes later"),
  reason: z.string().nullable().describe("Why, from the gateway's own list"),
  providerCode: z.string().nullable().describe("The provider's own code, verbatim"),
  httpStatus: z.int().nullable().describe("Status of the provider's answer"),
});

export const invoiceDetailSchema = invoiceSchema.extend({
  attempts: z.array(uploadAttemptSchema).describe("Latest first, at most 20"),
  messages: z
    .array(invoiceMessageSchema)
    .describe("What the platform is told about this number, in the order in which it is sent"),
  allowances: z.array(allowanceSchema).describe("Allowances (折讓), the cancelled ones included"),
  prints: z.array(proofPrintSchema).describe("Every print of the proof, in order"),
});
export type InvoiceDetail = z.input<typeof invoiceDetailSchema>;

export const testInvoiceResultSchema = z.object({
  outcome: z.enum(["accepted", "rejected", "unknown", "not_applied", "pending"]).describe("What came of it"),
  reason: z.string().nullable().describe("Why, from the gateway's own list"),
  providerCode: z.string().nullable().describe("The provider's own code, verbatim"),
  providerMessage: z.string().nullable().describe("The provider's own words"),
});
