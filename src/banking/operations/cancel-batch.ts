import type { BankingDependencies } from "../dependencies.ts";
import { canMove } from "../rules/batch-state.ts";
import { findBatch, lockBatch, releaseItems, updateBatch } from "../store/batches.ts";
import { listAttempts } from "../store/transfers.ts";
import { type BatchView, batchNotFound, type Input, stateNotAllowed, viewOne } from "./batch-view.ts";

/** Cancels a batch that cannot be at the bank, and sets its transaction ids free. Cancelling twice changes nothing. */
export function createCancelBatch(deps: BankingDependencies) {
  return async ({ batchId, reason }: Input<"cancelBatch">, caller: string): Promise<BatchView> => {
    await deps.db.transaction(async (tx) => {
      const batch = await lockBatch(tx, batchId);
      if (!batch) throw batchNotFound();
      if (batch.status === "cancelled") return;
      if (!canMove(batch.status, "cancelled")) throw stateNotAllowed(batch, "cancelled");
      const attempts = await listAttempts(tx, batchId);
      if (attempts.some((attempt) => attempt.state !== "failed"))
        throw stateNotAllowed(batch, "cancelled", "outcome_unknown");
      const decision = { decidedBy: caller, decidedReason: reason, decidedAt: deps.clock.now() };
      await updateBatch(tx, batchId, { status: "cancelled", nextAttemptAt: null, ...decision });
      await releaseItems(tx, batchId);
    });
    const row = await findBatch(deps.db, batchId);
    if (!row) throw batchNotFound();
    return viewOne(deps, row);
  };
}
