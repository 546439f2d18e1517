import type { receiptSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../../platform/errors.ts";
import type { ReceiptRow } from "../../store/receipts.ts";

export type ReceiptView = z.input<typeof receiptSchema>;

export const viewReceipt = (row: ReceiptRow): ReceiptView => ({
  id: row.id,
  bank: row.bankCode,
  virtualAccount: row.virtualAccount,
  reference: row.reference,
  amount: row.amount,
  dueDate: row.dueDate,
  status: row.status,
  receivedAmount: row.receivedAmount,
  receivedOn: row.receivedOn,
  fileId: row.fileId,
  decidedBy: row.decidedBy,
  decidedReason: row.decidedReason,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
});

export function notFound(field: string, what: string): OperationError {
  const rule = `is not the id of ${what}`;
  return new OperationError("not_found", `${field}: ${rule}`, {
    reason: `unknown_${field.replace("Id", "")}`,
    fields: [{ path: field, rule }],
  });
}
