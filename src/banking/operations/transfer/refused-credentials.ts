import { readBankCredentials } from "../../credentials.ts";
import type { BankingDependencies } from "../../dependencies.ts";

/**
 * Why the credentials that a bank has now are not tried by themselves, with the remedy; `undefined` when they may be. Every
 * refusal brings an account nearer to being locked.
 */
export async function refusedCredentials(
  { secrets, refusals }: Pick<BankingDependencies, "secrets" | "refusals">,
  bank: string,
): Promise<string | undefined> {
  const read = await readBankCredentials(secrets, bank);
  const since = read.ok ? await refusals.refusedSince(bank, read.credentials) : undefined;
  return since && describeRefusal(since);
}

export const describeRefusal = (since: Date): string =>
  `the bank refuses the credentials since ${since.toISOString()}; ` +
  "put the right ones into the secret, or run testConnection, which tries them once more";
