import { z } from "zod";
import { itemErrorSchema } from "../common.ts";
import { type IssueInvoiceInput, issueInvoiceInputSchema } from "./content.ts";
import { invoiceSummarySchema } from "./invoices.ts";

/** Invoices that one call of `issueInvoices` can hold. */
export const invoicesPerCallMax = 1000;

/** One invoice of many as it was read: well-formed, or with what is wrong about it. */
export interface InvoiceOfMany {
  /** Empty where none can be read. */
  idempotencyKey: string;
  input: IssueInvoiceInput | null;
  problems: { path: string; rule: string }[];
}

const keyOnlySchema = z.object({ idempotencyKey: z.string() });
const PROBLEMS_MAX = 20;

/** A malformed one is told of in its place: a wrong 統編 of one customer does not hold up the others' invoices. */
const invoiceOfManySchema = issueInvoiceInputSchema
  .transform((input): InvoiceOfMany => ({ idempotencyKey: input.idempotencyKey, input, problems: [] }))
  .catch(({ value, error }) => ({
    idempotencyKey: keyOnlySchema.safeParse(value).data?.idempotencyKey ?? "",
    input: null,
    problems: error.issues
      .slice(0, PROBLEMS_MAX)
      .map(({ path, message }) => ({ path: path.join(".") || "(invoice)", rule: message })),
  }));

export const issueInvoicesInputSchema = z.object({
  invoices: z
    .array(invoiceOfManySchema)
    .min(1, "at least 1 invoice")
    .max(invoicesPerCallMax, `at most ${invoicesPerCallMax} invoices`)
    .describe("Each is taken or refused by itself"),
});

export const issuedInvoiceResultSchema = z.object({
  idempotencyKey: z.string().describe("As given; empty where none could be read"),
  invoice: invoiceSummarySchema.nullable().describe("The invoice, or `null` when this one was not issued"),
  error: itemErrorSchema
    .nullable()
    .describe("Why it was not issued. Only `rate_limited` and `internal` may be repeated with the same key"),
});
export type IssuedInvoiceResult = z.output<typeof issuedInvoiceResultSchema>;
