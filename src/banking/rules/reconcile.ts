import type { ItemStatus, LineClass } from "@luckygas/gateway-client";
import type { FileContent, ParsedRecord } from "./layout/content.ts";
import { lineAmount } from "./layout/controls.ts";
import type { RecordValues, ResponseCode } from "./layout/description.ts";
import { type FindItem, isAccountOf } from "./match-line.ts";
import { checkIdentities, type Identity } from "./reconcile-identities.ts";

/** An item of a batch as the gateway knows it before the file is applied. */
export interface ExpectedItem {
  id: string;
  batchId: string;
  /** Number within the batch, and the day in the header of its file. */
  sequence: number;
  fileDate: string | null;
  transactionId: string;
  accountNumber: string;
  customerNumber?: string | null;
  amount: number;
  status: ItemStatus;
}

export interface ReconcileInput {
  content: FileContent;
  findItem: FindItem;
  /** The items of the batch that the file answers. */
  expected: readonly ExpectedItem[];
  /** The bank's own clearing code; a file with another one is not from this bank. */
  clearingCode: string;
  responseCode(code: string): ResponseCode;
  /** Whether a record of this kind tells that a debit came back. */
  isReturn(values: RecordValues): boolean;
  /** A person has decided that this file corrects an earlier one: it may change what is final. */
  isCorrection: boolean;
}

/** What a line makes of its item. */
export type SettledStatus = "success" | "failed" | "returned";

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
  /** New status of every item that this file changes. */
  settled: ReadonlyMap<string, SettledStatus>;
  identities: Identity[];
  /** Matched lines ÷ all lines; 1 for a file without lines. A return and a correction are matched lines too. */
  accuracy: number;
  /** False when an identity is broken: then nothing of the file may be posted. */
  holds: boolean;
}

/** Classes of lines that say something about a debit which the gateway can believe. */
export const matchedClasses: readonly LineClass[] = ["matched_success", "matched_failed", "returned", "corrected"];

/**
 * Gives every line exactly one class and every expected item its account. Pure: the same file on the same items gives the
 * same result, and on the items as they stand afterwards it settles nothing more.
 */
export function reconcile(input: ReconcileInput): Reconciliation {
  const code = input.content.header?.values.clearingCode;
  const isOtherBank = code !== undefined && code !== input.clearingCode;
  const settled = new Map<string, SettledStatus>();
  const seen = new Set<string>();
  const lines = input.content.details.map((detail) => {
    const line = readLine(input, detail, isOtherBank ? undefined : { settled, seen });
    if (line.item) seen.add(seenKey(line.item, input.isReturn(line.values)));
    const status = line.item && settledBy(line);
    if (line.item && status) settled.set(line.item.id, status);
    return line;
  });
  const { expected, content } = input;
  const identities = checkIdentities({ lines, expected, settled, trailer: content.trailer?.values });
  const matched = lines.filter((line) => matchedClasses.includes(line.class)).length;
  return {
    lines,
    settled,
    identities,
    accuracy: lines.length === 0 ? 1 : matched / lines.length,
    holds: !isOtherBank && identities.every((identity) => identity.holds),
  };
}

/** What the file has told so far; absent for a file of another bank. */
interface SoFar {
  settled: ReadonlyMap<string, SettledStatus>;
  seen: ReadonlySet<string>;
}

function readLine(input: ReconcileInput, { record, values }: ParsedRecord, soFar: SoFar | undefined): ReconciledLine {
  const response = input.responseCode(values.responseCode ?? "");
  const item = soFar && input.findItem(values);
  const amount = lineAmount(values) ?? item?.amount;
  return { record, class: classOf(input, values, response, item, soFar), item, amount, values, response };
}

function classOf(
  input: ReconcileInput,
  values: RecordValues,
  response: ResponseCode,
  item: ExpectedItem | undefined,
  soFar: SoFar | undefined,
): LineClass {
  if (!soFar) return "wrong_bank";
  if (!item) return "unknown_transaction";
  const isReturn = input.isReturn(values);
  if (soFar.seen.has(seenKey(item, isReturn))) return "duplicate_line";
  const status = soFar.settled.get(item.id) ?? item.status;
  return classify(item, status, values, response, isReturn, input.isCorrection);
}

/** A debit may have one result and one return in a file. */
const seenKey = (item: ExpectedItem, isReturn: boolean) => (isReturn ? `${item.id}:return` : item.id);

function classify(
  item: ExpectedItem,
  status: ItemStatus,
  values: RecordValues,
  response: ResponseCode,
  isReturn: boolean,
  isCorrection: boolean,
): LineClass {
  if (!isAccountOf(item, values)) return "account_mismatch";
  const amount = lineAmount(values);
  const succeeded = !isReturn && response.outcome === "success";
  // A failed debit may be told with the amount that was debited, which is nothing.
  if (amount !== undefined && amount !== item.amount && !(amount === 0 && !succeeded)) return "amount_mismatch";
  if (status === "pending") return succeeded ? "matched_success" : "matched_failed";
  const wasSuccess = status === "success" || status === "paid_by_absence";
  if (isReturn && wasSuccess) return "returned";
  if (wasSuccess === succeeded) return "already_final_same";
  return isCorrection ? "corrected" : "already_final_conflict";
}

function settledBy({ class: lineClass, response }: ReconciledLine): SettledStatus | undefined {
  if (lineClass === "matched_success") return "success";
  if (lineClass === "matched_failed") return "failed";
  if (lineClass === "returned") return "returned";
  return lineClass === "corrected" ? (response.outcome === "success" ? "success" : "failed") : undefined;
}

/** The posting that follows when an item goes from one status to another; none when no money moves. */
export function postingOf(before: ItemStatus, after: SettledStatus): "debit" | "reversal" | undefined {
  const wasTaken = before === "success" || before === "paid_by_absence";
  const isTaken = after === "success";
  if (wasTaken === isTaken) return undefined;
  return isTaken ? "debit" : "reversal";
}
