import { brokenConstraint } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { taipeiDate } from "../../platform/taipei-time.ts";
import type { Bank } from "../banks.ts";
import { signAndEncrypt } from "../connectors/openpgp.ts";
import { sha256Of } from "../connectors/sftp/digest.ts";
import { readBankCredentials } from "../credentials.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { approvalsRequired } from "../rules/approvals.ts";
import { type AuthorisationRequest, encodeAuthorisations } from "../rules/authorisation-file.ts";
import type { Layout } from "../rules/layout/layout.ts";
import { isSafeName, type NamePattern } from "../rules/name-pattern.ts";
import { encodePayment, inputPath, type PaymentItem } from "../rules/payment-file.ts";
import { type BatchRow, findBatch, type ItemRow, listItems, lockBatch, updateBatch } from "../store/batches.ts";
import { noAuthorisations, unauthorisedDebits } from "./authorisations/check-debits.ts";
import { type BatchView, batchNotFound, type Input, stateNotAllowed, viewOne } from "./batch-view.ts";

/** Layout and name of a batch's file. Throws where the bank takes no authorisations. */
export function formOf(bank: Bank, kind: BatchRow["kind"]): { layout: Layout; pattern: NamePattern } {
  if (kind === "payment") return { layout: bank.payment, pattern: bank.paymentName };
  if (!bank.authorisations) throw noAuthorisations(bank.key);
  return { layout: bank.authorisations.request, pattern: bank.authorisations.requestName };
}

type FileParts = Pick<BatchRow, "kind" | "batchNumber" | "paymentDate">;
type FileItem = PaymentItem & Pick<AuthorisationRequest, "action">;

/** The bytes of a batch's file as of today, or what of it the layout cannot take. */
export function encodeBatch(bank: Bank, batch: FileParts, items: readonly FileItem[], today: string) {
  const { layout, pattern } = formOf(bank, batch.kind);
  const common = {
    batchNumber: batch.batchNumber,
    fileDate: today,
    clearingCode: bank.clearingCode,
    companyCode: bank.row.companyCode,
    fileValues: bank.fileValues,
  };
  const encoded =
    batch.kind === "payment"
      ? encodePayment(layout, { ...common, paymentDate: batch.paymentDate, items })
      : encodeAuthorisations(layout, { ...common, deleteCode: bank.row.authorisationDeleteCode, items });
  return { encoded, pattern };
}

/** A trial of a file before anything of it is stored; its batch number is as long as one can be. */
export function checkFile(
  bank: Bank,
  batch: Omit<FileParts, "batchNumber">,
  items: readonly FileItem[],
  today: string,
) {
  const { encoded } = encodeBatch(bank, { ...batch, batchNumber: TRIAL_BATCH_NUMBER }, items, today);
  if (encoded.ok) return;
  const fields = encoded.problems.map((problem) => ({ path: inputPath(problem), rule: problem.rule }));
  const [first] = fields;
  throw new OperationError("invalid_input", `${first?.path}: ${first?.rule}`, { reason: "not_in_bank_format", fields });
}

const TRIAL_BATCH_NUMBER = "0".repeat(20);

export interface MadeFile {
  name: string;
  bytes: Uint8Array;
  sha256: string;
}

/** The file of a batch as of today: the same batch on the same day gives the same bytes. */
export function makeFile(bank: Bank, batch: BatchRow, items: readonly ItemRow[], today: string): MadeFile {
  const { encoded, pattern } = encodeBatch(bank, batch, items, today);
  if (!encoded.ok) {
    const [problem] = encoded.problems;
    throw new OperationError(
      "provider_misconfigured",
      `the file cannot be written in the bank's layout: ${problem?.value} ${problem?.rule}`,
      { reason: "not_in_bank_format" },
    );
  }
  const name = pattern.render({ day: today, batch: batch.batchNumber });
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
        const { layout } = formOf(bank, batch.kind);
        const items = await listItems(tx, batchId);
        const unauthorised = await unauthorisedDebits(tx, bank, batch, items);
        if (unauthorised) throw unauthorised;
        const file = makeFile(bank, batch, items, today);
        const encrypted = await seal(deps, bank, file);
        await updateBatch(tx, batchId, {
          status: "sealed",
          fileDate: today,
          fileName: file.name,
          fileBytes: file.bytes,
          fileSha256: file.sha256,
          sentBytes: encrypted?.bytes ?? null,
          sentSha256: encrypted?.sha256 ?? null,
          layoutId: layout.description.id,
          layoutSha256: layout.sha256,
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
