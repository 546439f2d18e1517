import { and, eq } from "drizzle-orm";
import type { Drizzle } from "../../platform/database.ts";
import { type BankCredentials, newSalt, saltedFingerprint } from "../credentials.ts";
import { bankCredentialRefusals } from "../tables.ts";

/** Remembers credentials that a bank refused, over restarts and for all processes, until they change or a person succeeds. */
export interface CredentialRefusals {
  /** Since when these very credentials are refused; `undefined` when they are not. */
  refusedSince(bank: string, credentials: BankCredentials): Promise<Date | undefined>;
  record(bank: string, credentials: BankCredentials, at: Date): Promise<void>;
  /** Forgets the refusal of these very credentials. */
  clear(bank: string, credentials: BankCredentials): Promise<void>;
}

export function createCredentialRefusals(db: Drizzle): CredentialRefusals {
  const ofBank = (bank: string) => eq(bankCredentialRefusals.bankCode, bank);
  async function find(bank: string, credentials: BankCredentials) {
    const [row] = await db.select().from(bankCredentialRefusals).where(ofBank(bank));
    return row && saltedFingerprint(row.salt, credentials) === row.fingerprint ? row : undefined;
  }

  return {
    refusedSince: async (bank, credentials) => (await find(bank, credentials))?.refusedAt,
    record: async (bank, credentials, at) => {
      const salt = newSalt();
      const refusal = { salt, fingerprint: saltedFingerprint(salt, credentials), refusedAt: at };
      await db
        .insert(bankCredentialRefusals)
        .values({ bankCode: bank, ...refusal })
        .onConflictDoUpdate({ target: bankCredentialRefusals.bankCode, set: refusal });
    },
    clear: async (bank, credentials) => {
      const row = await find(bank, credentials);
      if (!row) return;
      await db
        .delete(bankCredentialRefusals)
        .where(and(ofBank(bank), eq(bankCredentialRefusals.fingerprint, row.fingerprint)));
    },
  };
}
