import type { StatementLineClass } from "@luckygas/gateway-client";
import { invalidInput, OperationError } from "../../../platform/errors.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { assignLine, lockReceipt, lockStatementLine, updateReceipt } from "../../store/receipts.ts";
import type { Input } from "../batch-view.ts";
import { notFound, type ReceiptView, viewReceipt } from "./receipt-view.ts";

const assignable: readonly StatementLineClass[] = ["amount_mismatch", "already_received", "unexpected"];

/** Gives money that belongs to no receipt yet to one that is not paid; whatever it amounts to, the receipt is received then. */
export function createAssignReceipt(deps: BankingDependencies) {
  return async (
    { receiptId, fileId, lineNumber, reason }: Input<"assignReceipt">,
    caller: string,
  ): Promise<ReceiptView> => {
    const row = await deps.db.transaction(async (tx) => {
      const receipt = await lockReceipt(tx, receiptId);
      if (!receipt) throw notFound("receiptId", "an expected receipt");
      const line = await lockStatementLine(tx, fileId, lineNumber);
      if (!line || line.bankCode !== receipt.bankCode) {
        throw invalidInput("lineNumber", "is no line of a statement of the receipt's bank", "unknown_line");
      }
      if (line.class === "assigned" && line.receiptId === receiptId) return receipt;
      if (!assignable.includes(line.class)) {
        throw new OperationError("state_not_allowed", `a line that is ${line.class} cannot be assigned`, {
          reason: "line_not_assignable",
        });
      }
      if (receipt.status !== "open" && receipt.status !== "reversed") {
        throw new OperationError("state_not_allowed", `a receipt that is ${receipt.status} cannot take a line`, {
          reason: "wrong_state",
        });
      }
      await assignLine(tx, fileId, lineNumber, receiptId);
      return updateReceipt(tx, receiptId, {
        status: "received",
        receivedAmount: line.amount,
        receivedOn: line.processedDate,
        fileId,
        decidedBy: caller,
        decidedReason: reason,
      });
    });
    return viewReceipt(row);
  };
}
