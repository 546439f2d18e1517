import type { Drizzle } from "../../platform/database.ts";
import type { BankRow, UncheckedBank } from "../bank-row.ts";
import { bankConfigurations } from "../tables.ts";

export interface BankRows {
  /** Rows as stored; they are checked by whoever reads them. */
  list(): Promise<UncheckedBank[]>;
  /** Stores a checked configuration as a whole. */
  write(row: BankRow, at: Date): Promise<void>;
}

export const createBankRows = (db: Drizzle): BankRows => ({
  list: () => db.select().from(bankConfigurations),
  write: async (row, at) => {
    const values = { ...row, updatedAt: at };
    await db
      .insert(bankConfigurations)
      .values(values)
      .onConflictDoUpdate({ target: bankConfigurations.bankCode, set: values });
  },
});
