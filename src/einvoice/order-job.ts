import type { Job } from "../platform/jobs.ts";
import type { ActiveSellers } from "./connectors/active-seller.ts";
import { attemptOrder, type OrderOptions } from "./operations/attempt-order.ts";
import type { OrderStore } from "./store/orders.ts";

/** Goes on with orders whose number the provider has not given yet. */
export function createOrderJob(deps: {
  sellers: ActiveSellers;
  orders: OrderStore;
  pollIntervalMs: number;
  options: OrderOptions;
}): Job {
  return {
    name: "einvoice-orders",
    intervalMs: deps.pollIntervalMs,
    run: async () => {
      const state = await deps.sellers.current();
      if ("missing" in state || !state.active.supports.has("numbers_from_provider")) return { more: false };
      if ((await state.active.connector.state()) === "open") return { more: false };
      const order = await deps.orders.claim(deps.options.leaseMs);
      if (!order) return { more: false };
      await attemptOrder(deps, state.active, order);
      return { more: true };
    },
  };
}
