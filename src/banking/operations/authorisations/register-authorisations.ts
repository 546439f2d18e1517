import { brokenConstraint, type Tx } from "../../../platform/database.ts";
import { invalidInput, OperationError } from "../../../platform/errors.ts";
import { taipeiDate } from "../../../platform/taipei-time.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { mandateKey } from "../../rules/authorisation.ts";
import { authorisationsHash } from "../../rules/request-hash.ts";
import {
  type AuthorisationRow,
  beginRevoking,
  findMandates,
  insertAuthorisations,
  liveStatuses,
} from "../../store/authorisations.ts";
import { findBatch, insertBatch, nextBatchNumber } from "../../store/batches.ts";
import { type BatchView, type Input, viewOne } from "../batch-view.ts";
import { findEarlier } from "../create-batch.ts";
import { checkFile } from "../seal-batch.ts";
import { noAuthorisations } from "./check-debits.ts";

type Registration = Input<"registerAuthorisations">;
type KeyedItem = Registration["items"][number] & { key: string };

/**
 * Stores requests for authorisations, and for their ends, as the draft of a file, after a trial of it. The same key and
 * content give the same batch. An authorisation that is asked for is `pending`, one whose end is asked for `revoking`.
 */
export function createRegisterAuthorisations(deps: BankingDependencies) {
  return async (input: Registration, createdBy: string): Promise<BatchView> => {
    const hash = authorisationsHash(input);
    const earlier = await findEarlier(deps, createdBy, input.idempotencyKey, hash);
    if (earlier) return earlier;
    const bank = await deps.banks.usable(input.bank);
    if (!bank.authorisations) throw noAuthorisations(bank.key);
    const items = keyed(input);
    const paymentDate = await submissionDate(deps, bank, input);
    const today = taipeiDate(deps.clock.now());
    const trial = items.map((item, index) => ({ ...fileItem(item, transactionIdOf("0".repeat(12), index + 1)) }));
    checkFile(bank, { kind: "authorisation", paymentDate }, trial, today);
    const id = deps.newId();
    try {
      await store(deps, { id, input, items, createdBy, hash, bank, paymentDate });
    } catch (error) {
      const constraint = brokenConstraint(error);
      if (constraint === "bank_batches_idempotency_key") {
        const winner = await findEarlier(deps, createdBy, input.idempotencyKey, hash);
        if (winner) return winner;
      }
      if (constraint === "bank_authorisations_live") {
        throw new OperationError("conflict", "one of these authorisations was registered by somebody else meanwhile", {
          reason: "authorisation_exists",
        });
      }
      throw error;
    }
    const row = await findBatch(deps.db, id);
    if (!row) throw new Error("a batch was stored and is not there");
    return viewOne(deps, row);
  };
}

function keyed({ items }: Registration): KeyedItem[] {
  const seen = new Set<string>();
  return items.map((item, index) => {
    const key = mandateKey(item);
    if (seen.has(key)) {
      throw invalidInput(
        `items.${index}`,
        "is about the same account and customer as an item before it",
        "duplicate_item",
      );
    }
    seen.add(key);
    return { ...item, key };
  });
}

/** The day given, which must be a banking day, or the next one on which the bank still takes files. */
async function submissionDate(deps: BankingDependencies, bank: Bank, { submissionDate: day }: Registration) {
  const calendar = await deps.calendarOf(bank);
  const now = deps.clock.now();
  if (day === undefined) {
    const cutoff = calendar.nextCutoffAt(now);
    return taipeiDate(cutoff ?? now);
  }
  if (day < taipeiDate(now)) throw invalidInput("submissionDate", "must not be in the past");
  if (bank.row.cutoffTime !== null && !calendar.isBankingDay(day)) {
    const next = calendar.bankingDayAfter(day);
    throw invalidInput("submissionDate", `is no banking day of this bank; the next one is ${next}`, "not_banking_day");
  }
  return day;
}

/** Goes to the bank and comes back with its answer: 20 characters at most, for up to 9,999 batches of a day. */
const transactionIdOf = (batchNumber: string, sequence: number) =>
  `A${batchNumber}-${String(sequence).padStart(5, "0")}`;

const fileItem = ({ key: _key, ...item }: KeyedItem, transactionId: string) => ({
  ...item,
  transactionId,
  accountHolder: "",
  amount: 0,
});

interface NewRegistration {
  id: string;
  input: Registration;
  items: readonly KeyedItem[];
  createdBy: string;
  hash: string;
  bank: Bank;
  paymentDate: string;
}

async function store(deps: BankingDependencies, registration: NewRegistration): Promise<void> {
  const { id, input, items, createdBy, hash, bank, paymentDate } = registration;
  const now = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    const batchNumber = await nextBatchNumber(tx, bank.key, taipeiDate(now));
    const mandates = await checkedMandates(tx, bank, items);
    await insertBatch(
      tx,
      {
        id,
        bankCode: bank.key,
        kind: "authorisation",
        batchNumber,
        status: "draft",
        paymentDate,
        recordCount: items.length,
        totalAmount: 0,
        createdBy,
        idempotencyKey: input.idempotencyKey,
        requestHash: hash,
        createdAt: now,
        approvalsRequired: bank.row.approvalsRequired,
      },
      items.map((item, index) => ({
        ...fileItem(item, transactionIdOf(batchNumber, index + 1)),
        batchId: id,
        bankCode: bank.key,
        sequence: index + 1,
      })),
    );
    await insertAuthorisations(
      tx,
      items.flatMap(({ key, action, ...mandate }, index) =>
        action === "delete"
          ? []
          : [
              {
                ...mandate,
                id: deps.newId(),
                bankCode: bank.key,
                mandateKey: key,
                status: "pending" as const,
                batchId: id,
                sequence: index + 1,
                createdAt: now,
                updatedAt: now,
              },
            ],
      ),
    );
    const endings = items.flatMap(({ key, action }, index) => {
      const mandate = action === "delete" ? mandates.get(key) : undefined;
      return mandate ? [{ id: mandate.id, endBatchId: id, endSequence: index + 1 }] : [];
    });
    await beginRevoking(tx, endings, now);
  });
}

/** Only what is not there can be asked for, and only what is confirmed can be ended. */
async function checkedMandates(tx: Tx, bank: Bank, items: readonly KeyedItem[]) {
  const mandates = await findMandates(
    tx,
    bank.key,
    items.map((item) => item.key),
  );
  const fields = items.flatMap((item, index) => {
    const rule = ruleBroken(item, mandates.get(item.key));
    return rule ? [{ path: `items.${index}.accountNumber`, rule }] : [];
  });
  const [first] = fields;
  if (first) {
    throw new OperationError("invalid_input", `${first.path}: ${first.rule}`, {
      reason: "authorisation_state",
      fields: fields.slice(0, 100),
    });
  }
  return mandates;
}

function ruleBroken({ action }: KeyedItem, mandate: AuthorisationRow | undefined): string | undefined {
  const isLive = mandate !== undefined && liveStatuses.includes(mandate.status);
  if (action === "add") {
    return isLive ? `has an authorisation for this customer number that is ${mandate.status}` : undefined;
  }
  return mandate?.status === "confirmed" ? undefined : "has no confirmed authorisation that could be ended";
}
