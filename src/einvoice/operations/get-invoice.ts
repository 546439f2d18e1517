import type { InvoiceDetail } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { InvoiceStore } from "../store/invoices.ts";
import type { PrintStore } from "../store/prints.ts";
import { allowanceView, messageView } from "./allowance-view.ts";
import { attemptView, invoiceView } from "./invoice-view.ts";

/** One invoice with its messages, allowances, prints and latest attempts; throws `not_found`. */
export function createGetInvoice({ invoices, prints }: { invoices: InvoiceStore; prints: PrintStore }) {
  return async ({ id }: { id: string }): Promise<InvoiceDetail> => {
    const [found, attempts, messages, allowances, printed] = await Promise.all([
      invoices.findById(id),
      invoices.attempts(id),
      invoices.messages(id),
      invoices.allowances(id),
      prints.list(id),
    ]);
    if (!found) throw new OperationError("not_found", "there is no such invoice");
    return {
      ...invoiceView(found.invoice, found.upload),
      attempts: attempts.map(attemptView),
      messages: messages.map((message) => messageView(message, allowances)),
      allowances: allowances.map((allowance) => allowanceView(allowance, found.invoice)),
      prints: printed.map(({ kind, format, callerSubject, printedAt }) => ({
        kind,
        format,
        printedAt: printedAt.toISOString(),
        printedBy: callerSubject,
      })),
    };
  };
}
