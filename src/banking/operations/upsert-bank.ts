import type { FieldProblem } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import { isPublicKey } from "../connectors/openpgp.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { makeBank } from "../make-bank.ts";
import { viewBank } from "./bank-status.ts";
import type { Input, Output } from "./batch-view.ts";

/** Stores a bank's whole configuration, after putting it together with its layouts and patterns as every use of it does. */
export function createUpsertBank(deps: BankingDependencies) {
  return async (row: Input<"upsertBank">): Promise<Output<"upsertBank">> => {
    const made = makeBank(row, await deps.layouts.all());
    const problems = "fields" in made ? made.fields : await keyProblems(row.pgpPublicKey);
    const [first] = problems;
    if (first) {
      throw new OperationError("invalid_input", problems.map(({ path, rule }) => `${path}: ${rule}`).join("; "), {
        reason: "bank_misconfigured",
        fields: problems.slice(0, FIELDS_MAX),
      });
    }
    await deps.bankRows.write(row, deps.clock.now());
    return viewBank(deps, await deps.banks.find(row.bankCode));
  };
}

const FIELDS_MAX = 100;

const keyProblems = async (armored: string | null): Promise<FieldProblem[]> =>
  armored === null || (await isPublicKey(armored))
    ? []
    : [{ path: "pgpPublicKey", rule: "must be a public OpenPGP key, armored" }];
