import { invalidInput, OperationError } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { findBatch, insertApproval, listApprovals, lockBatch, updateBatch } from "../store/batches.ts";
import { type BatchView, batchNotFound, type Input, stateNotAllowed, viewOne } from "./batch-view.ts";

/**
 * Approves exactly the sealed file: hash, count and total must be those that the approver saw. Whoever created the batch may
 * not approve it. The last approval needed makes it `approved`; approving twice changes nothing.
 */
export function createApproveBatch(deps: BankingDependencies) {
  return async (input: Input<"approveBatch">, approver: string): Promise<BatchView> => {
    const { batchId } = input;
    await deps.db.transaction(async (tx) => {
      const batch = await lockBatch(tx, batchId);
      if (!batch) throw batchNotFound();
      if (batch.createdBy === approver) {
        throw new OperationError("forbidden", "whoever created a batch may not approve it", {
          reason: "approver_is_creator",
        });
      }
      if (batch.fileSha256 === null) throw stateNotAllowed(batch, "approved before it is sealed");
      checkSeen("sha256", input.sha256, batch.fileSha256);
      checkSeen("recordCount", input.recordCount, batch.recordCount);
      checkSeen("totalAmount", input.totalAmount, batch.totalAmount);
      const before = await listApprovals(tx, [batchId]);
      if (before.some((approval) => approval.approver === approver)) return;
      if (batch.status !== "sealed") throw stateNotAllowed(batch, "approved");
      const { fileSha256: sha256, recordCount, totalAmount } = batch;
      await insertApproval(tx, { batchId, approver, approvedAt: deps.clock.now(), sha256, recordCount, totalAmount });
      if (before.length + 1 >= batch.approvalsRequired) await updateBatch(tx, batchId, { status: "approved" });
    });
    const row = await findBatch(deps.db, batchId);
    if (!row) throw batchNotFound();
    return viewOne(deps, row);
  };
}

function checkSeen(field: string, seen: string | number | undefined, actual: string | number): void {
  if (seen !== undefined && seen !== actual) throw invalidInput(field, "is not that of the sealed file", "other_file");
}
