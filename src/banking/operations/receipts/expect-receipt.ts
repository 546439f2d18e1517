import { brokenConstraint } from "../../../platform/database.ts";
import { invalidInput, OperationError } from "../../../platform/errors.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { receiptHash } from "../../rules/request-hash.ts";
import { makeVirtualAccount } from "../../rules/virtual-account.ts";
import { findReceiptByKey, insertReceipt } from "../../store/receipts.ts";
import type { Input } from "../batch-view.ts";
import { ruleOf } from "../virtual-accounts.ts";
import { type ReceiptView, viewReceipt } from "./receipt-view.ts";

/**
 * Builds the virtual account by the bank's rule and remembers what is expected on it. The same key and content give the same
 * receipt; a second open one of the same number and amount could not be told apart, and is refused.
 */
export function createExpectReceipt(deps: BankingDependencies) {
  return async (input: Input<"expectReceipt">, createdBy: string): Promise<ReceiptView> => {
    const { bank, customer, amount, dueDate, reference, idempotencyKey } = input;
    const hash = receiptHash(input);
    const earlier = await findEarlier(deps, createdBy, idempotencyKey, hash);
    if (earlier) return earlier;
    const made = makeVirtualAccount(await ruleOf(deps, bank), { customer, amount, dueDate });
    if (!made.ok) throw invalidInput(made.field, made.rule, "not_in_bank_rule");
    try {
      const row = await insertReceipt(deps.db, {
        id: deps.newId(),
        bankCode: bank,
        virtualAccount: made.virtualAccount,
        reference,
        amount,
        dueDate: dueDate ?? null,
        status: "open",
        createdBy,
        idempotencyKey,
        requestHash: hash,
        createdAt: deps.clock.now(),
      });
      return viewReceipt(row);
    } catch (error) {
      const constraint = brokenConstraint(error);
      if (constraint === "bank_receipts_idempotency_key") {
        const winner = await findEarlier(deps, createdBy, idempotencyKey, hash);
        if (winner) return winner;
      }
      if (constraint === "bank_receipts_open") {
        const rule = "gives a virtual account on which the same amount is expected already";
        throw new OperationError("conflict", `customer: ${rule}`, {
          reason: "receipt_exists",
          fields: [{ path: "customer", rule }],
        });
      }
      throw error;
    }
  };
}

async function findEarlier(deps: BankingDependencies, createdBy: string, key: string, hash: string) {
  const row = await findReceiptByKey(deps.db, createdBy, key);
  if (!row) return undefined;
  if (row.requestHash === hash) return viewReceipt(row);
  throw new OperationError("conflict", "this idempotency key was used for another receipt", {
    reason: "idempotency_key_reused",
    fields: [{ path: "idempotencyKey", rule: "must be new for a new receipt" }],
  });
}
