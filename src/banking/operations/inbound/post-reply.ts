import type { Tx } from "../../../platform/database.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { keyOfDebit } from "../../rules/authorisation.ts";
import {
  type ExpectedItem,
  postingOf,
  type ReconciledLine,
  type Reconciliation,
  type SettledStatus,
} from "../../rules/reconcile.ts";
import { endMandates, settleAuthorisations } from "../../store/authorisations.ts";
import { type BatchRow, type ItemRow, updateBatch } from "../../store/batches.ts";
import { type BatchKind, countOpenItems, insertLines, settleItems, updateInboundFile } from "../../store/inbound.ts";
import { insertPostings } from "../../store/postings.ts";
import { decideOpenAttempts } from "../../store/transfers.ts";
import type { LockedFile } from "./apply-inbound-file.ts";

export interface Posting {
  file: LockedFile;
  kind: BatchKind;
  /** As they stood before, by id. */
  items: ReadonlyMap<string, ItemRow>;
  batchId: string | undefined;
  batches: readonly BatchRow[];
  result: Reconciliation;
}

/** Stores the lines of a reply and what follows from them: results of items, money that moved, states of authorisations and batches. */
export async function postReply(
  deps: Pick<BankingDependencies, "clock">,
  tx: Tx,
  { file, kind, items, batchId, batches, result }: Posting,
): Promise<void> {
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
  const lasting = [...new Map(changes.map((change) => [change.item.id, change])).values()];
  if (kind === "authorisation") await settleRequests(tx, lasting, now);
  else {
    await insertPostings(
      tx,
      lasting.flatMap(({ item, status }) => {
        const kind = postingOf(item.status, status);
        const { id, batchId, amount } = item;
        return kind ? [{ itemId: Number(id), batchId, kind, amount, fileId: file.id, postedAt: now }] : [];
      }),
    );
    await endUnauthorised(tx, file.bankCode, lasting, items, now);
  }
  for (const batch of batches) await acknowledge(tx, batch, now);
  await updateInboundFile(tx, file.id, {
    status: "applied",
    batchId: batchId ?? null,
    identities: result.identities,
    accuracy: result.accuracy,
    appliedAt: now,
  });
}

interface Change {
  line: ReconciledLine;
  item: ExpectedItem;
  status: SettledStatus;
}

const settleRequests = (tx: Tx, changes: readonly Change[], now: Date): Promise<void> =>
  settleAuthorisations(
    tx,
    changes.map(({ line, item, status }) => ({
      batchId: item.batchId,
      sequence: item.sequence,
      isAccepted: status === "success",
      responseCode: line.values.responseCode ?? "",
      responseMeaning: line.response.meaning,
    })),
    now,
  );

/** Debits that came back because nobody has authorised them: the next one is held until there is a new authorisation. */
function endUnauthorised(
  tx: Tx,
  bank: string,
  changes: readonly Change[],
  items: ReadonlyMap<string, ItemRow>,
  now: Date,
): Promise<void> {
  const ended = changes.flatMap(({ line, item }) => {
    const row = items.get(item.id);
    const key = row && keyOfDebit(row);
    if (line.response.outcome !== "unauthorised" || key === undefined) return [];
    const { meaning } = line.response;
    return [{ mandateKey: key, responseCode: line.values.responseCode ?? "", responseMeaning: meaning }];
  });
  return endMandates(tx, bank, ended, now);
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
