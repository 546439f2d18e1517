import type { DbOrTx } from "../../../platform/database.ts";
import { OperationError } from "../../../platform/errors.ts";
import type { Bank } from "../../banks.ts";
import { authorisationProblems, keyOfDebit, type Strictness } from "../../rules/authorisation.ts";
import type { PaymentItem } from "../../rules/payment-file.ts";
import { findMandates } from "../../store/authorisations.ts";
import { type BatchRow, listItems } from "../../store/batches.ts";

const FIELDS_MAX = 100;

/** Refuses debits that have no authorisation, where the bank's debits need one; a pending one may still be confirmed. */
export async function checkAuthorised(db: DbOrTx, bank: Bank, items: readonly PaymentItem[]): Promise<void> {
  const fields = await problemsOf(db, bank, items, "pending_allowed");
  const [first] = fields;
  if (!first) return;
  throw new OperationError("invalid_input", `${first.path}: ${first.rule}`, {
    reason: "authorisation_missing",
    fields,
  });
}

/** Why a batch of debits may not be sealed or sent: the items whose authorisation is not confirmed. */
export async function unauthorisedDebits(
  db: DbOrTx,
  bank: Bank,
  batch: BatchRow,
  items: readonly PaymentItem[] | undefined,
): Promise<OperationError | undefined> {
  if (batch.kind !== "payment" || !bank.needsAuthorisation) return undefined;
  const fields = await problemsOf(db, bank, items ?? (await listItems(db, batch.id)), "confirmed_only");
  const [first] = fields;
  return (
    first &&
    new OperationError("state_not_allowed", `${first.path}: ${first.rule}`, { reason: "authorisation_missing", fields })
  );
}

async function problemsOf(db: DbOrTx, bank: Bank, items: readonly PaymentItem[], strictness: Strictness) {
  if (!bank.needsAuthorisation) return [];
  const keys = items.flatMap((item) => keyOfDebit(item) ?? []);
  const mandates = await findMandates(db, bank.key, [...new Set(keys)]);
  return authorisationProblems(items, mandates, strictness).slice(0, FIELDS_MAX);
}

export const noAuthorisations = (bank: string): OperationError =>
  new OperationError("unsupported", `bank ${bank} has no layout for authorisations in its configuration`, {
    reason: "no_authorisations",
  });
