import type { TransferErrorType } from "@luckygas/gateway-client";
import type { BreakerPermit } from "../../../platform/breaker.ts";
import type { Bank } from "../../banks.ts";
import type { OutboundFile } from "../../connectors/port.ts";
import type { BankLink } from "../../connectors/registry.ts";
import { readBankCredentials } from "../../credentials.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { countsAgainstLink, retryDelayMs } from "../../rules/transfer-retry.ts";
import { type BatchRow, findBatch, readSentBytes } from "../../store/batches.ts";
import { type AttemptRow, type Claim, listAttempts, settleRound } from "../../store/transfers.ts";
import { refusalOf, type SendRefusal } from "../send-batch.ts";
import { refusedCredentials } from "./refused-credentials.ts";

/** Pause when nothing can be done now for a reason that is not the bank's. */
const DEFER_MS = 60_000;

/** What the work on one claimed batch is about. */
export interface Round {
  deps: BankingDependencies;
  claim: Claim;
  batch: BatchRow;
  bank: Bank;
  link: BankLink;
  attempts: AttemptRow[];
  bytes: Uint8Array;
  /** The attempt whose final name was asked for and whose outcome is not known. */
  open: AttemptRow | undefined;
}

/** Gathers what a round needs; `undefined` when the batch cannot be worked on now, and then it was put off or ended. */
export async function prepareRound(deps: BankingDependencies, claim: Claim): Promise<Round | undefined> {
  const [batch, bytes, attempts] = await Promise.all([
    findBatch(deps.db, claim.batchId),
    readSentBytes(deps.db, claim.batchId),
    listAttempts(deps.db, claim.batchId),
  ]);
  if (!batch || !bytes) throw new Error(`batch ${claim.batchId} is to be sent and has no file`);
  const open = attempts.find((attempt) => attempt.state === "verified" || attempt.state === "indeterminate");
  const { bank, isActive } = await deps.banks.find(batch.bankCode);
  const read = await readBankCredentials(deps.secrets, batch.bankCode);
  if (!bank || !isActive || !read.ok) {
    await putOff(deps, claim, new Date(deps.clock.now().getTime() + DEFER_MS));
    return undefined;
  }
  if (await refusedCredentials(deps, bank.key)) {
    await endWithoutConnecting(deps, claim, open, "transfer_failed");
    return undefined;
  }
  const refusal = refusalOf(batch.paymentDate, await deps.calendarOf(bank), bank, deps.clock.now());
  if (refusal && !open) {
    await endWithoutConnecting(deps, claim, open, refusal.heldReason);
    return undefined;
  }
  return { deps, claim, batch, bank, link: deps.links.to(bank.key), attempts, bytes, open };
}

const putOff = (deps: BankingDependencies, claim: Claim, until: Date) =>
  settleRound(deps.db, claim, undefined, { nextAttemptAt: until });

/** Without a connection nothing is found out: an open attempt stays unknown, anything else is held. */
function endWithoutConnecting(
  deps: BankingDependencies,
  claim: Claim,
  open: AttemptRow | undefined,
  heldReason: "transfer_failed" | SendRefusal["heldReason"],
): Promise<void> {
  return settleRound(
    deps.db,
    claim,
    undefined,
    open ? { status: "indeterminate", nextAttemptAt: null } : { status: "held", heldReason, nextAttemptAt: null },
  );
}

/** Leave of the circuit breaker; when it is open, the batch waits until it may be tried. */
export async function enterBreaker(round: Round): Promise<BreakerPermit | undefined> {
  const entry = await round.link.breaker.enter();
  if ("permit" in entry) return entry.permit;
  await putOff(round.deps, round.claim, entry.refusedUntil);
  return undefined;
}

/** Only faults of the way to the bank count; a refusal shows that the way is open. */
export async function reportToBreaker(permit: BreakerPermit, errorType: TransferErrorType | undefined): Promise<void> {
  if (errorType === undefined) return permit.success();
  if (countsAgainstLink(errorType)) return permit.failure();
  return permit.neutral();
}

export const outboundFile = ({ batch, bank, bytes }: Round, temporaryName: string): OutboundFile => ({
  folder: bank.row.uploadPath,
  name: remoteName(batch),
  temporaryName,
  bytes,
  sha256: batch.sentSha256 ?? batch.fileSha256 ?? "",
});

/** The name at the bank: encrypted files carry the ending by which their programs know them. */
export const remoteName = ({ fileName, sentSha256 }: BatchRow): string =>
  `${fileName ?? ""}${sentSha256 === null ? "" : ".pgp"}`;

/** When to go on after this round: 1, 2, 4 … s from now, spread. */
export const nextTryAt = ({ deps, batch }: Round): Date =>
  new Date(deps.clock.now().getTime() + retryDelayMs(batch.sendTries + 2, deps.random(), deps.retryBaseMs));
