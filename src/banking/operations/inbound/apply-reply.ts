import type { Tx } from "../../../platform/database.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { awaitsReply } from "../../rules/batch-state.ts";
import type { FileContent } from "../../rules/layout/content.ts";
import type { FileProblem } from "../../rules/layout/problem.ts";
import { createItemFinder } from "../../rules/match-line.ts";
import { type ExpectedItem, postingOf, type Reconciliation, reconcile } from "../../rules/reconcile.ts";
import {
  type BatchRow,
  findBatchByNumber,
  type ItemRow,
  listItems,
  lockBatches,
  updateBatch,
} from "../../store/batches.ts";
import {
  batchesOfFileDates,
  countOpenItems,
  findItems,
  insertLines,
  settleItems,
  updateInboundFile,
} from "../../store/inbound.ts";
import { insertPostings } from "../../store/postings.ts";
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
  const meant = await findMeant(tx, bank, file, content);
  const batches = await lockBatches(tx, meant.batchIds);
  const unsent = await findUnsent(tx, batches);
  if (unsent)
    return quarantine([{ rule: `answers batch ${unsent.batchNumber}, which was not sent (${unsent.status})` }]);
  // Read again under the lock: another file may have made items final meanwhile.
  const items = new Map<string, ItemRow>();
  for (const batch of batches) for (const item of await listItems(tx, batch.id)) items.set(String(item.id), item);
  const fileDates = new Map(batches.map((batch) => [batch.id, batch.fileDate]));
  const known = [...items.values()].map((item) => expected(item, fileDates.get(item.batchId) ?? null));
  const result = reconcile({
    content,
    findItem: createItemFinder({ items: known, namedBatchId: meant.batchId }),
    expected: known.filter((item) => item.batchId === meant.batchId),
    clearingCode: bank.clearingCode,
    responseCode: bank.reply.responseCode,
    isReturn: bank.reply.isReturn,
    isCorrection: file.isCorrection,
  });
  if (!result.holds) return quarantine(differences(result));
  await post(deps, tx, { file, batchId: meant.batchId, batches, result });
  return { kind: "applied", bank: bank.key, accuracy: result.accuracy };
}

const expected = (item: ItemRow, fileDate: string | null): ExpectedItem => ({
  id: String(item.id),
  batchId: item.batchId,
  sequence: item.sequence,
  fileDate,
  transactionId: item.transactionId,
  accountNumber: item.accountNumber,
  amount: item.amount,
  status: item.status,
});

/** The batches that a file is about: the one that its header or its name tells, those of its lines and of the files they return. */
async function findMeant(
  tx: Tx,
  bank: Bank,
  file: LockedFile,
  content: FileContent,
): Promise<{ batchId: string | undefined; batchIds: string[] }> {
  const number = content.header?.values.batchNumber ?? bank.replyName.match(file.name)?.batch;
  const named = number === undefined ? undefined : await findBatchByNumber(tx, bank.key, number);
  const values = content.details.map((detail) => detail.values);
  const ids = values.flatMap(({ transactionId }) => (transactionId === undefined ? [] : [transactionId]));
  const days = new Set(values.flatMap(({ originalDate }) => (originalDate === undefined ? [] : [originalDate])));
  const ofLines = new Set((await findItems(tx, bank.key, ids)).map((item) => item.batchId));
  for (const id of await batchesOfFileDates(tx, bank.key, [...days])) ofLines.add(id);
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
  const changes = result.lines.flatMap((line) => {
    const status = line.item && result.settled.get(line.item.id);
    const changesItem = ["matched_success", "matched_failed", "returned", "corrected"].includes(line.class);
    return line.item && status && changesItem ? [{ line, item: line.item, status }] : [];
  });
  await settleItems(
    tx,
    changes.map(({ line, item, status }) => ({
      id: Number(item.id),
      status,
      responseCode: line.values.responseCode ?? "",
      responseMeaning: line.response.meaning,
      bankReference: line.values.bankReference ?? null,
      processedDate: line.values.processedDate ?? null,
    })),
  );
  await insertPostings(
    tx,
    [...new Map(changes.map((change) => [change.item.id, change])).values()].flatMap(({ item, status }) => {
      const kind = postingOf(item.status, status);
      const { id, batchId, amount } = item;
      return kind ? [{ itemId: Number(id), batchId, kind, amount, fileId: file.id, postedAt: now }] : [];
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
export async function acknowledge(tx: Tx, batch: BatchRow, now: Date): Promise<void> {
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
