import { z } from "zod";
import { daySchema } from "../common.ts";

/** What an entry of the banking calendar says of a day. */
export const calendarDayKinds = ["closed", "open", "early_cutoff"] as const;
export type CalendarDayKind = (typeof calendarDayKinds)[number];

export const calendarDayKindSchema = z.enum(calendarDayKinds).describe("What it says of the day");

export const calendarDaySchema = z.object({
  bank: z.string().describe("A bank's key, or * for all banks"),
  day: daySchema,
  kind: calendarDayKindSchema,
  cutoffTime: z.string().nullable().describe("HH:MM in Taipei until which the bank takes files"),
  note: z.string().describe("What was noted"),
  decidedBy: z.string().describe("Subject of whoever decided it"),
});
