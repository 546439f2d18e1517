import { z } from "zod";
import { instantSchema, pageOf, pageRequestSchema } from "./common.ts";
import { everyone, managers, mutation, query, roles } from "./procedure.ts";

/** State of one outside party as the gateway knows it; never found out by calling it. */
export const serviceHealthSchema = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy", "disabled"]).describe("Where it stands"),
  detail: z.string().optional().describe("Why it is not healthy, and the remedy"),
  circuit_breaker: z
    .enum(["closed", "open", "half_open"])
    .optional()
    .describe("open: calls are paused after failures; half_open: one is let through to see"),
  response_time: z.number().optional().describe("Seconds, of the latest call"),
  active_connections: z.int().optional().describe("Connections open now"),
  rate_limit_remaining: z.int().optional(),
});

export const healthSchema = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy"]).describe("Where it stands"),
  services: z.record(z.string(), serviceHealthSchema).describe("The outside parties and the database, by name"),
});

const auditStateSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .nullable()
  .describe("States, ids and sums only; `null` where there is nothing to tell");

export const auditEntrySchema = z.object({
  seq: z.int().describe("Place in the chain: 1, 2, 3 … without gaps"),
  callId: z.string().describe("The beginning and the end of one call share it"),
  phase: z
    .enum(["begun", "applied", "refused", "failed"])
    .describe("`begun` is written before an effect; a call with nothing after it was cut off"),
  at: instantSchema,
  actor: z.string().describe("Subject of the caller's token, or `system`"),
  role: z.string().nullable().describe("Role of the token"),
  action: z.string().describe("`router.procedure`, or an act of the gateway itself"),
  object: z.string().nullable().describe("Id of what was acted on"),
  requestId: z.string().describe("Id of the request that did it"),
  before: auditStateSchema,
  after: auditStateSchema,
  hash: z.string().describe("SHA-256 over this entry and the hash of the one before it"),
});
export type AuditEntryView = z.output<typeof auditEntrySchema>;

export const systemContract = {
  health: query({
    summary: "State of the gateway and of every outside party, from memory and the database.",
    roles: "public",
    input: z.void(),
    output: healthSchema,
    rest: { method: "GET", path: "/health/" },
  }),
  whoAmI: query({
    summary: "The caller as the gateway sees it.",
    roles: everyone,
    input: z.void(),
    output: z.object({
      subject: z.string().describe("Subject of the token"),
      role: z.enum(roles).describe("Role of the token"),
    }),
    rest: { method: "GET", path: "/who-am-i" },
  }),
  listAuditEntries: query({
    summary: "Who did what, latest first: every change, login and approval.",
    roles: managers,
    input: z.object({
      ...pageRequestSchema,
      actor: z.string().max(200, "at most 200 characters").describe("Subject of the caller's token").optional(),
      action: z.string().max(100, "at most 100 characters").describe("`router.procedure`").optional(),
      object: z.string().max(200, "at most 200 characters").describe("Id of what was acted on").optional(),
    }),
    output: pageOf(auditEntrySchema),
    rest: { method: "GET", path: "/audit-entries" },
  }),
  login: mutation({
    summary:
      "Signs in the first superuser and gives a bearer token. Locked for a while, longer each time, after five wrong passwords in a row.",
    roles: "public",
    input: z.object({
      username: z
        .string()
        .min(1, "must not be empty")
        .max(100, "at most 100 characters")
        .describe("Name of the first superuser"),
      password: z.string().min(1, "must not be empty").max(1_000, "at most 1000 characters").describe("Its password"),
    }),
    output: z.object({
      token: z.string().describe("Bearer token for the header `authorization`"),
      expiresAt: instantSchema,
      subject: z.string().describe("Subject of the token"),
      role: z.enum(roles).describe("Role of the token"),
    }),
    rest: { method: "POST", path: "/login" },
  }),
};
