import type { ReceiptStatus, StatementLineClass } from "@luckygas/gateway-client";
import type { ParsedRecord } from "./layout/content.ts";
import type { LayoutDescription, RecordValues, ValueTest } from "./layout/description.ts";

/** What is expected on a virtual account, as it stands before the statement. */
export interface ExpectedReceipt {
  id: string;
  virtualAccount: string;
  amount: number;
  status: ReceiptStatus;
  receivedAmount: number | null;
}

export interface StatementLine {
  record: number;
  class: StatementLineClass;
  /** The same for the same line of another file. */
  lineKey: string;
  virtualAccount: string;
  /** Whole NT$. */
  amount: number;
  isReversal: boolean;
  receiptId: string | null;
  values: RecordValues;
}

export interface StatementInput {
  lines: readonly ParsedRecord[];
  /** Of the virtual accounts of the lines, oldest first. */
  receipts: readonly ExpectedReceipt[];
  /** Keys of lines that earlier files told. */
  knownKeys: ReadonlySet<string>;
  rules: LayoutDescription["receipts"];
}

/**
 * Gives every line of a statement exactly one class, in the order of the file: a line pays the oldest receipt of its virtual
 * account and amount that is open; a line that takes money back reverses the latest one that was received.
 */
export function matchStatement({ lines, receipts, knownKeys, rules }: StatementInput): StatementLine[] {
  const byAccount = Map.groupBy(
    receipts.map((receipt) => ({ ...receipt })),
    (receipt) => receipt.virtualAccount,
  );
  const seen = new Set(knownKeys);
  return lines.map((line) => {
    const read = readLine(line, rules);
    if (rules.settled && !answers(line.values, rules.settled))
      return { ...read, class: "not_settled", receiptId: null };
    if (seen.has(read.lineKey)) return { ...read, class: "duplicate_line", receiptId: null };
    seen.add(read.lineKey);
    const own = byAccount.get(read.virtualAccount) ?? [];
    return { ...read, ...(read.isReversal ? takeBack(own, read.amount) : pay(own, read.amount)) };
  });
}

/** Keys by which lines are found in earlier files. */
export const lineKeysOf = (lines: readonly ParsedRecord[], rules: StatementInput["rules"]): string[] =>
  lines.map((line) => readLine(line, rules).lineKey);

function readLine({ record, values }: ParsedRecord, { reversal }: StatementInput["rules"]) {
  const isReversal = reversal.some((test) => answers(values, test));
  const virtualAccount = values.virtualAccount ?? "";
  const amount = values.amount ?? 0;
  const { processedDate, processedTime, bankReference } = values;
  const parts = [processedDate ?? "", processedTime ?? "", bankReference ?? "", virtualAccount, amount, isReversal];
  return { record, lineKey: parts.join("|"), virtualAccount, amount, isReversal, values };
}

const answers = (values: RecordValues, { value, texts }: ValueTest): boolean => texts.includes(values[value] ?? "");

type Outcome = Pick<StatementLine, "class" | "receiptId">;

/** Changes the receipt that it finds, so that the next line sees it as it stands then. */
function pay(receipts: ExpectedReceipt[], amount: number): Outcome {
  const payable = receipts.filter(({ status }) => status === "open" || status === "reversed");
  const paid = payable.find((receipt) => receipt.amount === amount);
  if (paid) {
    paid.status = "received";
    paid.receivedAmount = amount;
    return { class: "matched", receiptId: paid.id };
  }
  const [other] = payable;
  if (other) return { class: "amount_mismatch", receiptId: other.id };
  const received = receipts.find(({ status }) => status === "received");
  return received ? { class: "already_received", receiptId: received.id } : { class: "unexpected", receiptId: null };
}

function takeBack(receipts: ExpectedReceipt[], amount: number): Outcome {
  const taken = receipts.findLast(({ status, receivedAmount }) => status === "received" && receivedAmount === amount);
  if (!taken) return { class: "unmatched_reversal", receiptId: null };
  taken.status = "reversed";
  taken.receivedAmount = null;
  return { class: "reversed", receiptId: taken.id };
}
