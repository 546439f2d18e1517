import { eq } from "drizzle-orm";
import type { Drizzle } from "../../platform/database.ts";
import { type BankCredentials, newSalt, saltedFingerprint } from "../credentials.ts";
import { bankCredentialRefusals } from "../tables.ts";

/** Remembers credentials that a bank refused, over restarts and for all processes, until they change or a person succeeds. */
export interface CredentialRefusals {
  /** Since when these very credentials are refused; `undefined` when they are not. */
  refusedSince(bank: string, credentials: BankCredentials): Promise<Date | undefined>;
  record(bank: string, credentials: BankCredentials, at: Date): Promise<void>;
  clear(bank: string): Promise<void>;
}

export function createCredentialRefusals(db: Drizzle): CredentialRefusals {
  return {
    refusedSince: async (bank, credentials) => {
      const [row] = await db.select().from(bankCredentialRefusals).where(eq(bankCredentialRefusals.bankCode, bank));
      return row && saltedFingerprint(row.salt, credentials) === row.fingerprint ? row.refusedAt : undefined;
    },
    record: async (bank, credentials, at) => {
      const salt = newSalt();
      const refusal = { salt, fingerprint: saltedFingerprint(salt, credentials), refusedAt: at };
      await db
        .insert(bankCredentialRefusals)
        .values({ bankCode: bank, ...refusal })
        .onConflictDoUpdate({ target: bankCredentialRefusals.bankCode, set: refusal });
    },
    clear: async (bank) => {
      await db.delete(bankCredentialRefusals).where(eq(bankCredentialRefusals.bankCode, bank));
    },
  };
}
