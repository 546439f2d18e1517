import { z } from "zod";
import { instantSchema } from "../common.ts";
import { bankKeySchema } from "./fields.ts";

/** What can go wrong between the gateway and a bank's server; the label `error_type` of the metrics. */
export const transferErrorTypes = [
  "dns",
  "address_not_allowed",
  "connect",
  "timeout",
  "host_key",
  "auth",
  "handshake",
  "channel",
  "permission",
  "no_such_file",
  "exists_or_failure",
  "integrity",
  "disconnected",
  "pool_exhausted",
  "breaker_open",
  "not_configured",
  "other",
] as const;
export type TransferErrorType = (typeof transferErrorTypes)[number];

/** How far the content was checked at the bank before the final name was asked for. */
export const verificationLevels = ["sha256", "size", "none"] as const;
export type VerificationLevel = (typeof verificationLevels)[number];

export const transferErrorTypeSchema = z.enum(transferErrorTypes);

/** One try to bring a sealed file to the bank. */
export const transferAttemptSchema = z.object({
  number: z.int().describe("Counted from 1"),
  state: z
    .enum(["writing", "verified", "sent", "failed", "indeterminate"])
    .describe("`writing`: no final name was asked for yet. `verified`: it was, or may have been. The others are final"),
  startedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
  temporaryName: z.string().nullable().describe("Name under which it was written first"),
  verification: z
    .enum(verificationLevels)
    .nullable()
    .describe("How far it was checked at the bank before the final name"),
  errorType: transferErrorTypeSchema.nullable().describe("What went wrong; null where nothing did"),
  steps: z
    .array(
      z.object({
        step: z.string().describe("What was done"),
        at: instantSchema,
        outcome: z.string().describe("What came of it"),
      }),
    )
    .describe("What was done at the bank, in order"),
});

export const connectionTestSchema = z.object({
  bank: bankKeySchema.describe("Key of the bank"),
  ok: z.boolean().describe("Whether it went well"),
  errorType: transferErrorTypeSchema.nullable().describe("What went wrong; null where nothing did"),
  steps: z
    .array(
      z.object({
        step: z.string().describe("What was done"),
        ok: z.boolean().describe("Whether it went well"),
        detail: z.string().optional().describe("More about it"),
        durationMs: z.int().describe("How long it took, in ms"),
      }),
    )
    .describe("What was done, in order; the last one is the step that failed, if one did"),
});
