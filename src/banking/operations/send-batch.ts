import { OperationError } from "../../platform/errors.ts";
import { type BankingDependencies, jobNames } from "../dependencies.ts";
import { findBatch, lockBatch, updateBatch } from "../store/batches.ts";
import { type BatchView, batchNotFound, cutoffOf, type Input, stateNotAllowed, viewOne } from "./batch-view.ts";

/**
 * Orders the transfer and answers at once. After the cut-off the batch is held and the order refused. Ordering what is under
 * way or done already changes nothing; an unknown outcome is settled first, never sent again.
 */
export function createSendBatch(deps: BankingDependencies) {
  return async ({ batchId }: Input<"sendBatch">): Promise<BatchView> => {
    const before = await findBatch(deps.db, batchId);
    if (!before) throw batchNotFound();
    const known = await deps.banks.find(before.bankCode);
    const bank = await deps.banks.usable(before.bankCode);
    if (known.problem !== undefined) {
      throw new OperationError("provider_misconfigured", `bank ${bank.key} cannot be reached: ${known.problem}`, {
        reason: "bank_not_configured",
      });
    }
    const now = deps.clock.now();
    const cutoff = cutoffOf(before.paymentDate, bank.row.cutoffTime);
    const isTooLate = cutoff !== null && now > cutoff;
    let refused = false;
    await deps.db.transaction(async (tx) => {
      const batch = await lockBatch(tx, batchId);
      if (!batch) throw batchNotFound();
      if (["sending", "sent", "acknowledged", "reconciled"].includes(batch.status)) return;
      if (batch.status === "indeterminate")
        throw stateNotAllowed(batch, "sent before its outcome is settled", "outcome_unknown");
      if (batch.status !== "approved" && batch.status !== "held") throw stateNotAllowed(batch, "sent");
      refused = isTooLate;
      await updateBatch(
        tx,
        batchId,
        isTooLate
          ? { status: "held", heldReason: "cutoff_passed", nextAttemptAt: null }
          : { status: "sending", heldReason: null, sendTries: 0, nextAttemptAt: now },
      );
    });
    if (refused) {
      throw new OperationError(
        "state_not_allowed",
        `the bank's cut-off (${cutoff?.toISOString()}) has passed; the batch is held`,
        {
          reason: "cutoff_passed",
        },
      );
    }
    deps.jobs.wake(jobNames.transfer);
    const row = await findBatch(deps.db, batchId);
    if (!row) throw batchNotFound();
    return viewOne(deps, row);
  };
}
