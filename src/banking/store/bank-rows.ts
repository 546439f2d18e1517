import type { Drizzle } from "../../platform/database.ts";
import type { UncheckedBank } from "../bank-row.ts";
import { bankConfigurations } from "../tables.ts";

export interface BankRows {
  /** Rows as stored; they are checked by whoever reads them. */
  list(): Promise<UncheckedBank[]>;
}

export const createBankRows = (db: Drizzle): BankRows => ({ list: () => db.select().from(bankConfigurations) });
