import { brokenConstraint } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { taipeiDate } from "../../platform/taipei-time.ts";
import type { Bank } from "../banks.ts";
import { signAndEncrypt } from "../connectors/openpgp.ts";
import { sha256Of } from "../connectors/sftp/digest.ts";
import { readBankCredentials } from "../credentials.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { approvalsRequired } from "../rules/approvals.ts";
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
    fileValues: bank.fileValues,
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

/** Signed with LuckyGas's key where the secret has one, encrypted to the bank's; once and for all, since encryption is random. */
async function seal(deps: BankingDependencies, bank: Bank, file: MadeFile): Promise<SealedContent | undefined> {
  if (bank.row.pgpPublicKey === null) return undefined;
  const read = await readBankCredentials(deps.secrets, bank.key);
  if (!read.ok) {
    throw new OperationError("provider_misconfigured", `bank ${bank.key} cannot be reached: ${read.problem}`, {
      reason: "bank_not_configured",
    });
  }
  const { pgp_private_key: privateKey, pgp_passphrase: passphrase } = read.credentials;
  const sealed = await signAndEncrypt(file.bytes, { publicKey: bank.row.pgpPublicKey, privateKey, passphrase });
  if (sealed.ok) return { bytes: sealed.bytes, sha256: sha256Of(sealed.bytes) };
  throw new OperationError(
    "provider_misconfigured",
    `the file cannot be encrypted for bank ${bank.key}: ${sealed.problem}`,
    {
      reason: "pgp_key_unusable",
    },
  );
}

interface SealedContent {
  bytes: Uint8Array;
  sha256: string;
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
        const today = taipeiDate(now);
        const file = makeFile(bank, batch, await listItems(tx, batchId), today);
        const encrypted = await seal(deps, bank, file);
        await updateBatch(tx, batchId, {
          status: "sealed",
          fileDate: today,
          fileName: file.name,
          fileBytes: file.bytes,
          fileSha256: file.sha256,
          sentBytes: encrypted?.bytes ?? null,
          sentSha256: encrypted?.sha256 ?? null,
          layoutId: bank.payment.description.id,
          layoutSha256: bank.payment.sha256,
          encoding: bank.encoding,
          sealedAt: now,
          approvalsRequired: approvalsRequired(bank, batch.totalAmount),
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
