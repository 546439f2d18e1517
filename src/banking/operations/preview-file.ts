import { taipeiDate } from "../../platform/taipei-time.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { findBatch, listItems, readFileBytes } from "../store/batches.ts";
import { batchNotFound, type Input, type Output } from "./batch-view.ts";
import { makeFile } from "./seal-batch.ts";

/** The sealed file, or what sealing would make of a draft now. */
export function createPreviewFile(deps: BankingDependencies) {
  return async ({ batchId }: Input<"previewFile">): Promise<Output<"previewFile">> => {
    const batch = await findBatch(deps.db, batchId);
    if (!batch) throw batchNotFound();
    const sealed = await readFileBytes(deps.db, batchId);
    const file =
      sealed && batch.fileName && batch.fileSha256
        ? { name: batch.fileName, sha256: batch.fileSha256, bytes: sealed }
        : makeFile(
            await deps.banks.usable(batch.bankCode),
            batch,
            await listItems(deps.db, batchId),
            taipeiDate(deps.clock.now()),
          );
    return {
      batchId,
      sealed: sealed !== undefined,
      fileName: file.name,
      sha256: file.sha256,
      sizeBytes: file.bytes.length,
      recordCount: batch.recordCount,
      totalAmount: batch.totalAmount,
      contentBase64: Buffer.from(file.bytes).toString("base64"),
    };
  };
}
