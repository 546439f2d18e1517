import type { BankingDependencies } from "../dependencies.ts";
import { findBatch, lockBatch, updateBatch } from "../store/batches.ts";
import { decideOpenAttempts } from "../store/transfers.ts";
import { type BatchView, batchNotFound, type Input, stateNotAllowed, viewOne } from "./batch-view.ts";

/** Ends an indeterminate transfer: it arrived (`sent`), or it did not (`held`, and may be sent again or cancelled). */
export function createSettleUnknown(deps: BankingDependencies) {
  return async ({ batchId, outcome, evidence }: Input<"settleUnknown">, caller: string): Promise<BatchView> => {
    const now = deps.clock.now();
    await deps.db.transaction(async (tx) => {
      const batch = await lockBatch(tx, batchId);
      if (!batch) throw batchNotFound();
      if (batch.status !== "indeterminate") throw stateNotAllowed(batch, "settled");
      const arrived = outcome === "arrived";
      await decideOpenAttempts(tx, batchId, arrived ? "sent" : "failed", now);
      await updateBatch(tx, batchId, {
        ...(arrived
          ? { status: "sent" as const, sentAt: now }
          : { status: "held" as const, heldReason: "settled_not_arrived" as const }),
        nextAttemptAt: null,
        decidedBy: caller,
        decidedReason: evidence,
        decidedAt: now,
      });
    });
    const row = await findBatch(deps.db, batchId);
    if (!row) throw batchNotFound();
    return viewOne(deps, row);
  };
}
