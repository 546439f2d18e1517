import { z } from "zod";
import { everyone, managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { smsAcceptedSchema } from "../messages.ts";
import { sendFields } from "../send-fields.ts";
import {
  smsExperimentSchema,
  smsTemplateSchema,
  templateCodeSchema,
  templateFields,
  templateValuesSchema,
  variantSchema,
} from "../templates.ts";

/** Messages made from templates, and what their variants do. */
export const templateProcedures = {
  sendTemplate: mutation({
    summary: "Takes one message made from a template. A driver may send the delivery templates only.",
    roles: everyone,
    input: z.object({
      ...sendFields,
      code: templateCodeSchema.describe("Code of the template"),
      values: templateValuesSchema.default({}).describe("Values of the placeholders, by name"),
      variant: variantSchema.optional().describe("Sent when given; without it the recipient's own variant is"),
    }),
    output: smsAcceptedSchema,
    rest: { method: "POST", path: "/sms/templates/{code}/send" },
  }),
  listTemplates: query({
    summary: "The templates with all their variants.",
    roles: everyone,
    input: z.object({ code: templateCodeSchema.optional().describe("Code of the template; all of them when absent") }),
    output: z.object({
      items: z.array(smsTemplateSchema).describe("Every variant of every template"),
      nextCursor: z.string().nullable().describe("Always null: the list is whole"),
    }),
    rest: { method: "GET", path: "/sms/templates" },
  }),
  upsertTemplate: mutation({
    summary: "Writes one variant of a template. A change of text, weight or state starts a new experiment.",
    roles: managers,
    input: z.object({
      ...templateFields,
      plannedPerVariant: z
        .int()
        .min(20, "at least 20")
        .max(1_000_000, "at most 1000000")
        .optional()
        .describe("Messages each variant must have before getExperiment may name a winner; 1863 unless set"),
    }),
    output: smsTemplateSchema,
    rest: { method: "POST", path: "/sms/templates" },
  }),
  getExperiment: query({
    summary: "What the variants of a template have done, and whether one may be called the better.",
    roles: staff,
    input: z.object({ code: templateCodeSchema.describe("Code of the template") }),
    output: smsExperimentSchema,
    rest: { method: "GET", path: "/sms/templates/{code}/experiment" },
  }),
} satisfies RouterContract;
