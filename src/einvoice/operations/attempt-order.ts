import type { ActiveSeller } from "../connectors/active-seller.ts";
import type { GuardedCall } from "../connectors/guard.ts";
import { DUPLICATE_ORDER, type ProviderOrder } from "../connectors/port.ts";
import type { Pacing } from "../rules/upload-state.ts";
import type { OrderStep, OrderStore, StoredOrder } from "../store/orders.ts";

export interface OrderOptions {
  /** How long an order is held; longer than two calls may take. */
  leaseMs: number;
  pacing: Pacing;
}

const REFUSED_WAIT_MS = 1_000;
const REFUSED_AFTER_SILENCE = "refused_after_a_lost_answer";

/**
 * One try of a claimed order. What is unknown is asked about first; a refusal is believed only when the provider holds nothing under our
 * key, or cannot be asked and every try was answered; an order is repeated only under the same key.
 */
export async function attemptOrder(
  deps: { orders: OrderStore; options: OrderOptions },
  active: ActiveSeller,
  order: StoredOrder,
): Promise<void> {
  const provided: ProviderOrder = { id: order.id, content: order.content, orderedAt: order.createdAt };
  const isUncertain = order.status === "unknown";
  const enter = async (): Promise<GuardedCall | undefined> => {
    const entry = await active.connector.enter();
    return "refusedUntil" in entry ? undefined : entry.call;
  };
  const { baseMs, maxMs } = deps.options.pacing;
  const waitMs = Math.min(maxMs, baseMs * 2 ** Math.min(order.setbacks, 20));
  const settle = (step: OrderStep) => deps.orders.settle(order, step, Bun.randomUUIDv7());

  /** What the provider holds under our key; `undefined` when that is nothing, or when only ordering again can tell. */
  const ask = async (reason: string, canOrderAgain = false): Promise<OrderStep | undefined> => {
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
        if (found.mayOrderAgain && canOrderAgain) return undefined;
        return { status: "unknown", reason, waitMs };
      case "not_applied":
        return { status: "unknown", reason, waitMs };
    }
  };

  if (isUncertain) {
    const step = await ask(order.reason ?? "interrupted", true);
    if (step) return settle(step);
  }
  const call = await enter();
  if (!call) return deps.orders.defer(order, REFUSED_WAIT_MS);
  const result = await call.issueOrder(provided);
  switch (result.kind) {
    case "accepted":
      return settle({ status: "done", invoice: result });
    case "unknown": {
      const unknown = { status: "unknown", reason: result.reason, waitMs } as const;
      return settle(result.reason === DUPLICATE_ORDER ? ((await ask(result.reason)) ?? unknown) : unknown);
    }
    case "not_applied":
      // An earlier try without an answer stays so.
      return settle({ status: isUncertain ? "unknown" : "due", reason: result.reason, waitMs });
    case "refused": {
      const refused = { status: "rejected", reason: result.reason } as const;
      if (!result.isFinal) return settle((await ask(result.reason)) ?? refused);
      // Perhaps refused because the earlier try did arrive: only a person can find out.
      return settle(isUncertain ? { status: "unknown", reason: REFUSED_AFTER_SILENCE, waitMs } : refused);
    }
  }
}
