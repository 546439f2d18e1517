import { brokenConstraint, type Tx } from "../../platform/database.ts";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import { taipeiDate } from "../../platform/taipei-time.ts";
import type { Bank } from "../banks.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { approvalsRequired } from "../rules/approvals.ts";
import { dayAfter } from "../rules/calendar/banking-calendar.ts";
import { requestHash } from "../rules/request-hash.ts";
import {
  findBatch,
  findBatchByKey,
  findByReference,
  insertBatch,
  nextBatchNumber,
  sumOfPaymentDate,
  usedTransactionIds,
} from "../store/batches.ts";
import { checkAuthorised } from "./authorisations/check-debits.ts";
import { type BatchView, type Input, viewOne } from "./batch-view.ts";
import { checkFile } from "./seal-batch.ts";

/**
 * Stores a draft after a trial of its file: what the bank's layout cannot take is refused here, by field, and nothing is
 * stored. The same key and content give the same batch; the same key and other content `conflict`.
 */
export function createCreateBatch(deps: BankingDependencies) {
  return async (input: Input<"createBatch">, createdBy: string): Promise<BatchView> => {
    const hash = requestHash(input);
    const earlier = await findEarlier(deps, createdBy, input.idempotencyKey, hash);
    if (earlier) return earlier;
    const bank = await deps.banks.usable(input.bank);
    checkTransactionIds(input);
    await checkPaymentDate(deps, input, bank);
    checkLimits(input, bank);
    const items = input.items.map((item) => ({ ...item, action: null }));
    checkFile(bank, { kind: "payment", paymentDate: input.paymentDate }, items, taipeiDate(deps.clock.now()));
    await checkAuthorised(deps.db, bank, input.items);
    const id = deps.newId();
    try {
      await store(deps, { id, input, createdBy, hash, bank });
    } catch (error) {
      const constraint = brokenConstraint(error);
      if (constraint === "bank_batches_idempotency_key") {
        const winner = await findEarlier(deps, createdBy, input.idempotencyKey, hash);
        if (winner) return winner;
      }
      if (constraint === "bank_batch_items_transaction") throw await alreadyUsed(deps, input);
      throw error;
    }
    const row = await findBatch(deps.db, id);
    if (!row) throw new Error("a batch was stored and is not there");
    return viewOne(deps, row);
  };
}

/** The batch that this key made before; throws `conflict` where its content was another. */
export async function findEarlier(
  deps: BankingDependencies,
  createdBy: string,
  key: string,
  hash: string,
): Promise<BatchView | undefined> {
  const row = await findBatchByKey(deps.db, createdBy, key);
  if (!row) return undefined;
  if (row.requestHash === hash) return viewOne(deps, row);
  throw new OperationError("conflict", "this idempotency key was used for another batch", {
    reason: "idempotency_key_reused",
    fields: [{ path: "idempotencyKey", rule: "must be new for a new batch" }],
  });
}

function checkTransactionIds(input: Input<"createBatch">): void {
  const seen = new Set<string>();
  for (const [index, { transactionId }] of input.items.entries()) {
    if (seen.has(transactionId)) {
      throw invalidInput(`items.${index}.transactionId`, "stands twice in this batch", "duplicate_transaction");
    }
    seen.add(transactionId);
  }
}

/** Banks with a cut-off debit on banking days alone. */
async function checkPaymentDate(deps: BankingDependencies, input: Input<"createBatch">, bank: Bank): Promise<void> {
  if (bank.row.cutoffTime === null) return;
  const calendar = await deps.calendarOf(bank);
  if (calendar.isBankingDay(input.paymentDate)) return;
  const next = calendar.bankingDayAfter(input.paymentDate);
  throw invalidInput("paymentDate", `is no banking day of this bank; the next one is ${next}`, "not_banking_day");
}

function checkLimits({ items }: Input<"createBatch">, { row }: Bank): void {
  const { itemLimit, batchLimit } = row;
  const above = itemLimit === null ? -1 : items.findIndex((item) => item.amount > itemLimit);
  if (above >= 0)
    throw invalidInput(`items.${above}.amount`, `is above the bank's limit of NT$ ${itemLimit}`, "item_limit");
  const total = totalOf(items);
  if (batchLimit !== null && total > batchLimit) {
    throw invalidInput("items", `make NT$ ${total}, above the limit of NT$ ${batchLimit} of one batch`, "batch_limit");
  }
}

