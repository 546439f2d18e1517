import { z } from "zod";
import { pageOf, pageRequestSchema } from "../../common.ts";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { providerNameSchema } from "../fields.ts";
import { linkKindSchema, smsApprovedLinkSchema } from "../links.ts";

/** Links and telephone numbers that texts may contain. */
export const linkProcedures = {
  registerLink: mutation({
    summary: "Approves a link or telephone number for texts, once the provider has registered it with the carriers.",
    roles: managers,
    input: z.object({
      kind: linkKindSchema.describe("Which kind it is"),
      value: z
        .string()
        .min(3, "at least 3 characters")
        .max(500, "at most 500 characters")
        .describe("The link or the number"),
      provider: providerNameSchema.optional().describe("Where it is registered; with every provider when absent"),
      matchesBelow: z.boolean().default(false).describe("Addresses below it are approved as well"),
      note: z.string().max(200, "at most 200 characters").optional().describe("What was noted"),
      remove: z.boolean().default(false).describe("True: it is approved no more"),
    }),
    output: z.object({
      kind: linkKindSchema.describe("Which kind it is"),
      value: z.string().describe("In the form in which texts are compared with it"),
      provider: z.string().nullable().describe("Name of the provider"),
      matchesBelow: z.boolean().describe("Addresses below it are approved as well"),
      isApproved: z.boolean().describe("Whether it is approved now"),
    }),
    rest: { method: "POST", path: "/sms/links" },
  }),
  listLinks: query({
    summary: "The links and telephone numbers that texts may contain.",
    roles: staff,
    input: z.object({
      kind: linkKindSchema.optional().describe("Which kind it is"),
      provider: providerNameSchema.optional().describe("Those that hold for this provider"),
      ...pageRequestSchema,
    }),
    output: pageOf(smsApprovedLinkSchema),
    rest: { method: "GET", path: "/sms/links" },
  }),
} satisfies RouterContract;
