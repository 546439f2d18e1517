import type { InboundFileKind } from "@luckygas/gateway-client";
import type { Tx } from "../../../platform/database.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import type { FileProblem } from "../../rules/layout/problem.ts";
import { lockReceivedFile, updateInboundFile } from "../../store/inbound.ts";
import { applyRejection } from "./apply-rejection.ts";
import { applyReply } from "./apply-reply.ts";
import { applyStatement } from "./apply-statement.ts";

/** A received file, locked by the transaction that applies it. */
export interface LockedFile {
  id: string;
  bankCode: string;
  name: string;
  kind: InboundFileKind;
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

async function apply(deps: BankingDependencies, tx: Tx, bank: Bank, file: LockedFile): Promise<Applied> {
  const about = bank.rejectionName?.match(file.name)?.file;
  if (file.kind === "rejection" && about !== undefined) return applyRejection(deps, tx, bank, file, about);
  const { reply: layout, replyName: name, authorisations, statements } = bank;
  if (file.kind === "reply") return applyReply(deps, tx, bank, file, { kind: "payment", layout, name });
  if (file.kind === "authorisation_reply" && authorisations) {
    const { reply, replyName } = authorisations;
    return applyReply(deps, tx, bank, file, { kind: "authorisation", layout: reply, name: replyName });
  }
  if (file.kind === "statement" && statements) return applyStatement(deps, tx, bank, file, statements.layout);
  const problems = [{ rule: `the bank's configuration has no layout for this ${file.kind} any more` }];
  return { kind: "quarantined", bank: bank.key, name: file.name, problems };
}
