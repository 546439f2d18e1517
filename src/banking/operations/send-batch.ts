import type { FieldProblem } from "@luckygas/gateway-client";
import type { Tx } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import type { Bank } from "../banks.ts";
import { sha256Of } from "../connectors/sftp/digest.ts";
import { type BankingDependencies, jobNames } from "../dependencies.ts";
import type { BankingCalendar } from "../rules/calendar/banking-calendar.ts";
import { type BatchRow, findBatch, listApprovals, lockBatch, readFileBytes, updateBatch } from "../store/batches.ts";
import { unauthorisedDebits } from "./authorisations/check-debits.ts";
import { type BatchView, batchNotFound, type Input, stateNotAllowed, viewOne } from "./batch-view.ts";
import { refusedCredentials } from "./transfer/refused-credentials.ts";

/**
 * Orders the transfer and answers at once. After the cut-off, or with a debit whose authorisation is not confirmed, the batch
 * is held and the order refused. Ordering what is under
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
    const noEntry = await refusedCredentials(deps, bank.key);
    const now = deps.clock.now();
    const refusal = refusalOf(before.paymentDate, await deps.calendarOf(bank), bank, now);
    let refused: SendRefusal | undefined;
    await deps.db.transaction(async (tx) => {
      const batch = await lockBatch(tx, batchId);
      if (!batch) throw batchNotFound();
      if (["sending", "sent", "acknowledged", "reconciled"].includes(batch.status)) return;
      if (batch.status === "indeterminate")
        throw stateNotAllowed(batch, "sent before its outcome is settled", "outcome_unknown");
      if (batch.status !== "approved" && batch.status !== "held") throw stateNotAllowed(batch, "sent");
      if (noEntry !== undefined) {
        throw new OperationError("provider_misconfigured", noEntry, { reason: "credentials_refused" });
      }
      const isBound = await approvalsHold(tx, batch);
      if (!isBound)
        throw stateNotAllowed(batch, "sent: its approvals are not of the file as it is now", "approval_void");
      const unauthorised = refusal ? undefined : await unauthorisedDebits(tx, bank, batch, undefined);
      refused = refusal ?? (unauthorised && holdFor(unauthorised));
      await updateBatch(
        tx,
        batchId,
        refused
          ? { status: "held", heldReason: refused.heldReason, nextAttemptAt: null }
          : { status: "sending", heldReason: null, sendTries: 0, nextAttemptAt: now },
      );
    });
    throwIfRefused(refused);
    deps.jobs.wake(jobNames.transfer);
    const row = await findBatch(deps.db, batchId);
    if (!row) throw batchNotFound();
    return viewOne(deps, row);
  };
}

export interface SendRefusal {
  heldReason: "cutoff_passed" | "not_banking_day" | "authorisation_missing";
  message: string;
  fields?: FieldProblem[];
}

/** Approvals are of one hash, count and total: whatever has changed since voids them. */
async function approvalsHold(tx: Tx, batch: BatchRow): Promise<boolean> {
  const [bytes, approvals] = await Promise.all([readFileBytes(tx, batch.id), listApprovals(tx, [batch.id])]);
  if (!bytes || sha256Of(bytes) !== batch.fileSha256) return false;
  const bound = approvals.filter(
    ({ sha256, recordCount, totalAmount }) =>
      sha256 === batch.fileSha256 && recordCount === batch.recordCount && totalAmount === batch.totalAmount,
  );
  return bound.length >= batch.approvalsRequired;
}

const holdFor = ({ message, options }: OperationError): SendRefusal => ({
  heldReason: "authorisation_missing",
  message: `${message}; the batch is held`,
  fields: options.fields ?? [],
});

function throwIfRefused(refusal: SendRefusal | undefined): void {
  if (!refusal) return;
  const { heldReason: reason, message, fields } = refusal;
  throw new OperationError("state_not_allowed", message, { reason, ...(fields && { fields }) });
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
