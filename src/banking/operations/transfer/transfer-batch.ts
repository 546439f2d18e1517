import type { TransferErrorType } from "@luckygas/gateway-client";
import type { BreakerPermit } from "../../../platform/breaker.ts";
import type { SettlementOutcome, SubmissionOutcome, TransferStep } from "../../connectors/port.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import type { TransferStatus } from "../../metrics.ts";
import { isRefusal } from "../../rules/transfer-retry.ts";
import {
  type AttemptRow,
  type Claim,
  insertAttempt,
  markTemporaryRemoved,
  markVerified,
  renewClaim,
  writeAttempt,
} from "../../store/transfers.ts";
import { recordSettlement, recordSubmission } from "./record.ts";
import { enterBreaker, outboundFile, prepareRound, type Round, remoteName, reportToBreaker } from "./round.ts";

/**
 * One round of work on a claimed batch: a look at what became of an earlier attempt whose final name had been asked for, or
 * else a new attempt. Leaves the batch in a state that says what is known, and when to go on.
 */
export async function transferBatch(deps: BankingDependencies, claim: Claim): Promise<void> {
  const round = await prepareRound(deps, claim);
  const permit = round && (await enterBreaker(round));
  if (!round || !permit) return;
  const renewal = setInterval(() => {
    // A lost lease shows itself where it matters: nothing is verified or settled without it.
    renewClaim(deps.db, claim, deps.leaseMs).catch(() => {});
  }, deps.leaseMs / 3);
  try {
    if (round.open) await lookAndSettle(round, permit, round.open);
    else await submitAnew(round, permit);
  } finally {
    clearInterval(renewal);
  }
}

/** A fault of the gateway itself says nothing about the bank. */
async function withPermit<T extends object>(permit: BreakerPermit, work: () => Promise<T>): Promise<T> {
  let outcome: T;
  try {
    outcome = await work();
  } catch (error) {
    await permit.neutral();
    throw error;
  }
  return outcome;
}

async function lookAndSettle(round: Round, permit: BreakerPermit, attempt: AttemptRow): Promise<void> {
  const steps = [...attempt.steps];
  const file = outboundFile(round, attempt.temporaryName);
  const outcome: SettlementOutcome = await withPermit(permit, () =>
    round.link.transport.settle(file, (step) => steps.push(step)),
  );
  await reportToBreaker(permit, outcome.kind === "unreachable" ? outcome.errorType : undefined);
  await recordSettlement(round, { number: attempt.number, steps, finishedAt: round.deps.clock.now() }, outcome);
}

async function submitAnew(round: Round, permit: BreakerPermit): Promise<void> {
  const { deps, claim, batch, bank } = round;
  const number = (round.attempts.at(-1)?.number ?? 0) + 1;
  const file = outboundFile(round, `${remoteName(batch)}.${number}.tmp`);
  const steps: TransferStep[] = [];
  const startedAt = deps.clock.now();
  const outcome = await withPermit(permit, async (): Promise<SubmissionOutcome | { kind: "lost" }> => {
    const obstacle = await cleanUp(round);
    const mine = await insertAttempt(deps.db, claim, { number, temporaryName: file.temporaryName, startedAt });
    if (!mine) return { kind: "lost" };
    if (obstacle) return { kind: "not_sent", errorType: obstacle, temporaryRemoved: true };
    return round.link.transport.submit(file, {
      onStep: (step) => steps.push(step),
      onVerified: async (verification) => {
        const stored = await markVerified(deps.db, claim, { number, verification, steps, at: deps.clock.now() });
        if (!stored) throw new Error(`batch ${claim.batchId} was taken over`);
      },
    });
  });
  if (outcome.kind === "lost") return permit.neutral();
  await reportToBreaker(permit, "errorType" in outcome ? outcome.errorType : undefined);
  const finishedAt = deps.clock.now();
  deps.metrics.transfer(bank.key, "upload", countedAs(outcome), (finishedAt.getTime() - startedAt.getTime()) / 1000);
  await recordSubmission(round, { number, steps, finishedAt }, outcome);
}

function countedAs(outcome: SubmissionOutcome): TransferStatus {
  if (outcome.kind === "sent") return "success";
  return outcome.kind === "unknown" || outcome.kind === "indeterminate" ? "indeterminate" : "failure";
}

/**
 * Removes what a crash or a lost connection left behind. Gives the fault when a file that once was ready for its final name
 * may still be there: a worker that slept since then could rename it beside the new one.
 */
async function cleanUp(round: Round): Promise<TransferErrorType | undefined> {
  const { deps, claim, bank, link } = round;
  let obstacle: TransferErrorType | undefined;
  for (const { number, state, steps, temporaryName, temporaryRemoved, verifiedAt } of round.attempts) {
    if (temporaryRemoved || (state !== "writing" && state !== "failed")) continue;
    if (state === "writing") {
      const finishedAt = deps.clock.now();
      await writeAttempt(deps.db, claim.batchId, { number, state: "failed", errorType: "other", steps, finishedAt });
    }
    const removed = await link.transport.removeTemporary(bank.row.uploadPath, temporaryName);
    if (removed.ok) await markTemporaryRemoved(deps.db, claim.batchId, number);
    else if (verifiedAt !== null && !isRefusal(removed.errorType)) obstacle = removed.errorType;
  }
  return obstacle;
}
