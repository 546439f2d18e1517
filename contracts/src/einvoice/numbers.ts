import { z } from "zod";
import { idempotencyKeySchema, idSchema, instantSchema } from "../common.ts";
import { invoicePeriodSchema, trackSchema, ubnSchema } from "./fields.ts";

export const numberRangeInputSchema = z.object({
  yearMonth: z
    .string()
    .regex(/^20[0-9]{2}(0[1-9]|1[0-2])$/, "must be a year and month, YYYYMM")
    .describe("Either month of the two-month period: `202501` and `202502` mean the same"),
  prefix: trackSchema,
  rangeStart: z
    .int()
    .min(0, "at least 0")
    .max(99_999_999, "at most 99999999")
    .describe("First number; ends with 00 or 50"),
  rangeEnd: z
    .int()
    .min(0, "at least 0")
    .max(99_999_999, "at most 99999999")
    .describe("Last usable number; ends with 49 or 99"),
});
export type NumberRangeInput = z.infer<typeof numberRangeInputSchema>;

export const importNumberRangesInputSchema = z
  .object({
    ranges: z
      .array(numberRangeInputSchema)
      .min(1, "at least 1 range")
      .max(500, "at most 500 ranges")
      .optional()
      .describe("Number ranges, one after the other"),
    file: z
      .object({
        contentBase64: z.base64("must be Base64").max(1_400_000, "at most 1 MiB").describe("The bytes, Base64"),
      })
      .describe("The platform's file: CSV (`invnoapply…`, UTF-8 or Big5) or E0501 XML; told apart by its content")
      .optional(),
  })
  .refine(({ ranges, file }) => (ranges === undefined) !== (file === undefined), "either ranges or file");
export type ImportNumberRangesInput = z.output<typeof importNumberRangesInputSchema>;

export const numberRangeSchema = z.object({
  id: z.int().describe("Row of the table invoice_sequences"),
  invoicePeriod: invoicePeriodSchema,
  prefix: z.string().describe("Track (字軌), 2 letters"),
  rangeStart: z.int().describe("First number"),
  rangeEnd: z.int().describe("Last usable number"),
  nextNumber: z.int().nullable().describe("The next number to give out; `null` when all are used"),
  remaining: z.int().describe("Numbers that are left"),
  isActive: z.boolean().describe("Whether it is in use"),
  branchUbn: ubnSchema.nullable().describe("Branch that the numbers were given to (E0401); they are not issued here"),
});
export type NumberRange = z.infer<typeof numberRangeSchema>;

export const unusedNumbersReportSchema = z.object({
  invoicePeriod: invoicePeriodSchema,
  dueAt: instantSchema.describe("By law the first ten days of the period after"),
  tracks: z
    .array(
      z.object({
        id: idSchema,
        prefix: z.string().describe("Track (字軌), 2 letters"),
        ranges: z
          .array(
            z.object({
              beginNumber: z.string().describe("First number"),
              endNumber: z.string().describe("Last number"),
            }),
          )
          .describe("8 digits, inclusive"),
        unusedCount: z.int().describe("Numbers that were not used"),
        status: z
          .enum([
            "due",
            "sending",
            "sent",
            "unknown",
            "accepted",
            "rejected",
            "superseded",
            "by_hand",
            "nothing_to_report",
          ])
          .describe("by_hand: the seller's transport carries no E0402; file the ranges on the platform's own pages"),
      }),
    )
    .describe("One for each track"),
});
export type UnusedNumbersReport = z.output<typeof unusedNumbersReportSchema>;

export const assignBranchNumbersInputSchema = z.object({
  idempotencyKey: idempotencyKeySchema,
  invoicePeriod: invoicePeriodSchema,
  prefix: trackSchema,
  branchUbn: ubnSchema.describe("統一編號 of the branch (分支機構)"),
  beginNumber: z.int().min(0, "at least 0").max(99_999_999, "at most 99999999").describe("Ends with 00 or 50"),
  endNumber: z.int().min(0, "at least 0").max(99_999_999, "at most 99999999").describe("Ends with 49 or 99"),
});
export type AssignBranchNumbersInput = z.output<typeof assignBranchNumbersInputSchema>;

export const branchNumbersSchema = z.object({
  id: idSchema,
  invoicePeriod: invoicePeriodSchema,
  prefix: z.string().describe("Track (字軌), 2 letters"),
  branchUbn: ubnSchema,
  beginNumber: z.string().describe("8 digits"),
  endNumber: z.string().describe("8 digits, inclusive"),
  count: z.int().describe("How many"),
  messageId: idSchema.nullable(),
  status: z
    .string()
    .describe(
      "As of an invoice's message; by_hand: the seller's transport carries no E0401, file it on the platform's own pages",
    ),
});
export type BranchNumbers = z.output<typeof branchNumbersSchema>;
