import { z } from "zod";
import { daySchema, pageOf, pageRequestSchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { deadlineLevelSchema, deadlineSchema, reconciliationSchema } from "../oversight.ts";

/** What the platform must still be told, and what it holds. */
export const oversightProcedures = {
  listDeadlines: query({
    summary: "What the platform must still be told, the nearest deadline first.",
    roles: staff,
    input: z.object({ ...pageRequestSchema, level: deadlineLevelSchema.optional() }),
    output: pageOf(deadlineSchema),
    rest: { method: "GET", path: "/einvoice/deadlines" },
  }),
  reconcile: mutation({
    summary:
      "Compares a day's invoices with what the platform holds. Runs by itself every night for the day before; an answer with status running is completed in the background.",
    roles: managers,
    input: z.object({ day: daySchema.describe("Day of issue, Taipei") }),
    output: reconciliationSchema,
    rest: { method: "POST", path: "/einvoice/reconciliations" },
  }),
  getReconciliation: query({
    summary: "The latest comparison of a day with what the platform holds.",
    roles: staff,
    input: z.object({ day: daySchema.describe("Day of issue, Taipei") }),
    output: reconciliationSchema,
    rest: { method: "GET", path: "/einvoice/reconciliations/{day}" },
  }),
} satisfies RouterContract;
