import type { InvoiceDetail, TrackedEvent } from "@luckygas/gateway-client";
import type { Clock } from "../../platform/clock.ts";
import type { createGetInvoice } from "./get-invoice.ts";

/** Between two looks; states are written by any process. */
const LOOK_EVERY_MS = 500;

/**
 * An invoice as it stands, and again after every change, until the caller goes. Ids are instants in milliseconds, rising also over a
 * resumption. Throws `not_found`.
 */
export function createWatchInvoice(deps: { getInvoice: ReturnType<typeof createGetInvoice>; clock: Clock }) {
  return async function* (
    input: { id: string; lastEventId?: string | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<TrackedEvent<InvoiceDetail>, void> {
    let lastId = Number(input.lastEventId ?? 0);
    let told = "";
    while (!signal.aborted) {
      const invoice = await deps.getInvoice({ id: input.id });
      const present = JSON.stringify(invoice);
      if (present !== told) {
        told = present;
        lastId = Math.max(lastId + 1, deps.clock.now().getTime());
        yield { id: String(lastId), data: invoice };
      }
      await deps.clock.sleep(LOOK_EVERY_MS, signal);
    }
  };
}
