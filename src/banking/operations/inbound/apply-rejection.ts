import type { Tx } from "../../../platform/database.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { canMove } from "../../rules/batch-state.ts";
import { textCodec } from "../../rules/layout/text-codec.ts";
import { findBatchByFileName, lockBatch, releaseItems, updateBatch } from "../../store/batches.ts";
import { updateInboundFile } from "../../store/inbound.ts";
import { decideOpenAttempts } from "../../store/transfers.ts";
import type { Applied, LockedFile } from "./apply-inbound-file.ts";

const REASON_CHARACTERS_MAX = 300;

/** The bank refused a whole file: the batch is rejected with the bank's words, and its transaction ids are free again. */
export async function applyRejection(
  deps: BankingDependencies,
  tx: Tx,
  bank: Bank,
  file: LockedFile,
  about: string,
): Promise<Applied> {
  const found = await findBatchByFileName(tx, { bank: bank.key, ignoreCase: bank.row.fileNamesIgnoreCase }, about);
  const batch = found && (await lockBatch(tx, found.id));
  const quarantine = (rule: string): Applied => ({
    kind: "quarantined",
    bank: bank.key,
    name: file.name,
    problems: [{ rule }],
  });
  if (!batch) return quarantine(`refuses the file ${about}, which is none of ours`);
  if (!canMove(batch.status, "rejected")) return quarantine(`refuses the file of a batch that is ${batch.status}`);
  const reason = firstLine(file.content, bank);
  const now = deps.clock.now();
  // A refusal proves that the file arrived.
  await decideOpenAttempts(tx, batch.id, "sent", now);
  await updateBatch(tx, batch.id, {
    status: "rejected",
    heldReason: null,
    nextAttemptAt: null,
    acknowledgedAt: now,
    decidedBy: `bank:${bank.key}`,
    decidedReason: reason,
    decidedAt: now,
  });
  await releaseItems(tx, batch.id);
  await updateInboundFile(tx, file.id, {
    status: "rejection",
    batchId: batch.id,
    problems: [{ rule: reason }],
    appliedAt: now,
  });
  return { kind: "applied", bank: bank.key, accuracy: undefined };
}

function firstLine(content: Uint8Array, bank: Bank): string {
  const end = content.findIndex((byte) => byte === 0x0d || byte === 0x0a);
  const line = end < 0 ? content : content.subarray(0, end);
  const { text } = textCodec(bank.encoding).decode(line.subarray(0, REASON_CHARACTERS_MAX));
  return text.trim() || "the bank gave no reason";
}
