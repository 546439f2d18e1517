import { brokenConstraint } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { taipeiDate } from "../../platform/taipei-time.ts";
import type { Bank } from "../banks.ts";
import { sha256Of } from "../connectors/sftp/digest.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { isSafeName } from "../rules/name-pattern.ts";
import { encodePayment } from "../rules/payment-file.ts";
import { type BatchRow, findBatch, type ItemRow, listItems, lockBatch, updateBatch } from "../store/batches.ts";
import { type BatchView, batchNotFound, type Input, stateNotAllowed, viewOne } from "./batch-view.ts";

export interface MadeFile {
  name: string;
  bytes: Uint8Array;
  sha256: string;
}

/** The file of a batch as of today: the same batch on the same day gives the same bytes. */
export function makeFile(bank: Bank, batch: BatchRow, items: readonly ItemRow[], today: string): MadeFile {
  const encoded = encodePayment(bank.payment, {
    batchNumber: batch.batchNumber,
    fileDate: today,
    paymentDate: batch.paymentDate,
    clearingCode: bank.clearingCode,
    companyCode: bank.row.companyCode,
    items,
  });
  if (!encoded.ok) {
    const [problem] = encoded.problems;
    throw new OperationError(
      "provider_misconfigured",
      `the file cannot be written in the bank's layout: ${problem?.value} ${problem?.rule}`,
      { reason: "not_in_bank_format" },
    );
  }
  const name = bank.paymentName.render({ day: today, batch: batch.batchNumber });
  if (!isSafeName(name)) throw new Error(`pattern of bank ${bank.key} gives the unsafe name ${JSON.stringify(name)}`);
  return { name, bytes: encoded.bytes, sha256: sha256Of(encoded.bytes) };
}

/** Fixes bytes, hash and name once and for all. Sealing a sealed batch gives the batch as it is. */
export function createSealBatch(deps: BankingDependencies) {
  return async ({ batchId }: Input<"sealBatch">): Promise<BatchView> => {
    const before = await findBatch(deps.db, batchId);
    if (!before) throw batchNotFound();
    const bank = await deps.banks.usable(before.bankCode);
    const now = deps.clock.now();
    try {
      await deps.db.transaction(async (tx) => {
        const batch = await lockBatch(tx, batchId);
        if (!batch || batch.status === "sealed") return;
        if (batch.status !== "draft") throw stateNotAllowed(batch, "sealed");
        const file = makeFile(bank, batch, await listItems(tx, batchId), taipeiDate(now));
        await updateBatch(tx, batchId, {
          status: "sealed",
          fileName: file.name,
          fileBytes: file.bytes,
          fileSha256: file.sha256,
          layoutId: bank.payment.description.id,
          layoutSha256: bank.payment.sha256,
          encoding: bank.encoding,
          sealedAt: now,
          approvalsRequired: bank.row.approvalsRequired,
        });
      });
    } catch (error) {
      if (brokenConstraint(error)?.startsWith("bank_batches_file_")) {
        throw new OperationError("conflict", "another batch of this bank has the same file name or content", {
          reason: "file_exists",
          action: "report_request_id",
        });
      }
      throw error;
    }
    const row = await findBatch(deps.db, batchId);
    if (!row) throw batchNotFound();
    return viewOne(deps, row);
  };
}
