import { OperationError } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import type { Input, Output } from "./batch-view.ts";

/** A bank's whole configuration as it is in force, e.g. to change a part of it by `upsertBank`. */
export function createGetBankConfiguration(deps: BankingDependencies) {
  return async ({ bank: key }: Input<"getBankConfiguration">): Promise<Output<"getBankConfiguration">> => {
    const { bank, problem } = await deps.banks.find(key);
    if (bank) return bank.row;
    throw new OperationError("state_not_allowed", problem ?? "the bank's configuration cannot be read", {
      reason: "bank_misconfigured",
    });
  };
}
