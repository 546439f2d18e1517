import { z } from "zod";
import { daySchema, idSchema, instantSchema } from "../common.ts";
import { invoiceNumberSchema, invoicePeriodSchema } from "./fields.ts";
import { messageKinds, remedySchema } from "./messages.ts";

export const deadlineLevelSchema = z
  .enum(["early", "half", "urgent", "overdue"])
  .describe("Share of the allowed time that is used up: below 50 %, from 50 %, from 90 %, all");
export type DeadlineLevel = z.output<typeof deadlineLevelSchema>;

export const deadlineSchema = z.object({
  messageId: idSchema,
  kind: z.enum([...messageKinds, "unused_numbers", "branch_numbers"]).describe("Which kind it is"),
  invoiceId: idSchema.nullable(),
  invoiceNumber: invoiceNumberSchema.nullable(),
  invoicePeriod: invoicePeriodSchema,
  actedAt: instantSchema.describe("When what it tells of was done"),
  dueAt: instantSchema,
  level: deadlineLevelSchema,
  status: z.string().describe("As of a message of an invoice"),
  reason: z.string().nullable().describe("Why, from the gateway's own list"),
  remedies: z.array(remedySchema).describe("What a person can do about it; empty while the gateway goes on by itself"),
});
export type Deadline = z.output<typeof deadlineSchema>;

export const reconciliationDifferenceSchema = z.object({
  kind: z
    .enum(["missing", "extra", "amount_differs", "state_differs", "content_differs"])
    .describe("missing: accepted here, not there. extra: there under a number that was never given out here"),
  invoiceId: idSchema.nullable(),
  invoiceNumber: invoiceNumberSchema,
  local: z.string().nullable().describe("What the gateway holds"),
  platform: z.string().nullable().describe("What the platform holds"),
  repair: z
    .enum(["send_again", "void_and_correct", "cancel_again", "ask_the_platform"])
    .describe(
      "send_again: repeat the same message (settleUnknown does so once the platform has confirmed). void_and_correct: voidInvoice with corrected content. cancel_again: repeat the cancellation. ask_the_platform: a person must look there",
    ),
});
export type ReconciliationDifference = z.output<typeof reconciliationDifferenceSchema>;

export const reconciliationSchema = z.object({
  id: idSchema,
  day: daySchema,
  status: z.enum(["running", "done"]).describe("Where it stands"),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  invoices: z.int().describe("Issued on that day"),
  checked: z.int().describe("Compared"),
  open: z.int().describe("Not accepted yet, so nothing to compare"),
  unanswered: z.int().describe("Asked about without a usable answer; a new run asks again"),
  differences: z.array(reconciliationDifferenceSchema).describe("What differs"),
  lookedAt: z
    .object({
      method: z
        .enum(["list", "numbers", "none"])
        .describe(
          "list: the provider's own list of the day. numbers: it has none, so that single numbers which were never given out were asked about, under the compared day. none: not looked yet, or the provider gives the numbers and has no list",
        ),
      numbers: z.int().describe("How many invoices the list had, or how many numbers were asked about"),
      ranges: z
        .array(
          z.object({
            prefix: z.string(),
            beginNumber: z.string().describe("First number"),
            endNumber: z.string().describe("Last number"),
          }),
        )
        .describe("Which numbers were asked about; no others"),
      isComplete: z
        .boolean()
        .describe(
          "Whether this was the whole list, or every number of the period's ranges that was not given out, and all were answered",
        ),
    })
    .describe("Where it was looked for invoices that are not ours (`extra`)"),
});
export type Reconciliation = z.output<typeof reconciliationSchema>;

export const lookupResultSchema = z.object({
  exists: z.enum(["yes", "no", "unknown"]).describe("unknown: the tax authority could not be asked; asked again later"),
  reason: z.string().nullable().describe("Why it is unknown"),
  isFromCache: z.boolean().describe("Found to exist within the last 24 hours"),
});
export type LookupResult = z.output<typeof lookupResultSchema>;
