import { z } from "zod";
import { pageOf, pageRequestSchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { invoicePeriodSchema } from "../fields.ts";
import {
  assignBranchNumbersInputSchema,
  branchNumbersSchema,
  importNumberRangesInputSchema,
  numberRangeSchema,
  unusedNumbersReportSchema,
} from "../numbers.ts";

/** Invoice numbers as the tax office allots them. */
export const numberProcedures = {
  importNumberRanges: mutation({
    summary:
      "Adds number ranges allotted by the tax office, as a list or as the platform's file. All or none; a range that is already there stays as it is.",
    roles: managers,
    input: importNumberRangesInputSchema,
    output: z.object({ items: z.array(numberRangeSchema) }),
    rest: { method: "POST", path: "/einvoice/number-ranges" },
  }),
  listNumberRanges: query({
    summary: "Number ranges in the order of their use, with what is left.",
    roles: staff,
    input: z.object({ ...pageRequestSchema, invoicePeriod: invoicePeriodSchema.optional() }),
    output: pageOf(numberRangeSchema),
    rest: { method: "GET", path: "/einvoice/number-ranges" },
  }),
  reportUnusedNumbers: mutation({
    summary:
      "Reports the unused numbers of a closed period (空白未使用字軌號碼, E0402), once; a repetition answers what was reported. Cancelled numbers count as used.",
    roles: managers,
    input: z.object({ invoicePeriod: invoicePeriodSchema }),
    output: unusedNumbersReportSchema,
    rest: { method: "POST", path: "/einvoice/number-ranges/{invoicePeriod}/unused" },
  }),
  assignBranchNumbers: mutation({
    summary:
      "Gives unused numbers of a head office to a branch (分支機構配號, E0401): from then on they are neither issued nor reported here. A repetition answers how its message stands.",
    roles: managers,
    input: assignBranchNumbersInputSchema,
    output: branchNumbersSchema,
    rest: { method: "POST", path: "/einvoice/number-ranges/{invoicePeriod}/branches" },
  }),
} satisfies RouterContract;
