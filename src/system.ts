import type { Contract } from "@luckygas/gateway-client";
import type { Health } from "./http/health.ts";
import type { Handlers } from "./platform/rpc.ts";

/** What concerns the gateway itself. */
export function createSystemHandlers(health: Health): Handlers<Contract["system"]> {
  return {
    health: () => health.report(),
    whoAmI: async (_input, { caller }) => ({ subject: caller.subject, role: caller.role }),
  };
}
