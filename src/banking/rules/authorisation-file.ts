import type { EncodeResult } from "./layout/content.ts";
import type { Layout } from "./layout/layout.ts";
import type { PaymentBatch, PaymentItem } from "./payment-file.ts";

/** A request about one authorisation. */
export type AuthorisationRequest = Pick<
  PaymentItem,
  "transactionId" | "accountNumber" | "idNumber" | "customerNumber" | "receivingUnit"
> & { action: "add" | "delete" | null };

export interface AuthorisationFile extends Omit<PaymentBatch, "items" | "paymentDate"> {
  /** What asks for the end of an authorisation. */
  deleteCode: string;
  items: readonly AuthorisationRequest[];
}

/** Column 新增或取消 of an authorisation: `A` asks for one. */
const ADD = "A";

/** Writes a file that asks for authorisations and their ends, or tells every value that the layout cannot take. */
export function encodeAuthorisations(layout: Layout, file: AuthorisationFile): EncodeResult {
  const { batchNumber, fileDate, clearingCode, companyCode, fileValues, deleteCode } = file;
  return layout.encode({
    header: { ...fileValues, batchNumber, fileDate, clearingCode, companyCode },
    details: file.items.map((item) => ({
      ...fileValues,
      transactionId: item.transactionId,
      accountNumber: item.accountNumber,
      originalDate: fileDate,
      transactionType: item.action === "delete" ? deleteCode : ADD,
      ...(item.idNumber && { idNumber: item.idNumber }),
      ...(item.customerNumber && { customerNumber: item.customerNumber }),
      ...(item.receivingUnit && { receivingUnit: item.receivingUnit }),
    })),
  });
}
