import type { RecordValues } from "./layout/description.ts";
import type { ExpectedItem } from "./reconcile.ts";

/** Finds the item that a line means; `undefined` when none is certain. */
export type FindItem = (values: RecordValues) => ExpectedItem | undefined;

export interface Candidates {
  /** All items that lines may mean, of this bank only. */
  items: readonly ExpectedItem[];
  /** The batch that the file itself names, where it does. */
  namedBatchId: string | undefined;
  /** Replies about authorisations: the account and the customer number are a key too. */
  byMandate?: boolean;
}

/**
 * Keys in their order: the transaction id; of authorisations the account and the customer number; the number within the batch that the file names; the original file's day and
 * number, as the clearing house returns them. Where a key fits several items, account and amount must leave one.
 */
export function createItemFinder({ items, namedBatchId, byMandate = false }: Candidates): FindItem {
  const byTransaction = new Map(items.map((item) => [item.transactionId, item]));
  let byOriginal: ReadonlyMap<string, ExpectedItem[]> | undefined;
  return (values) => {
    const own = values.transactionId === undefined ? undefined : byTransaction.get(values.transactionId);
    if (own) return own;
    const mandate = byMandate ? openRequestOf(items, values) : undefined;
    if (mandate || values.originalSequence === undefined) return mandate;
    byOriginal ??= indexByOriginal({ items, namedBatchId });
    const found = byOriginal.get(`${values.originalDate ?? ""}:${values.originalSequence}`) ?? [];
    if (found.length <= 1) return found[0];
    const fitting = found.filter((item) => isAccountOf(item, values) && (values.amount ?? item.amount) === item.amount);
    return fitting.length === 1 ? fitting[0] : undefined;
  };
}

/** The only open request about an account and a customer number. */
function openRequestOf(items: readonly ExpectedItem[], values: RecordValues): ExpectedItem | undefined {
  const { accountNumber, customerNumber } = values;
  if (accountNumber === undefined || customerNumber === undefined) return undefined;
  const found = items.filter(
    (item) => item.status === "pending" && item.customerNumber === customerNumber && isAccountOf(item, values),
  );
  return found.length === 1 ? found[0] : undefined;
}

/** By the original file's day and number, and by the number alone within the batch that the file names. */
function indexByOriginal({ items, namedBatchId }: Candidates): ReadonlyMap<string, ExpectedItem[]> {
  const index = new Map<string, ExpectedItem[]>();
  const add = (key: string, item: ExpectedItem) => {
    const others = index.get(key);
    if (others) others.push(item);
    else index.set(key, [item]);
  };
  for (const item of items) {
    add(`${item.fileDate}:${item.sequence}`, item);
    if (item.batchId === namedBatchId) add(`:${item.sequence}`, item);
  }
  return index;
}

/**
 * Whether a line's account is that of the item: leading zeros are padding of the file, and in a return the two accounts may
 * stand in each other's place. A line without an account contradicts nothing.
 */
export function isAccountOf(item: ExpectedItem, { accountNumber, presentingAccount }: RecordValues): boolean {
  if (accountNumber === undefined) return true;
  const own = withoutZeros(item.accountNumber);
  return withoutZeros(accountNumber) === own || withoutZeros(presentingAccount ?? "") === own;
}

const withoutZeros = (account: string) => account.replace(/^0+/, "");
