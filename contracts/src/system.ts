import { z } from "zod";
import { everyone, query, roles } from "./procedure.ts";

/** State of one outside party as the gateway knows it; never found out by calling it. */
export const serviceHealthSchema = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy", "disabled"]),
  /** Why it is not healthy, and the remedy. */
  detail: z.string().optional(),
  circuit_breaker: z.enum(["closed", "open", "half_open"]).optional(),
  /** Seconds, of the latest call. */
  response_time: z.number().optional(),
  active_connections: z.int().optional(),
  rate_limit_remaining: z.int().optional(),
});

export const healthSchema = z.object({
  status: z.enum(["healthy", "degraded", "unhealthy"]),
  services: z.record(z.string(), serviceHealthSchema),
});

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
    output: z.object({ subject: z.string(), role: z.enum(roles) }),
    rest: { method: "GET", path: "/who-am-i" },
  }),
};
