import type { InvoiceDetail } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { InvoiceDetailStore } from "../store/invoice-detail.ts";
import { allowanceView, messageView } from "./allowance-view.ts";
import { attemptView, invoiceView } from "./invoice-view.ts";

/** One invoice with its messages, allowances, prints and latest attempts, all of one moment; throws `not_found`. */
export function createGetInvoice({ details }: { details: InvoiceDetailStore }) {
  return async ({ id }: { id: string }): Promise<InvoiceDetail> => {
    const found = await details.read(id);
    if (!found) throw new OperationError("not_found", "there is no such invoice");
    const { invoice, upload, attempts, messages, allowances, prints } = found;
    return {
      ...invoiceView(invoice, upload),
      attempts: attempts.map(attemptView),
      messages: messages.map((message) => messageView(message, allowances)),
      allowances: allowances.map((allowance) => allowanceView(allowance, invoice)),
      prints: prints.map(({ kind, format, callerSubject, printedAt }) => ({
        kind,
        format,
        printedAt: printedAt.toISOString(),
        printedBy: callerSubject,
      })),
    };
  };
}
