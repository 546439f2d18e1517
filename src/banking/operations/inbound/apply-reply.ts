import type { Tx } from "../../../platform/database.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { awaitsReply } from "../../rules/batch-state.ts";
import type { FileContent } from "../../rules/layout/content.ts";
import type { Layout } from "../../rules/layout/layout.ts";
import type { FileProblem } from "../../rules/layout/problem.ts";
import { createItemFinder } from "../../rules/match-line.ts";
import type { NamePattern } from "../../rules/name-pattern.ts";
import { type ExpectedItem, type Reconciliation, reconcile } from "../../rules/reconcile.ts";
import { type BatchRow, findBatchByNumber, type ItemRow, listItems, lockBatches } from "../../store/batches.ts";
import { type BatchKind, batchesOfFileDates, batchesOfRequests, findItems } from "../../store/inbound.ts";
import { listAttempts } from "../../store/transfers.ts";
import type { Applied, LockedFile } from "./apply-inbound-file.ts";
import { postReply } from "./post-reply.ts";

/** What a reply answers, and how it is read and named. */
export interface ReplySort {
  kind: BatchKind;
  layout: Layout;
  name: NamePattern;
}

/**
 * Reads a reply, gives every line its class, and posts the results if every identity holds; otherwise the file is
 * quarantined whole, with the list of differences. Batches are locked first, in order, so that replies take turns.
 */
export async function applyReply(
  deps: BankingDependencies,
  tx: Tx,
  bank: Bank,
  file: LockedFile,
  sort: ReplySort,
): Promise<Applied> {
  const quarantine = (problems: FileProblem[]): Applied => ({
    kind: "quarantined",
    bank: bank.key,
    name: file.name,
    problems,
  });
  const { kind, layout } = sort;
  const decoded = layout.decode(file.content);
  if (!decoded.ok) return quarantine(decoded.problems);
  const { content } = decoded;
  const meant = await findMeant(tx, { bank: bank.key, kind }, file, sort, content);
  const { batches, unsent } = await lockSent(tx, meant);
  if (unsent)
    return quarantine([{ rule: `answers batch ${unsent.batchNumber}, which was not sent (${unsent.status})` }]);
  const batchId = meant.named ?? (batches.length === 1 ? batches[0]?.id : undefined);
  // Read again under the lock: another file may have made items final meanwhile.
  const items = new Map<string, ItemRow>();
  for (const batch of batches) for (const item of await listItems(tx, batch.id)) items.set(String(item.id), item);
  const fileDates = new Map(batches.map((batch) => [batch.id, batch.fileDate]));
  const known = [...items.values()].map((item) => expected(item, fileDates.get(item.batchId) ?? null));
  const result = reconcile({
    content,
    findItem: createItemFinder({
      items: known,
      namedBatchId: batchId,
      byMandate: kind === "authorisation",
    }),
    expected: known.filter((item) => item.batchId === batchId),
    clearingCode: bank.clearingCode,
    responseCode: layout.responseCode,
    isReturn: layout.isReturn,
    isCorrection: file.isCorrection,
  });
  if (!result.holds) return quarantine(differences(result));
  await postReply(deps, tx, { file, kind, batchId, batches, items, result });
  // The gauge is of money: how well the replies to debits are matched.
  return { kind: "applied", bank: bank.key, accuracy: kind === "payment" ? result.accuracy : undefined };
}

const expected = (item: ItemRow, fileDate: string | null): ExpectedItem => ({
  id: String(item.id),
  batchId: item.batchId,
  sequence: item.sequence,
  fileDate,
  transactionId: item.transactionId,
  accountNumber: item.accountNumber,
  customerNumber: item.customerNumber,
  amount: item.amount,
  status: item.status,
});

/** The batches that a file is about. */
interface Meant {
  /** The one that its header or its name tells. */
  named: string | undefined;
  /** That one, and those of the transactions that its lines name. */
  certain: ReadonlySet<string>;
  /** Those that its lines may mean by the day of their file, or by the account of a request. */
  possible: ReadonlySet<string>;
}

async function findMeant(
  tx: Tx,
  of: { bank: string; kind: BatchKind },
  file: LockedFile,
  { name }: ReplySort,
  content: FileContent,
): Promise<Meant> {
  const number = content.header?.values.batchNumber ?? name.match(file.name)?.batch;
  const found = number === undefined ? undefined : await findBatchByNumber(tx, of.bank, number);
  const named = found?.kind === of.kind ? found.id : undefined;
  const values = content.details.map((detail) => detail.values);
  const told = (value: "transactionId" | "originalDate" | "customerNumber") => [
    ...new Set(values.flatMap((line) => line[value] ?? [])),
  ];
  const certain = new Set((await findItems(tx, of, told("transactionId"))).map((item) => item.batchId));
  if (named !== undefined) certain.add(named);
  const possible = new Set(await batchesOfFileDates(tx, of, told("originalDate")));
  if (of.kind === "authorisation") {
    for (const id of await batchesOfRequests(tx, of.bank, told("customerNumber"))) possible.add(id);
  }
  return { named, certain, possible };
}

/**
 * Locks the batches that the bank can know, whose final name was asked for. One that is certainly meant and was not sent is a
 * contradiction; one that was only possible is left out.
 */
async function lockSent(tx: Tx, meant: Meant): Promise<{ batches: BatchRow[]; unsent: BatchRow | undefined }> {
  const locked = await lockBatches(tx, [...new Set([...meant.certain, ...meant.possible])]);
  const batches: BatchRow[] = [];
  for (const batch of locked) {
    if (await wasSent(tx, batch)) batches.push(batch);
    else if (meant.certain.has(batch.id)) return { batches: [], unsent: batch };
  }
  return { batches, unsent: undefined };
}

async function wasSent(tx: Tx, batch: BatchRow): Promise<boolean> {
  if (!awaitsReply.includes(batch.status)) return false;
  if (batch.status !== "sending" && batch.status !== "held") return true;
  const attempts = await listAttempts(tx, batch.id);
  return attempts.some((attempt) => attempt.verifiedAt !== null);
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