const totalOf = (items: readonly { amount: number }[]) => items.reduce((sum, item) => sum + item.amount, 0);

/** Judged while the bank's numbers are locked, so that two batches at once cannot both use what is left of the day. */
async function checkDayLimit(tx: Tx, { paymentDate, items }: Input<"createBatch">, { key, row }: Bank): Promise<void> {
  if (row.dayLimit === null) return;
  const before = await sumOfPaymentDate(tx, key, paymentDate);
  const total = totalOf(items);
  if (before + total <= row.dayLimit) return;
  const rule = `make NT$ ${total}; with NT$ ${before} of other batches that is above the day's limit of NT$ ${row.dayLimit}`;
  throw invalidInput("items", rule, "day_limit");
}

/** The same debit (account, reference, amount) that was ordered before and has not failed, unless the caller says why. */
async function checkDuplicates(tx: Tx, input: Input<"createBatch">, { key, row }: Bank): Promise<void> {
  if (row.duplicateCheckDays === 0 || input.duplicatesReason !== undefined) return;
  const keyOf = (item: { reference?: string | null | undefined; accountNumber: string; amount: number }) =>
    JSON.stringify([item.reference, item.accountNumber, item.amount]);
  const references = input.items.flatMap(({ reference }) => (reference === undefined ? [] : [reference]));
  const since = dayAfter(input.paymentDate, -row.duplicateCheckDays);
  const known = new Set((await findByReference(tx, { bank: key, references, since })).map(keyOf));
  const fields: { path: string; rule: string }[] = [];
  for (const [index, item] of input.items.entries()) {
    if (item.reference === undefined) continue;
    const rule =
      "the same amount was ordered from this account for this reference already; give duplicatesReason if that is right";
    if (known.has(keyOf(item))) fields.push({ path: `items.${index}.reference`, rule });
    known.add(keyOf(item));
  }
  const [first] = fields;
  if (!first) return;
  throw new OperationError("invalid_input", `${first.path}: ${first.rule}`, {
    reason: "duplicate_payment",
    fields: fields.slice(0, 100),
  });
}

async function store(
  deps: BankingDependencies,
  batch: { id: string; input: Input<"createBatch">; createdBy: string; hash: string; bank: Bank },
): Promise<void> {
  const { id, input, createdBy, hash, bank } = batch;
  const now = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    const batchNumber = await nextBatchNumber(tx, bank.key, taipeiDate(now));
    await checkDayLimit(tx, input, bank);
    await checkDuplicates(tx, input, bank);
    await insertBatch(
      tx,
      {
        id,
        bankCode: bank.key,
        kind: "payment",
        batchNumber,
        status: "draft",
        paymentDate: input.paymentDate,
        recordCount: input.items.length,
        totalAmount: totalOf(input.items),
        duplicatesReason: input.duplicatesReason ?? null,
        createdBy,
        idempotencyKey: input.idempotencyKey,
        requestHash: hash,
        createdAt: now,
        approvalsRequired: approvalsRequired(bank, totalOf(input.items)),
      },
      input.items.map((item, index) => ({ ...item, batchId: id, bankCode: bank.key, sequence: index + 1 })),
    );
  });
}

async function alreadyUsed(deps: BankingDependencies, input: Input<"createBatch">): Promise<OperationError> {
  const used = await usedTransactionIds(
    deps.db,
    input.bank,
    input.items.map((item) => item.transactionId),
  );
  const fields = input.items.flatMap(({ transactionId }, index) =>
    used.has(transactionId)
      ? [{ path: `items.${index}.transactionId`, rule: "is in another batch for this bank already" }]
      : [],
  );
  return new OperationError(
    "invalid_input",
    `${fields[0]?.path ?? "items"}: is in another batch for this bank already`,
    {
      reason: "duplicate_transaction",
      fields: fields.slice(0, 100),
    },
  );
}
