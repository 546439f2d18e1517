import type { Tx } from "../../../platform/database.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import type { FileProblem } from "../../rules/layout/problem.ts";
import { lockReceivedFile, updateInboundFile } from "../../store/inbound.ts";
import { applyRejection } from "./apply-rejection.ts";
import { applyReply } from "./apply-reply.ts";

/** A received file, locked by the transaction that applies it. */
export interface LockedFile {
  id: string;
  bankCode: string;
  name: string;
  content: Uint8Array;
  /** A person decided that it may change what is final. */
  isCorrection: boolean;
}

/** What applying came to; told after the commit. */
export type Applied =
  | { kind: "applied"; bank: string; accuracy: number | undefined }
  | { kind: "quarantined"; bank: string; name: string; problems: FileProblem[] };

/** Who let a correction be applied, and why. */
export interface CorrectionDecision {
  decidedBy: string;
  decidedReason: string;
}

/**
 * Applies a received file, or a correction that somebody decided about, all of it or nothing; a file that was dealt with is
 * left alone. False when there was nothing to apply.
 */
export async function applyInboundFile(
  deps: BankingDependencies,
  fileId: string,
  decision?: CorrectionDecision,
): Promise<boolean> {
  const banks = new Map((await deps.banks.list()).map(({ key, bank }) => [key, bank]));
  const applied = await deps.db.transaction(async (tx): Promise<Applied | undefined> => {
    const locked = await lockReceivedFile(tx, fileId, decision ? "correction" : "received");
    const file = locked && { ...locked, isCorrection: decision !== undefined };
    const bank = file && banks.get(file.bankCode);
    // Without a layout the file waits, with its bytes, until the configuration is mended.
    if (!file || !bank) return undefined;
    const outcome = await apply(deps, tx, bank, file);
    if (outcome.kind === "quarantined") {
      await updateInboundFile(tx, file.id, { status: "quarantined", problems: outcome.problems });
    }
    if (decision) await updateInboundFile(tx, file.id, decision);
    return outcome;
  });
  if (applied?.kind === "quarantined") {
    deps.metrics.quarantined(applied.bank);
    const [first] = applied.problems;
    deps.log.error(`File ${applied.name} of bank ${applied.bank} is quarantined: ${first?.rule}`, {
      bank_code: applied.bank,
      file_id: fileId,
    });
  }
  if (applied?.kind === "applied" && applied.accuracy !== undefined) {
    deps.metrics.accuracy(applied.bank, applied.accuracy);
  }
  return applied !== undefined;
}

function apply(deps: BankingDependencies, tx: Tx, bank: Bank, file: LockedFile): Promise<Applied> {
  const about = bank.rejectionName?.match(file.name)?.file;
  return about === undefined ? applyReply(deps, tx, bank, file) : applyRejection(deps, tx, bank, file, about);
}
