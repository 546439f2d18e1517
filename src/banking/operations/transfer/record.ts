import type { HeldReason, TransferErrorType } from "@luckygas/gateway-client";
import type { SettlementOutcome, SubmissionOutcome, TransferStep } from "../../connectors/port.ts";
import { mayRetry } from "../../rules/transfer-retry.ts";
import { type AttemptChange, settleRound } from "../../store/transfers.ts";
import { nextTryAt, type Round } from "./round.ts";

/** Tries of one order to send. */
const TRIES_MAX = 3;

interface Done {
  number: number;
  steps: TransferStep[];
  finishedAt: Date;
}

/** Stores what a new attempt came to. */
export async function recordSubmission(round: Round, done: Done, outcome: SubmissionOutcome): Promise<void> {
  switch (outcome.kind) {
    case "sent":
      return recordSent(round, { ...done, state: "sent", verification: outcome.verification, temporaryRemoved: true });
    case "name_taken":
      return recordHeld(round, { ...done, state: "failed", temporaryRemoved: true }, "name_taken");
    case "not_sent":
      return recordNotSent(round, done, outcome);
    case "unknown":
      // Only the answer is missing: the next round looks.
      return settleRound(
        round.deps.db,
        round.claim,
        { number: done.number, steps: done.steps, state: "verified", errorType: outcome.errorType },
        { nextAttemptAt: nextTryAt(round), sendTries: round.batch.sendTries + 1 },
      );
    case "indeterminate":
      // The temporary file was taken away: no look can tell more, only the bank's answer or a person.
      return recordIndeterminate(
        round,
        { ...done, state: "indeterminate", errorType: outcome.errorType, temporaryRemoved: true },
        null,
      );
  }
}

/** Stores what a look at the bank's folder decided about an earlier attempt. */
export async function recordSettlement(round: Round, done: Done, outcome: SettlementOutcome): Promise<void> {
  switch (outcome.kind) {
    case "sent":
      return recordSent(round, {
        ...done,
        state: "sent",
        verification: outcome.verification,
        errorType: null,
        temporaryRemoved: true,
      });
    case "name_taken":
      return recordHeld(round, { ...done, state: "failed" }, "name_taken");
    case "indeterminate":
      return recordIndeterminate(round, { ...done, state: "indeterminate" }, null);
    case "unreachable":
      return recordUnreachable(round, done, outcome.errorType);
  }
}

async function recordSent(round: Round, attempt: AttemptChange): Promise<void> {
  const sentAt = round.deps.clock.now();
  await settleRound(round.deps.db, round.claim, attempt, { status: "sent", sentAt, nextAttemptAt: null });
  round.deps.log.info(`Batch ${round.batch.batchNumber} is at bank ${round.bank.key}`, logFields(round));
}

async function recordHeld(round: Round, attempt: AttemptChange, heldReason: HeldReason): Promise<void> {
  await settleRound(round.deps.db, round.claim, attempt, { status: "held", heldReason, nextAttemptAt: null });
  round.deps.log.error(`Batch ${round.batch.batchNumber} is held: ${heldReason}`, logFields(round));
}

async function recordIndeterminate(round: Round, attempt: AttemptChange, lookAgainAt: Date | null): Promise<void> {
  await settleRound(round.deps.db, round.claim, attempt, {
    status: "indeterminate",
    nextAttemptAt: lookAgainAt,
    sendTries: round.batch.sendTries + 1,
  });
  round.deps.log.error(`Nobody knows whether batch ${round.batch.batchNumber} is at the bank`, logFields(round));
}

async function recordNotSent(
  round: Round,
  done: Done,
  { errorType, temporaryRemoved }: Extract<SubmissionOutcome, { kind: "not_sent" }>,
): Promise<void> {
  const failed: AttemptChange = { ...done, state: "failed", errorType, temporaryRemoved };
  // Waiting for a connection in vain is no try: nothing was asked of the bank.
  const tries = round.batch.sendTries + (errorType === "pool_exhausted" ? 0 : 1);
  if (!mayRetry(errorType) || tries >= TRIES_MAX) return recordHeld(round, failed, "transfer_failed");
  await settleRound(round.deps.db, round.claim, failed, { nextAttemptAt: nextTryAt(round), sendTries: tries });
}

/** Looking does no harm and is repeated, except with credentials that the bank refuses. */
async function recordUnreachable(round: Round, done: Done, errorType: TransferErrorType): Promise<void> {
  const { number, steps } = done;
  if (errorType === "pool_exhausted") {
    // Nobody has looked: the batch stays as it is.
    return settleRound(round.deps.db, round.claim, undefined, { nextAttemptAt: nextTryAt(round) });
  }
  const lookAgainAt = errorType === "auth" ? null : nextTryAt(round);
  await recordIndeterminate(round, { number, steps, state: "indeterminate", errorType }, lookAgainAt);
}

const logFields = ({ claim, bank }: Round) => ({ batch_id: claim.batchId, bank_code: bank.key });
