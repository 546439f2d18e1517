import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const fileEntrySchema = z.object({
  name: z.string(),
  sha256: z.string(),
  batchNumber: z.string().nullable(),
  accepted: z.boolean(),
  reason: z.string().nullable(),
  replyName: z.string().nullable(),
  transactions: z.array(z.object({ transactionId: z.string(), amount: z.int(), code: z.string() })),
});

/** A payment file that the bank has dealt with. */
export type LedgerFile = z.output<typeof fileEntrySchema>;

/** The bank's memory of files and debits; it survives a restart when it has a path. */
export interface Ledger {
  files(): readonly LedgerFile[];
  has(name: string, sha256: string): boolean;
  /** Whether a debit with this id was taken before: presenting it again is a duplicate. */
  hasTransaction(transactionId: string): boolean;
  add(file: LedgerFile): void;
}

export function openLedger(path: string): Ledger {
  const files: LedgerFile[] = [];
  const transactions = new Set<string>();
  const remember = (file: LedgerFile) => {
    files.push(file);
    for (const { transactionId, code } of file.transactions) if (code !== "008") transactions.add(transactionId);
  };
  if (existsSync(path)) {
    for (const line of readFileSync(path, "utf8").split("\n")) {
      if (line !== "") remember(fileEntrySchema.parse(JSON.parse(line)));
    }
  }
  return {
    files: () => files,
    has: (name, sha256) => files.some((file) => file.name === name && file.sha256 === sha256),
    hasTransaction: (transactionId) => transactions.has(transactionId),
    add: (file) => {
      appendFileSync(path, `${JSON.stringify(file)}\n`);
      remember(file);
    },
  };
}
