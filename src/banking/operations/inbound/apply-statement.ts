import type { Tx } from "../../../platform/database.ts";
import type { Bank } from "../../banks.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import type { Layout } from "../../rules/layout/layout.ts";
import { lineKeysOf, matchStatement, type StatementLine } from "../../rules/match-statement.ts";
import { updateInboundFile } from "../../store/inbound.ts";
import { insertStatementLines, knownLineKeys, lockReceiptsOf, updateReceipt } from "../../store/receipts.ts";
import type { Applied, LockedFile } from "./apply-inbound-file.ts";

/**
 * Reads a statement of money received, gives every line its class, and marks the receipts that were paid or taken back. A line
 * that an earlier file told changes nothing, so that cumulative statements and corrections may be applied.
 */
export async function applyStatement(
  deps: BankingDependencies,
  tx: Tx,
  bank: Bank,
  file: LockedFile,
  layout: Layout,
): Promise<Applied> {
  const decoded = layout.decode(file.content);
  if (!decoded.ok) return { kind: "quarantined", bank: bank.key, name: file.name, problems: decoded.problems };
  const { details } = decoded.content;
  const rules = layout.description.receipts;
  const accounts = new Set(details.flatMap(({ values }) => values.virtualAccount ?? []));
  const receipts = await lockReceiptsOf(tx, bank.key, [...accounts]);
  const knownKeys = await knownLineKeys(tx, bank.key, lineKeysOf(details, rules));
  const lines = matchStatement({ lines: details, receipts, knownKeys, rules });
  await insertStatementLines(
    tx,
    lines.map((line) => rowOf(file, line)),
  );
  // In the order of the file: a receipt may be paid, taken back and paid again in one.
  for (const line of lines) {
    if (line.receiptId === null || (line.class !== "matched" && line.class !== "reversed")) continue;
    const isPaid = line.class === "matched";
    await updateReceipt(tx, line.receiptId, {
      status: isPaid ? "received" : "reversed",
      receivedAmount: isPaid ? line.amount : null,
      receivedOn: isPaid ? (line.values.processedDate ?? null) : null,
      fileId: file.id,
    });
  }
  const told = lines.filter((line) => line.class !== "duplicate_line" && line.class !== "not_settled");
  const matched = told.filter((line) => line.class === "matched" || line.class === "reversed");
  await updateInboundFile(tx, file.id, {
    status: "applied",
    accuracy: told.length === 0 ? 1 : matched.length / told.length,
    appliedAt: deps.clock.now(),
  });
  return { kind: "applied", bank: bank.key, accuracy: undefined };
}

const rowOf = ({ id, bankCode }: LockedFile, { values, ...line }: StatementLine) => ({
  ...line,
  fileId: id,
  bankCode,
  processedDate: values.processedDate ?? null,
  processedTime: values.processedTime ?? null,
  bankReference: values.bankReference ?? null,
  channel: values.channel ?? null,
  payerBank: values.payerBank ?? null,
});
