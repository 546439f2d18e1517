import { z } from "zod";
import { daySchema, idempotencyKeySchema, idSchema, pageOf, pageRequestSchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { authorisationSchema, authorisationStatusSchema, mandateSchema } from "../authorisations.ts";
import { batchItemsMax, batchSchema } from "../batches.ts";
import { bankKeySchema, reasonSchema } from "../fields.ts";

/** Authorisations of account holders for debits. */
export const authorisationProcedures = {
  registerAuthorisations: mutation({
    summary:
      "Takes authorisations (or their ends) as the draft of a file; it is sealed, approved and sent as any other batch.",
    roles: staff,
    input: z.object({
      idempotencyKey: idempotencyKeySchema,
      bank: bankKeySchema.describe("Key of the bank"),
      submissionDate: daySchema.optional().describe("Day on which the bank is to take the file; default the next one"),
      items: z
        .array(
          mandateSchema.extend({
            action: z.enum(["add", "delete"]).default("add").describe("delete: ends the confirmed authorisation"),
          }),
        )
        .min(1, "at least one item")
        .max(batchItemsMax, `at most ${batchItemsMax} items`)
        .describe("What is asked for, in the order of the file"),
    }),
    output: batchSchema,
    rest: { method: "POST", path: "/banking/authorisations" },
  }),
  recordAuthorisations: mutation({
    summary: "Records authorisations that the bank has confirmed outside this gateway, with the evidence.",
    roles: managers,
    input: z.object({
      bank: bankKeySchema.describe("Key of the bank"),
      items: z
        .array(mandateSchema)
        .min(1, "at least one item")
        .max(1_000, "at most 1000 items")
        .describe("What the bank has confirmed"),
      evidence: reasonSchema.describe("What a person found out, and from whom"),
    }),
    output: z.object({ items: z.array(authorisationSchema) }),
    rest: { method: "POST", path: "/banking/authorisations/recorded" },
  }),
  settleAuthorisation: mutation({
    summary: "Decides about an authorisation by what a person found out: confirmed, refused or revoked.",
    roles: managers,
    input: z.object({
      authorisationId: idSchema,
      outcome: z.enum(["confirmed", "refused", "revoked"]).describe("What came of it"),
      evidence: reasonSchema.describe("What a person found out, and from whom"),
    }),
    output: authorisationSchema,
    rest: { method: "POST", path: "/banking/authorisations/{authorisationId}/settle" },
  }),
  listAuthorisations: query({
    summary: "Authorisations for debits, newest first.",
    roles: staff,
    input: z.object({
      bank: bankKeySchema.optional().describe("Key of the bank"),
      status: authorisationStatusSchema.optional(),
      customerNumber: mandateSchema.shape.customerNumber.optional().describe("用戶號碼"),
      batchId: idSchema.optional(),
      ...pageRequestSchema,
    }),
    output: pageOf(authorisationSchema),
    rest: { method: "GET", path: "/banking/authorisations" },
  }),
} satisfies RouterContract;
