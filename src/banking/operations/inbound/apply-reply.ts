import type { Tx } from "../../../platform/database.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { awaitsReply } from "../../rules/batch-state.ts";
import type { FileContent } from "../../rules/layout/content.ts";
import type { FileProblem } from "../../rules/layout/problem.ts";
import { type ExpectedItem, type Reconciliation, reconcile } from "../../rules/reconcile.ts";
import {
  type BatchRow,
  findBatchByNumber,
  type ItemRow,
  listItems,
  lockBatches,
  updateBatch,
} from "../../store/batches.ts";
import { countOpenItems, findItems, insertLines, settleItems, updateInboundFile } from "../../store/inbound.ts";
import { decideOpenAttempts, listAttempts } from "../../store/transfers.ts";
import type { Applied, LockedFile } from "./apply-inbound-file.ts";

/**
 * Reads a reply, gives every line its class, and posts the results if every identity holds; otherwise the file is
 * quarantined whole, with the list of differences. Batches are locked first, in order, so that replies take turns.
 */
export async function applyReply(deps: BankingDependencies, tx: Tx, bank: Bank, file: LockedFile): Promise<Applied> {
  const quarantine = (problems: FileProblem[]): Applied => ({
    kind: "quarantined",
    bank: bank.key,
    name: file.name,
    problems,
  });
  const decoded = bank.reply.decode(file.content);
  if (!decoded.ok) return quarantine(decoded.problems);
  const { content } = decoded;
  const meant = await findMeant(tx, bank, content);
  const batches = await lockBatches(tx, meant.batchIds);
  const unsent = await findUnsent(tx, batches);
  if (unsent)
    return quarantine([{ rule: `answers batch ${unsent.batchNumber}, which was not sent (${unsent.status})` }]);
  // Read again under the lock: another file may have made items final meanwhile.
  const items = new Map<string, ItemRow>();
  for (const batch of batches) for (const item of await listItems(tx, batch.id)) items.set(String(item.id), item);
  const result = reconcile({
    content,
    itemsByTransactionId: new Map([...items.values()].map((item) => [item.transactionId, expected(item)])),
    expected: [...items.values()].filter((item) => item.batchId === meant.batchId).map(expected),
    clearingCode: bank.clearingCode,
    responseCode: bank.reply.responseCode,
  });
  if (!result.holds) return quarantine(differences(result));
  await post(deps, tx, { file, batchId: meant.batchId, batches, result });
  return { kind: "applied", bank: bank.key, accuracy: result.accuracy };
}

const expected = (item: ItemRow): ExpectedItem => ({
  id: String(item.id),
  batchId: item.batchId,
  transactionId: item.transactionId,
  accountNumber: item.accountNumber,
  amount: item.amount,
  status: item.status,
});

/** The batches that a file is about: the one its header names, and those of its lines. */
async function findMeant(
  tx: Tx,
  bank: Bank,
  content: FileContent,
): Promise<{ batchId: string | undefined; batchIds: string[] }> {
  const number = content.header?.values.batchNumber;
  const named = number === undefined ? undefined : await findBatchByNumber(tx, bank.key, number);
  const ids = content.details.flatMap(({ values }) =>
    values.transactionId === undefined ? [] : [values.transactionId],
  );
  const ofLines = new Set((await findItems(tx, bank.key, ids)).map((item) => item.batchId));
  const [only] = ofLines;
  const batchId = named?.id ?? (ofLines.size === 1 ? only : undefined);
  if (named) ofLines.add(named.id);
  return { batchId, batchIds: [...ofLines] };
}

/** A batch that the bank cannot know: its final name was never asked for. */
async function findUnsent(tx: Tx, batches: readonly BatchRow[]): Promise<BatchRow | undefined> {
  for (const batch of batches) {
    if (!awaitsReply.includes(batch.status)) return batch;
    if (batch.status !== "sending" && batch.status !== "held") continue;
    const attempts = await listAttempts(tx, batch.id);
    if (!attempts.some((attempt) => attempt.verifiedAt !== null)) return batch;
  }
  return undefined;
}

function differences({ identities, lines }: Reconciliation): FileProblem[] {
  const broken = identities
    .filter((identity) => !identity.holds)
    .map(({ name, left, right }) => ({
      rule: `${name}: ${left.count} items, NT$ ${left.amount} against ${right.count} items, NT$ ${right.amount}`,
    }));
  const foreign = lines.some((line) => line.class === "wrong_bank") ? [{ rule: "the header names another bank" }] : [];
  return [...foreign, ...broken];
}

interface Posting {
  file: LockedFile;
  batchId: string | undefined;
  batches: readonly BatchRow[];
  result: Reconciliation;
}

async function post(deps: BankingDependencies, tx: Tx, { file, batchId, batches, result }: Posting): Promise<void> {
  const now = deps.clock.now();
  await insertLines(
    tx,
    result.lines.map((line) => ({
      fileId: file.id,
      record: line.record,
      batchId: line.item?.batchId ?? batchId ?? null,
      itemId: line.item ? Number(line.item.id) : null,
      class: line.class,
      transactionId: line.values.transactionId ?? "",
      amount: line.amount ?? null,
      responseCode: line.values.responseCode ?? "",
      responseMeaning: line.response.meaning,
      bankReference: line.values.bankReference ?? null,
      processedDate: line.values.processedDate ?? null,
    })),
  );
  await settleItems(
    tx,
    result.lines.flatMap((line) => {
      const status =
        line.class === "matched_success" ? "success" : line.class === "matched_failed" ? "failed" : undefined;
      if (!line.item || !status) return [];
      const { bankReference, processedDate, responseCode } = line.values;
      return {
        id: Number(line.item.id),
        status,
        responseCode: responseCode ?? "",
        responseMeaning: line.response.meaning,
        bankReference: bankReference ?? null,
        processedDate: processedDate ?? null,
      };
    }),
  );
  for (const batch of batches) await acknowledge(tx, batch, now);
  await updateInboundFile(tx, file.id, {
    status: "applied",
    batchId: batchId ?? null,
    identities: result.identities,
    accuracy: result.accuracy,
    appliedAt: now,
  });
}

/** A reply proves that the file arrived; the batch is reconciled once every item is final. */
async function acknowledge(tx: Tx, batch: BatchRow, now: Date): Promise<void> {
  if (batch.status === "reconciled") return;
  const isComplete = (await countOpenItems(tx, batch.id)) === 0;
  await decideOpenAttempts(tx, batch.id, "sent", now);
  await updateBatch(tx, batch.id, {
    status: isComplete ? "reconciled" : "acknowledged",
    heldReason: null,
    nextAttemptAt: null,
    sentAt: batch.sentAt ?? now,
    acknowledgedAt: batch.acknowledgedAt ?? now,
    ...(isComplete && { reconciledAt: now }),
  });
}
