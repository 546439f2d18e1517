import { invalidInput } from "../../../platform/errors.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { statementTotals } from "../../rules/statement-identities.ts";
import { findInboundFile, type InboundFile } from "../../store/inbound.ts";
import { type ListedLine, listStatementLines, sumStatementLines } from "../../store/receipts.ts";
import type { Input, Output } from "../batch-view.ts";
import { viewInboundFile } from "../inbound/inbound-view.ts";
import { notFound } from "./receipt-view.ts";

/** A statement's lines in their classes, and how they add up. The cursor is the number of the last line of the page before. */
export function createGetStatement(deps: BankingDependencies) {
  return async ({ fileId, limit, cursor }: Input<"getStatement">): Promise<Output<"getStatement">> => {
    const file = await findStatement(deps, fileId);
    const [sums, lines] = await Promise.all([
      sumStatementLines(deps.db, fileId),
      listStatementLines(deps.db, fileId, parseRecord(cursor), limit + 1),
    ]);
    const page = lines.slice(0, limit);
    const classes = Map.groupBy(sums, (sum) => sum.class);
    return {
      file: viewInboundFile(file),
      lineCount: sums.reduce((count, sum) => count + sum.count, 0),
      classes: Object.fromEntries([...classes].map(([name, parts]) => [name, addUp(parts)])),
      ...statementTotals(sums),
      lines: {
        items: page.map(viewLine),
        nextCursor: lines.length > limit ? String(page.at(-1)?.record ?? 0) : null,
      },
    };
  };
}

export async function findStatement(deps: BankingDependencies, fileId: string): Promise<InboundFile> {
  const file = await findInboundFile(deps.db, fileId);
  if (file?.kind === "statement") return file;
  throw notFound("fileId", "a statement");
}

const addUp = (parts: readonly { count: number; amount: number }[]) => ({
  count: parts.reduce((sum, part) => sum + part.count, 0),
  amount: parts.reduce((sum, part) => sum + part.amount, 0),
});

const viewLine = (line: ListedLine) => ({
  lineNumber: line.record,
  class: line.class,
  virtualAccount: line.virtualAccount,
  amount: line.amount,
  isReversal: line.isReversal,
  processedDate: line.processedDate,
  processedTime: line.processedTime,
  bankReference: line.bankReference,
  channel: line.channel,
  payerBank: line.payerBank,
  receiptId: line.receiptId,
  reference: line.reference,
});

function parseRecord(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^[0-9]{1,9}$/.test(cursor)) return Number(cursor);
  throw invalidInput("cursor", "must be the nextCursor of an earlier answer");
}
