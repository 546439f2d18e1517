import type { batchEventSchema, TrackedEvent } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { BankingDependencies } from "../dependencies.ts";
import { findBatch, listEvents } from "../store/batches.ts";
import { batchNotFound, type Input } from "./batch-view.ts";

type BatchEvent = z.input<typeof batchEventSchema>;

const PAGE = 100;
/** Between two looks; states are written by any process. */
const LOOK_EVERY_MS = 500;

/** Every change of state from after `lastEventId`, as it is committed, until the caller goes. */
export function createWatchBatch(deps: BankingDependencies) {
  return async function* (
    { batchId, lastEventId }: Input<"watchBatch">,
    signal: AbortSignal,
  ): AsyncGenerator<TrackedEvent<BatchEvent>, void> {
    if (!(await findBatch(deps.db, batchId))) throw batchNotFound();
    let after = Number(lastEventId ?? 0);
    while (!signal.aborted) {
      const events = await listEvents(deps.db, batchId, after, PAGE);
      for (const { id, status, heldReason, at } of events) {
        yield { id: String(id), data: { batchId, status, heldReason, at: at.toISOString() } };
        after = id;
      }
      if (events.length < PAGE) await deps.clock.sleep(LOOK_EVERY_MS, signal);
    }
  };
}
