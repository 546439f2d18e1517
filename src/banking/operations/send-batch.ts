import { OperationError } from "../../platform/errors.ts";
import type { Bank } from "../banks.ts";
import { type BankingDependencies, jobNames } from "../dependencies.ts";
import type { BankingCalendar } from "../rules/calendar/banking-calendar.ts";
import { findBatch, lockBatch, updateBatch } from "../store/batches.ts";
import { type BatchView, batchNotFound, type Input, stateNotAllowed, viewOne } from "./batch-view.ts";

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
    const refusal = refusalOf(before.paymentDate, await deps.calendarOf(bank), bank, now);
    let refused = false;
    await deps.db.transaction(async (tx) => {
      const batch = await lockBatch(tx, batchId);
      if (!batch) throw batchNotFound();
      if (["sending", "sent", "acknowledged", "reconciled"].includes(batch.status)) return;
      if (batch.status === "indeterminate")
        throw stateNotAllowed(batch, "sent before its outcome is settled", "outcome_unknown");
      if (batch.status !== "approved" && batch.status !== "held") throw stateNotAllowed(batch, "sent");
      refused = refusal !== undefined;
      await updateBatch(
        tx,
        batchId,
        refusal
          ? { status: "held", heldReason: refusal.heldReason, nextAttemptAt: null }
          : { status: "sending", heldReason: null, sendTries: 0, nextAttemptAt: now },
      );
    });
    if (refused && refusal) {
      throw new OperationError("state_not_allowed", refusal.message, { reason: refusal.heldReason });
    }
    deps.jobs.wake(jobNames.transfer);
    const row = await findBatch(deps.db, batchId);
    if (!row) throw batchNotFound();
    return viewOne(deps, row);
  };
}

export interface SendRefusal {
  heldReason: "cutoff_passed" | "not_banking_day";
  message: string;
}

/** Why a bank takes no file for this payment date now; `undefined` when it does, or takes files at any time. */
export function refusalOf(
  paymentDate: string,
  calendar: BankingCalendar,
  bank: Bank,
  now: Date,
): SendRefusal | undefined {
  if (bank.row.cutoffTime === null) return undefined;
  const cutoff = calendar.cutoffAt(paymentDate);
  const next = calendar.nextCutoffAt(now)?.toISOString();
  if (!cutoff) {
    const message = `the bank is closed on ${paymentDate}; the batch is held, the next cut-off is ${next}`;
    return { heldReason: "not_banking_day", message };
  }
  if (now <= cutoff) return undefined;
  const message = `the bank's cut-off (${cutoff.toISOString()}) has passed; the batch is held, the next is ${next}`;
  return { heldReason: "cutoff_passed", message };
}
