import { OperationError } from "../../../platform/errors.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { lockReceipt, updateReceipt } from "../../store/receipts.ts";
import type { Input } from "../batch-view.ts";
import { notFound, type ReceiptView, viewReceipt } from "./receipt-view.ts";

/** Cancels what has not been paid. Cancelling twice changes nothing. */
export function createCancelReceipt(deps: BankingDependencies) {
  return async ({ receiptId, reason }: Input<"cancelReceipt">, caller: string): Promise<ReceiptView> => {
    const row = await deps.db.transaction(async (tx) => {
      const receipt = await lockReceipt(tx, receiptId);
      if (!receipt) throw notFound("receiptId", "an expected receipt");
      if (receipt.status === "cancelled") return receipt;
      if (receipt.status === "received") {
        throw new OperationError("state_not_allowed", "a receipt that was received cannot be cancelled", {
          reason: "wrong_state",
        });
      }
      return updateReceipt(tx, receiptId, { status: "cancelled", decidedBy: caller, decidedReason: reason });
    });
    return viewReceipt(row);
  };
}
