import { z } from "zod";
import { managers, mutation, query, type RouterContract, staff } from "../../procedure.ts";
import { providerNameSchema } from "../fields.ts";
import { smsProviderSchema } from "../providers.ts";

const priceSchema = z.string().regex(/^\d{1,6}(\.\d{1,6})?$/, "must be a decimal with at most six places, e.g. 0.85");

/** The SMS companies and how each is used. */
export const providerProcedures = {
  upsertProvider: mutation({
    summary: "Writes how a provider is used. Its credentials are a secret and are not written here.",
    roles: ["super_admin"],
    input: z.object({
      provider: providerNameSchema.describe("Name of the provider"),
      priority: z.int().min(0).max(10_000, "at most 10000").describe("Higher is preferred"),
      rateLimit: z
        .int()
        .min(0)
        .max(1_000_000, "at most 1000000")
        .describe("Messages in any 60 seconds; above 10000 there is no limit"),
      isActive: z.boolean().describe("Whether it is in use"),
      dailyLimit: z.int().min(0).max(100_000_000, "at most 100000000").optional().describe("Messages in a Taipei day"),
      costPerMessage: priceSchema.optional().describe("NT$, added once per message"),
      costPerSegment: priceSchema.optional().describe("NT$ per segment, or per point"),
      config: z.record(z.string(), z.unknown()).default({}).describe("Overrides of the provider's defaults"),
    }),
    output: smsProviderSchema,
    rest: { method: "POST", path: "/sms/providers" },
  }),
  getProviderSettings: query({
    summary: "How a provider is used, as upsertProvider takes it. Its credentials are a secret and not shown.",
    roles: managers,
    input: z.object({ provider: providerNameSchema.describe("Name of the provider") }),
    output: z.object({
      provider: z.string().describe("Name of the provider"),
      priority: z.int().describe("Higher is preferred"),
      rateLimit: z.int().describe("Messages in any 60 seconds; above 10000 there is no limit"),
      isActive: z.boolean().describe("Whether it is in use"),
      dailyLimit: z.int().nullable().describe("Messages in a Taipei day; null: no limit"),
      costPerMessage: z.string().nullable().describe("NT$, added once per message"),
      costPerSegment: z.string().nullable().describe("NT$ per segment, or per point"),
      config: z.record(z.string(), z.unknown()).describe("Overrides of the provider's defaults"),
    }),
    rest: { method: "GET", path: "/sms/providers/{provider}/settings" },
  }),
  listProviders: query({
    summary: "The SMS providers, in order of priority, and whether each can be used now.",
    roles: staff,
    input: z.void(),
    output: z.object({
      items: z.array(smsProviderSchema).describe("In order of priority"),
      nextCursor: z.string().nullable().describe("Always null: the list is whole"),
    }),
    rest: { method: "GET", path: "/sms/providers" },
  }),
} satisfies RouterContract;
