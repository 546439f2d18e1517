import { OperationError } from "../../platform/errors.ts";
import { makeBank } from "../banks.ts";
import { isPublicKey } from "../connectors/openpgp.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { viewBank } from "./bank-status.ts";
import type { Input, Output } from "./batch-view.ts";

/** Stores a bank's whole configuration, after putting it together with its layouts and patterns as every use of it does. */
export function createUpsertBank(deps: BankingDependencies) {
  return async (row: Input<"upsertBank">): Promise<Output<"upsertBank">> => {
    const made = makeBank(row, await deps.layouts.all());
    const problem = "problem" in made ? made.problem : await keyProblem(row.pgpPublicKey);
    if (problem !== undefined) {
      throw new OperationError("invalid_input", problem, {
        reason: "bank_misconfigured",
        fields: [{ path: "bank", rule: problem }],
      });
    }
    await deps.bankRows.write(row, deps.clock.now());
    return viewBank(deps, await deps.banks.find(row.bankCode));
  };
}

const keyProblem = async (armored: string | null): Promise<string | undefined> =>
  armored === null || (await isPublicKey(armored)) ? undefined : "pgpPublicKey: must be a public OpenPGP key, armored";
