import { invalidInput } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { matchedClasses } from "../rules/reconcile.ts";
import { findBatch } from "../store/batches.ts";
import { listInboundFiles } from "../store/inbound.ts";
import { sumPostings } from "../store/postings.ts";
import { countLines, type LineRow, listLines, sumItems } from "../store/reconciliation.ts";
import { batchNotFound, type Input, type Output } from "./batch-view.ts";
import { viewInboundFile } from "./inbound/inbound-view.ts";

const FILES_SHOWN = 50;
const NOTHING = { count: 0, amount: 0 };

/** How the replies to a batch add up: its items by outcome, the lines by class, the identities of the latest reply. */
export function createGetReconciliation(deps: BankingDependencies) {
  return async (input: Input<"getReconciliation">): Promise<Output<"getReconciliation">> => {
    const { batchId, limit } = input;
    const batch = await findBatch(deps.db, batchId);
    if (!batch) throw batchNotFound();
    const after = parseLineCursor(input.cursor);
    const [sums, postings, classes, files, lines] = await Promise.all([
      sumItems(deps.db, batchId),
      sumPostings(deps.db, batchId),
      countLines(deps.db, batchId),
      listInboundFiles(deps.db, { batchId }, FILES_SHOWN),
      listLines(deps.db, batchId, after, limit + 1),
    ]);
    const page = lines.slice(0, limit);
    const latest = files.find((file) => file.accuracy !== null);
    return {
      batchId,
      bank: batch.bankCode,
      batchStatus: batch.status,
      expected: { count: batch.recordCount, amount: batch.totalAmount },
      succeeded: sums.get("success") ?? NOTHING,
      failed: sums.get("failed") ?? NOTHING,
      returned: sums.get("returned") ?? NOTHING,
      paidByAbsence: sums.get("paid_by_absence") ?? NOTHING,
      posted: netOf(postings.get("debit") ?? NOTHING, postings.get("reversal") ?? NOTHING),
      open: sums.get("pending") ?? NOTHING,
      lineCount: [...classes.values()].reduce((sum, count) => sum + count, 0),
      matchedCount: matchedClasses.reduce((sum, name) => sum + (classes.get(name) ?? 0), 0),
      classes: Object.fromEntries(classes),
      accuracy: latest?.accuracy ?? null,
      identities: latest?.identities ?? [],
      files: files.map(viewInboundFile),
      lines: { items: page.map(viewLine), nextCursor: lines.length > limit ? cursorOf(page.at(-1)) : null },
    };
  };
}

const netOf = (debits: typeof NOTHING, reversals: typeof NOTHING) => ({
  count: debits.count - reversals.count,
  amount: debits.amount - reversals.amount,
});

const viewLine = (line: LineRow) => ({
  fileId: line.fileId,
  lineNumber: line.record,
  class: line.class,
  transactionId: line.transactionId,
  amount: line.amount,
  responseCode: line.responseCode,
  responseMeaning: line.responseMeaning,
  bankReference: line.bankReference,
  processedDate: line.processedDate,
});

const cursorOf = (line: LineRow | undefined) => (line ? `${line.fileId}:${line.record}` : null);

function parseLineCursor(cursor: string | undefined): { fileId: string; record: number } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^([0-9a-f-]{36}):([0-9]{1,9})$/.exec(cursor);
  if (!match?.[1]) throw invalidInput("cursor", "must be the nextCursor of an earlier answer");
  return { fileId: match[1], record: Number(match[2]) };
}
