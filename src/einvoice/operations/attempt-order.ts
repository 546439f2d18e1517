import type { ActiveSeller } from "../connectors/active-seller.ts";
import type { GuardedCall } from "../connectors/guard.ts";
import type { ProviderOrder } from "../connectors/port.ts";
import type { Pacing } from "../rules/upload-state.ts";
import type { OrderStep, OrderStore, StoredOrder } from "../store/orders.ts";

export interface OrderOptions {
  /** How long an order is held; longer than two calls may take. */
  leaseMs: number;
  pacing: Pacing;
}

const REFUSED_WAIT_MS = 1_000;

/**
 * One try of a claimed order. What is unknown is asked about first; a refusal is believed only when the provider holds nothing under our
 * key; an order is repeated only under the same key.
 */
export async function attemptOrder(
  deps: { orders: OrderStore; options: OrderOptions },
  active: ActiveSeller,
  order: StoredOrder,
): Promise<void> {
  const provided: ProviderOrder = { id: order.id, content: order.content };
  const enter = async (): Promise<GuardedCall | undefined> => {
    const entry = await active.connector.enter();
    return "refusedUntil" in entry ? undefined : entry.call;
  };
  const { baseMs, maxMs } = deps.options.pacing;
  const waitMs = Math.min(maxMs, baseMs * 2 ** Math.min(order.setbacks, 20));
  const settle = (step: OrderStep) => deps.orders.settle(order, step, Bun.randomUUIDv7());

  /** What the provider holds under our key; `undefined` when that is nothing. */
  const ask = async (reason: string): Promise<OrderStep | undefined> => {
    const call = await enter();
    if (!call) return { status: "unknown", reason, waitMs: REFUSED_WAIT_MS };
    const found = await call.findOrder(provided);
    switch (found.kind) {
      case "found":
        return found.differences.length === 0
          ? { status: "done", invoice: found }
          : { status: "rejected", reason: "key_taken_by_other_content" };
      case "not_found":
        return undefined;
      case "unknown":
      case "not_applied":
        return { status: "unknown", reason, waitMs };
    }
  };

  if (order.status === "unknown") {
    const step = await ask(order.reason ?? "interrupted");
    if (step) return settle(step);
  }
  const call = await enter();
  if (!call) return deps.orders.defer({ ...order, status: "due" }, REFUSED_WAIT_MS);
  const result = await call.issueOrder(provided);
  switch (result.kind) {
    case "accepted":
      return settle({ status: "done", invoice: result });
    case "unknown":
      return settle({ status: "unknown", reason: result.reason, waitMs });
    case "not_applied":
      return settle({ status: "due", reason: result.reason, waitMs });
    case "refused":
      return settle((await ask(result.reason)) ?? { status: "rejected", reason: result.reason });
  }
}
