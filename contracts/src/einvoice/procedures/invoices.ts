import { z } from "zod";
import { daySchema, idSchema, pageOf, pageRequestSchema } from "../../common.ts";
import { mutation, query, type RouterContract, staff, subscription } from "../../procedure.ts";
import {
  allowanceSchema,
  cancelAllowanceInputSchema,
  cancelInvoiceInputSchema,
  issueAllowanceInputSchema,
  voidInvoiceInputSchema,
} from "../acts.ts";
import { issuedInvoiceResultSchema, issueInvoicesInputSchema } from "../bulk.ts";
import { issueInvoiceInputSchema } from "../content.ts";
import { invoiceNumberSchema, invoicePeriodSchema, text } from "../fields.ts";
import {
  invoiceDetailSchema,
  invoiceSchema,
  invoiceStatusSchema,
  invoiceSummarySchema,
  testInvoiceResultSchema,
} from "../invoices.ts";

/** Invoices and what is done with them. */
export const invoiceProcedures = {
  issueInvoice: mutation({
    summary:
      "Issues an invoice (開立發票): gives it the next number of the present period and queues its upload. It is valid when this answers.",
    roles: staff,
    input: issueInvoiceInputSchema,
    output: invoiceSchema,
    rest: { method: "POST", path: "/einvoice/invoices" },
  }),
  issueInvoices: mutation({
    summary:
      "Issues up to 1,000 invoices in one call, each by itself as issueInvoice does, with a result for each in the order given. One that is malformed or breaks a rule is refused in its place and takes no number; the others are issued.",
    roles: staff,
    input: issueInvoicesInputSchema,
    output: z.object({ items: z.array(issuedInvoiceResultSchema) }),
    rest: { method: "POST", path: "/einvoice/invoices/bulk" },
  }),
  getInvoice: query({
    summary: "One invoice with the attempts to upload it.",
    roles: staff,
    input: z.object({ id: idSchema }),
    output: invoiceDetailSchema,
    rest: { method: "GET", path: "/einvoice/invoices/{id}" },
  }),
  watchInvoice: subscription({
    summary: "The invoice as it stands now, and again after every change of its messages, allowances or prints.",
    roles: staff,
    input: z.object({
      id: idSchema,
      lastEventId: z
        .string()
        .regex(/^[0-9]{1,15}$/, "must be the id of an event")
        .optional()
        .describe("Of the latest event seen; the present state is told first in any case"),
    }),
    output: invoiceDetailSchema,
  }),
  listInvoices: query({
    summary: "Invoices, latest first.",
    roles: staff,
    input: z.object({
      ...pageRequestSchema,
      status: invoiceStatusSchema.optional(),
      invoicePeriod: invoicePeriodSchema.optional(),
      invoiceNumber: invoiceNumberSchema.optional(),
      orderReference: text(20, "The caller's own reference").optional(),
      issuedFrom: daySchema.describe("First day of issue, Taipei").optional(),
      issuedTo: daySchema.describe("Last day of issue, Taipei").optional(),
    }),
    output: pageOf(invoiceSummarySchema),
    rest: { method: "GET", path: "/einvoice/invoices" },
  }),
  cancelInvoice: mutation({
    summary:
      "Cancels an invoice (作廢): the sale is undone and the number stays used. Allowed to the 15th of the odd month after its period, later only with an approval number.",
    roles: staff,
    input: cancelInvoiceInputSchema,
    output: invoiceDetailSchema,
    rest: { method: "POST", path: "/einvoice/invoices/{id}/cancel" },
  }),
  voidInvoice: mutation({
    summary:
      "Withdraws the message of an invoice (註銷) so that corrected content can be uploaded under the same number.",
    roles: staff,
    input: voidInvoiceInputSchema,
    output: invoiceDetailSchema,
    rest: { method: "POST", path: "/einvoice/invoices/{id}/void" },
  }),
  issueAllowance: mutation({
    summary: "Issues an allowance (折讓) on lines of an accepted invoice, never above what is left of them.",
    roles: staff,
    input: issueAllowanceInputSchema,
    output: allowanceSchema,
    rest: { method: "POST", path: "/einvoice/invoices/{invoiceId}/allowances" },
  }),
  cancelAllowance: mutation({
    summary: "Cancels an allowance (作廢折讓); its amounts are free again.",
    roles: staff,
    input: cancelAllowanceInputSchema,
    output: allowanceSchema,
    rest: { method: "POST", path: "/einvoice/allowances/{id}/cancel" },
  }),
  submitTestInvoice: mutation({
    summary: "Dry run against the platform's test endpoint; uses no number and stores nothing.",
    roles: staff,
    input: z.object({
      invoice_number: invoiceNumberSchema,
      amount: z
        .int("must be a whole number of NT$")
        .min(1, "at least 1")
        .max(4_294_967_295, "at most 4294967295")
        .describe("Whole NT$"),
    }),
    output: testInvoiceResultSchema,
    rest: { method: "POST", path: "/einvoice/test" },
  }),
} satisfies RouterContract;
