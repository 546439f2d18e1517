import { z } from "zod";
import { daySchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { calendarDayKindSchema, calendarDaySchema } from "../calendar.ts";
import { bankKeySchema, wallTimeSchema } from "../fields.ts";

const calendarBankSchema = z.union([bankKeySchema, z.literal("*")]);

/** On which days banks work. */
export const calendarProcedures = {
  listCalendarDays: query({
    summary:
      "Days on which banks are closed, open or close early, beside ordinary weekends; built in and decided here.",
    roles: staff,
    input: z.object({ bank: bankKeySchema.optional(), from: daySchema, to: daySchema }),
    output: z.object({
      items: z.array(calendarDaySchema).describe("The days, the earliest first"),
      nextCursor: z.null().describe("Always null: the list is whole"),
      knownUntil: daySchema.describe("Last day whose year's holidays are known; after it only weekends count"),
    }),
    rest: { method: "GET", path: "/banking/calendar" },
  }),
  setCalendarDay: mutation({
    summary:
      "Says what a day is for one bank or all: closed (holiday, typhoon), open (make-up day) or with an early cut-off.",
    roles: managers,
    input: z.object({
      bank: calendarBankSchema.describe("Key of the bank"),
      day: daySchema,
      kind: calendarDayKindSchema,
      cutoffTime: wallTimeSchema.optional().describe("Needed for early_cutoff"),
      note: z.string().trim().max(100, "at most 100 characters").default("").describe("What was noted"),
    }),
    output: calendarDaySchema,
    rest: { method: "POST", path: "/banking/calendar" },
  }),
  importCalendar: mutation({
    summary:
      "Loads a year's holidays for all banks from the government's calendar (data.gov.tw 14718); days decided here stay.",
    roles: managers,
    input: z.object({
      year: z.int().min(2025, "at least 2025").max(2100, "at most 2100").describe("Year of the common era"),
      contentBase64: z
        .base64("must be Base64")
        .min(1, "must not be empty")
        .max(700_000, "at most 700,000 characters")
        .describe("The file: CSV in UTF-8 or Big5, or a JSON list; every day of the year once"),
      makeUpDaysOpen: z.boolean().default(false).describe("Banks work on make-up Saturdays; mostly they do not"),
    }),
    output: z.object({
      year: z.int().describe("Year of the common era"),
      closedDays: z.int().describe("Working days of the week on which banks are closed"),
      makeUpDays: z.array(daySchema),
      knownUntil: daySchema,
    }),
    rest: { method: "POST", path: "/banking/calendar/years" },
  }),
} satisfies RouterContract;
