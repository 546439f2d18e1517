import { z } from "zod";
import { daySchema, instantSchema } from "../common.ts";
import { bankKeySchema } from "./fields.ts";

export const bankSchema = z.object({
  bank: bankKeySchema.describe("Key of the bank"),
  name: z.string().describe("Name for people"),
  fileFormat: z.string().describe("fixed_width or csv"),
  encoding: z.string().describe("Character encoding of its files"),
  isActive: z.boolean().describe("Whether it is in use"),
  approvalsRequired: z.int().describe("Approvers that a batch needs before it can be sent"),
  cutoffTime: z.string().nullable().describe("HH:MM in Taipei until which the bank takes files"),
  nextCutoffAt: instantSchema.nullable().describe("Until when the bank takes files next; null: at any time"),
  calendarKnownUntil: daySchema.describe("Last day whose year's holidays are known; after it only weekends count"),
  problem: z.string().nullable().describe("Why this bank cannot be used now, and the remedy; `null` when it can"),
});

/** State of the link to a bank, from memory and the database; asking does not connect. */
export const bankStatusSchema = z.object({
  bank: bankKeySchema.describe("Key of the bank"),
  status: z.enum(["healthy", "degraded", "unhealthy", "disabled"]).describe("Where it stands"),
  detail: z.string().optional().describe("More about it"),
  active_connections: z.int().describe("Connections open now"),
  connections_max: z.int().describe("Connections allowed at most"),
  circuit_breaker: z
    .enum(["closed", "open", "half_open"])
    .describe("open: calls are paused after failures; half_open: one is let through to see"),
  ciphers: z
    .object({
      working: z.array(z.string()).describe("By their names in SSH"),
      missing: z.array(z.string()).describe("By their names in SSH"),
    })
    .nullable()
    .describe("SSH ciphers that work in this process and those that do not; null while they are tried at the start"),
  batches: z
    .object({
      sending: z.int().describe("On the way to the bank"),
      indeterminate: z.int().describe("Nobody knows whether the bank has them"),
      held: z.int().describe("Waiting for a person"),
      awaitingReply: z.int().describe("At the bank, not answered yet"),
    })
    .describe("How many batches are in each of these states"),
  lastInboundFileAt: instantSchema.nullable(),
  nextCutoffAt: instantSchema.nullable().describe("Until when the bank takes files next; null: at any time"),
  calendarKnownUntil: daySchema.describe("Last day whose year's holidays are known; after it only weekends count"),
});
