import type { ItemStatus, LineClass } from "@luckygas/gateway-client";
import type { FileContent } from "./layout/content.ts";
import { lineAmount } from "./layout/controls.ts";
import type { RecordValues, ResponseCode } from "./layout/description.ts";
import { checkIdentities, type Identity } from "./reconcile-identities.ts";

/** An item of a batch as the gateway knows it before the file is applied. */
export interface ExpectedItem {
  id: string;
  batchId: string;
  transactionId: string;
  accountNumber: string;
  amount: number;
  status: ItemStatus;
}

export interface ReconcileInput {
  content: FileContent;
  /** Items that lines of the file may mean, by transaction id; of this bank only. */
  itemsByTransactionId: ReadonlyMap<string, ExpectedItem>;
  /** The items of the batch that the file answers. */
  expected: readonly ExpectedItem[];
  /** The bank's own clearing code; a file with another one is not from this bank. */
  clearingCode: string;
  responseCode(code: string): ResponseCode;
}

export interface ReconciledLine {
  record: number;
  class: LineClass;
  item: ExpectedItem | undefined;
  /** What the line is worth, where the line or its item says so. */
  amount: number | undefined;
  values: RecordValues;
  response: ResponseCode;
}

export interface Reconciliation {
  lines: ReconciledLine[];
  /** New status of every item that this file makes final. */
  settled: ReadonlyMap<string, "success" | "failed">;
  identities: Identity[];
  /** Matched lines ÷ all lines; 1 for a file without lines. */
  accuracy: number;
  /** False when an identity is broken: then nothing of the file may be posted. */
  holds: boolean;
}

/**
 * Gives every line exactly one class and every expected item its account. Pure: the same file on the same items gives the
 * same result, and on the items as they stand afterwards it settles nothing more.
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const settled = new Map<string, "success" | "failed">();
  const seen = new Set<string>();
  const code = input.content.header?.values.clearingCode;
  const isOtherBank = code !== undefined && code !== input.clearingCode;
  const lines = input.content.details.map(({ record, values }): ReconciledLine => {
    const item = isOtherBank ? undefined : input.itemsByTransactionId.get(values.transactionId ?? "");
    const response = input.responseCode(values.responseCode ?? "");
    const lineClass = isOtherBank ? "wrong_bank" : classify(values, item, response, seen);
    if (item) {
      seen.add(item.id);
      if (lineClass === "matched_success") settled.set(item.id, "success");
      if (lineClass === "matched_failed") settled.set(item.id, "failed");
    }
    return { record, class: lineClass, item, amount: lineAmount(values) ?? item?.amount, values, response };
  });
  const identities = checkIdentities({
    lines,
    expected: input.expected,
    settled,
    trailer: input.content.trailer?.values,
  });
  const matched = lines.filter((line) => line.class === "matched_success" || line.class === "matched_failed").length;
  return {
    lines,
    settled,
    identities,
    accuracy: lines.length === 0 ? 1 : matched / lines.length,
    holds: !isOtherBank && identities.every((identity) => identity.holds),
  };
}

function classify(
  values: RecordValues,
  item: ExpectedItem | undefined,
  response: ResponseCode,
  seen: ReadonlySet<string>,
): LineClass {
  if (!item) return "unknown_transaction";
  if (seen.has(item.id)) return "duplicate_line";
  if (values.accountNumber !== undefined && values.accountNumber !== item.accountNumber) return "account_mismatch";
  const amount = lineAmount(values);
  const succeeded = response.outcome === "success";
  // A failed debit may be told with the amount that was debited, which is nothing.
  if (amount !== undefined && amount !== item.amount && !(amount === 0 && !succeeded)) return "amount_mismatch";
  if (item.status === "pending") return succeeded ? "matched_success" : "matched_failed";
  const wasSuccess = item.status !== "failed";
  return wasSuccess === succeeded ? "already_final_same" : "already_final_conflict";
}
