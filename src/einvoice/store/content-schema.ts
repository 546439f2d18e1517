import { invoiceStatusSchema, messageKinds, taxTypeSchema } from "@luckygas/gateway-client";
import { z } from "zod";
import type { InvoiceAmounts, InvoiceBuyer, InvoiceCarrier, InvoiceContent, InvoiceSeller } from "../rules/content.ts";
import type { Act, AllowanceLine } from "../rules/document.ts";

const sellerSchema = z.object({
  ubn: z.string(),
  name: z.string(),
  address: z.string(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
}) satisfies z.ZodType<InvoiceSeller>;

const buyerSchema = z.object({
  kind: z.enum(["consumer", "business"]),
  ubn: z.string().nullable(),
  name: z.string(),
  address: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
}) satisfies z.ZodType<InvoiceBuyer>;

const lineSchema = z.object({
  sequenceNumber: z.string(),
  description: z.string(),
  quantity: z.string(),
  unit: z.string().nullable(),
  unitPrice: z.string(),
  amount: z.string(),
  taxType: taxTypeSchema,
});

const amountsSchema = z.object({
  taxType: z.enum(["taxable", "zero_rated", "exempt", "mixed"]),
  salesAmount: z.int(),
  exemptSalesAmount: z.int(),
  zeroRatedSalesAmount: z.int(),
  taxAmount: z.int(),
  includedTaxAmount: z.int(),
  totalAmount: z.int(),
}) satisfies z.ZodType<InvoiceAmounts>;

const carrierSchema = z.object({
  type: z.string(),
  id: z.string(),
  hiddenId: z.string(),
}) satisfies z.ZodType<InvoiceCarrier>;

/** The column `invoices.content`. */
export const contentSchema = z.object({
  seller: sellerSchema,
  buyer: buyerSchema,
  lines: z.array(lineSchema),
  amounts: amountsSchema,
  carrier: carrierSchema.nullable(),
  donationCode: z.string().nullable(),
  print: z.boolean(),
  orderReference: z.string().nullable(),
  customsClearanceMark: z.enum(["not_through_customs", "through_customs"]).nullable(),
  zeroTaxRateReason: z.string().nullable(),
}) satisfies z.ZodType<InvoiceContent>;

const headSchema = z.object({
  id: z.string(),
  sellerUbn: z.string(),
  period: z.string(),
  number: z.string(),
  issuedAt: z.date(),
  randomCode: z.string(),
  status: invoiceStatusSchema,
  uploadDueAt: z.date(),
});

/** A row of `invoices` with its whole content. */
export const storedInvoiceSchema = headSchema.extend({ content: contentSchema });
export type StoredInvoice = z.output<typeof storedInvoiceSchema>;

/** A row of `invoices` without the lines: enough for a list. */
export const storedSummarySchema = headSchema.extend({
  content: contentSchema.pick({ buyer: true, amounts: true, orderReference: true }),
});
export type StoredSummary = z.output<typeof storedSummarySchema>;

const uploadStatusSchema = z.enum(["due", "sending", "sent", "unknown", "accepted", "rejected", "superseded"]);

/** The part of a row of `einvoice_uploads` that callers may see. */
export const storedUploadSchema = z.object({
  status: uploadStatusSchema,
  attempts: z.int(),
  nextAttemptAt: z.date(),
  reason: z.string().nullable(),
  providerCode: z.string().nullable(),
  providerMessage: z.string().nullable(),
  acceptedAt: z.date().nullable(),
});
export type StoredUpload = z.output<typeof storedUploadSchema>;

/** A row of `einvoice_uploads` as the list of an invoice's messages shows it. */
export const storedMessageSchema = storedUploadSchema.extend({
  id: z.string(),
  kind: z.enum(messageKinds),
  position: z.int(),
  allowanceId: z.string().nullable(),
  dueAt: z.date(),
});
export type StoredMessage = z.output<typeof storedMessageSchema>;

const actSchema = z.object({
  at: z.iso.datetime().transform((text) => new Date(text)),
  reason: z.string(),
  remark: z.string().nullable(),
  approvalNumber: z.string().nullable(),
}) satisfies z.ZodType<Act>;

/** The column `einvoice_uploads.payload`. */
export const payloadSchema = z.object({ act: actSchema.optional(), content: contentSchema.optional() });

const allowanceLineSchema = z.object({
  originalSequenceNumber: z.string(),
  description: z.string(),
  quantity: z.string(),
  unit: z.string().nullable(),
  unitPrice: z.string(),
  netAmount: z.int(),
  taxAmount: z.int(),
  taxType: taxTypeSchema,
}) satisfies z.ZodType<AllowanceLine>;

/** The column `einvoice_allowances.content`. */
const allowanceContentSchema = z.object({
  lines: z.array(allowanceLineSchema),
  netAmount: z.int(),
  taxAmount: z.int(),
});

/** A row of `einvoice_allowances`. */
export const storedAllowanceSchema = z.object({
  id: z.string(),
  number: z.string(),
  invoiceId: z.string(),
  issuedAt: z.date(),
  status: z.enum(["issued", "uploading", "unknown", "accepted", "rejected", "cancelled"]),
  uploadDueAt: z.date(),
  content: allowanceContentSchema,
});
export type StoredAllowance = z.output<typeof storedAllowanceSchema>;

/** A row of `einvoice_branch_numbers`. */
export const storedBranchNumbersSchema = z.object({
  id: z.string(),
  sellerUbn: z.string(),
  branchUbn: z.string(),
  period: z.string(),
  prefix: z.string(),
  rangeStart: z.int(),
  rangeEnd: z.int(),
  beginNumber: z.int(),
  endNumber: z.int(),
  isByHand: z.boolean(),
});
export type StoredBranchNumbers = z.output<typeof storedBranchNumbersSchema>;

/** A row of `einvoice_number_reports`. */
export const storedReportSchema = z.object({
  id: z.string(),
  sellerUbn: z.string(),
  period: z.string(),
  prefix: z.string(),
  ranges: z.array(z.tuple([z.int(), z.int()])),
  isByHand: z.boolean(),
});

/** The part of a row of `einvoice_attempts` that callers may see. */
export const storedAttemptSchema = z.object({
  id: z.string(),
  operation: z.enum(["submit", "find", "decide"]),
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
  outcome: z.enum(["accepted", "rejected", "unknown", "not_applied", "not_found", "pending"]).nullable(),
  reason: z.string().nullable(),
  providerCode: z.string().nullable(),
  httpStatus: z.int().nullable(),
});
export type StoredAttempt = z.output<typeof storedAttemptSchema>;
