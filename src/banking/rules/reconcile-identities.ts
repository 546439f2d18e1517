import { itemStatuses } from "@luckygas/gateway-client";
import type { RecordValues } from "./layout/description.ts";
import type { ExpectedItem, ReconciledLine, SettledStatus } from "./reconcile.ts";

export interface CountAndAmount {
  count: number;
  /** Whole NT$. */
  amount: number;
}

/** Two sides that must be equal; a difference that is explained is told and holds. */
export interface Identity {
  name: string;
  left: CountAndAmount;
  right: CountAndAmount;
  explanation: string | null;
  holds: boolean;
}

interface Input {
  lines: readonly ReconciledLine[];
  expected: readonly ExpectedItem[];
  settled: ReadonlyMap<string, SettledStatus>;
  trailer: RecordValues | undefined;
}

/** The identities of one file, in count and in amount: items, totals of the trailer, success plus failure. */
export function checkIdentities({ lines, expected, settled, trailer }: Input): Identity[] {
  const identities = [expectedIsAccountedFor(expected, settled)];
  if (trailer) identities.push(...trailerIdentities(lines, trailer));
  return identities;
}

function expectedIsAccountedFor(
  expected: readonly ExpectedItem[],
  settled: ReadonlyMap<string, SettledStatus>,
): Identity {
  const statusOf = (item: ExpectedItem) => settled.get(item.id) ?? item.status;
  const parts = itemStatuses.map((status) => addItems(expected.filter((item) => statusOf(item) === status)));
  return identity(
    "expected items = succeeded + failed + returned + open + paid by absence",
    addItems(expected),
    addAll(parts),
  );
}

function trailerIdentities(lines: readonly ReconciledLine[], trailer: RecordValues): Identity[] {
  const succeeded = lines.filter((line) => line.response.outcome === "success");
  const failed = lines.filter((line) => line.response.outcome !== "success");
  const told = (count: number | undefined, amount: number | undefined) =>
    count === undefined && amount === undefined ? undefined : { count, amount };
  return [
    { name: "trailer total = lines", told: told(trailer.totalCount, trailer.totalAmount), lines },
    {
      name: "trailer success = lines with a success code",
      told: told(trailer.successCount, trailer.successAmount),
      lines: succeeded,
    },
    {
      name: "trailer failure = lines with any other code",
      told: told(trailer.failCount, trailer.failAmount),
      lines: failed,
    },
  ].flatMap((entry) => (entry.told ? [compareWithLines(entry.name, entry.told, entry.lines)] : []));
}

/** Lines whose amount nobody knows (unknown transactions) leave a difference, which is explained if it is not negative. */
function compareWithLines(
  name: string,
  told: { count: number | undefined; amount: number | undefined },
  lines: readonly ReconciledLine[],
): Identity {
  const computed = addLines(lines);
  const left = { count: told.count ?? computed.count, amount: told.amount ?? computed.amount };
  const withoutAmount = lines.filter((line) => line.amount === undefined).length;
  const difference = left.amount - computed.amount;
  const isExplained = withoutAmount > 0 && difference >= 0 && left.count === computed.count;
  if (!isExplained) return identity(name, left, computed);
  return {
    name,
    left,
    right: computed,
    explanation: `NT$ ${difference} belong to ${withoutAmount} lines of unknown transactions`,
    holds: true,
  };
}

function identity(name: string, left: CountAndAmount, right: CountAndAmount): Identity {
  const holds = left.count === right.count && left.amount === right.amount;
  return { name, left, right, explanation: null, holds };
}

const addItems = (items: readonly ExpectedItem[]): CountAndAmount => ({
  count: items.length,
  amount: items.reduce((sum, item) => sum + item.amount, 0),
});

const addLines = (lines: readonly ReconciledLine[]): CountAndAmount => ({
  count: lines.length,
  amount: lines.reduce((sum, line) => sum + (line.amount ?? 0), 0),
});

const addAll = (parts: readonly CountAndAmount[]): CountAndAmount => ({
  count: parts.reduce((sum, part) => sum + part.count, 0),
  amount: parts.reduce((sum, part) => sum + part.amount, 0),
});
