import { z } from "zod";
import { instantSchema } from "../common.ts";
import { costTwdSchema } from "./fields.ts";

export const smsProviderSchema = z.object({
  provider: z.string().describe("Name of the provider"),
  status: z.enum(["healthy", "degraded", "unhealthy", "disabled"]).describe("Where it stands"),
  detail: z.string().nullable().describe("Why it is not healthy, and the remedy"),
  priority: z.int().describe("Higher is preferred"),
  rateLimitPerMinute: z.int().describe("Messages in any 60 seconds"),
  rateLimitRemaining: z.int().describe("What is left of that now"),
  circuitBreaker: z
    .enum(["closed", "open", "half_open"])
    .describe("open: calls are paused after failures; half_open: one is let through to see"),
  successRate: z.number().describe("Smoothed share of delivered messages, 0 to 1; 0.8 before anything is known"),
  costPerSegmentTwd: costTwdSchema.nullable(),
  credit: z.string().nullable().describe("Points or money left there, exact decimal; null when it is not known"),
  creditAt: instantSchema.nullable(),
  isCreditLow: z.boolean().describe("Below the threshold of its settings (lowCredit)"),
});
export type SmsProvider = z.output<typeof smsProviderSchema>;
