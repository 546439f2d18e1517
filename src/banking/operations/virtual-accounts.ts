import type { VirtualAccountRule } from "@luckygas/gateway-client";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import type { BankingDependencies } from "../dependencies.ts";
import { isVirtualAccount, makeVirtualAccount } from "../rules/virtual-account.ts";
import type { Input, Output } from "./batch-view.ts";

export function createMakeVirtualAccount(deps: BankingDependencies) {
  return async (input: Input<"makeVirtualAccount">): Promise<Output<"makeVirtualAccount">> => {
    const made = makeVirtualAccount(await ruleOf(deps, input.bank), input);
    if (!made.ok) throw invalidInput(made.field, made.rule, "not_in_bank_rule");
    return { bank: input.bank, virtualAccount: made.virtualAccount };
  };
}

export function createCheckVirtualAccount(deps: BankingDependencies) {
  return async (input: Input<"checkVirtualAccount">): Promise<Output<"checkVirtualAccount">> => {
    const rule = await ruleOf(deps, input.bank);
    if (rule.amountWeights && input.amount === undefined) {
      throw invalidInput("amount", "is part of this bank's check digit", "not_in_bank_rule");
    }
    return { valid: isVirtualAccount(rule, input.virtualAccount, input.amount) };
  };
}

/** The bank's rule; throws where its configuration has none. */
export async function ruleOf(deps: BankingDependencies, key: string): Promise<VirtualAccountRule> {
  const { row } = await deps.banks.usable(key);
  if (row.virtualAccountRule) return row.virtualAccountRule;
  throw new OperationError("unsupported", `bank ${key} has no rule for virtual accounts in its configuration`, {
    reason: "no_virtual_accounts",
  });
}
