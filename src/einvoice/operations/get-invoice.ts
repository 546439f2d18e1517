import type { invoiceDetailSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../platform/errors.ts";
import type { InvoiceStore } from "../store/invoices.ts";
import { attemptView, invoiceView } from "./invoice-view.ts";

/** One invoice with its latest attempts; throws `not_found`. */
export function createGetInvoice(deps: { invoices: InvoiceStore }) {
  return async (input: { id: string }): Promise<z.input<typeof invoiceDetailSchema>> => {
    const [found, attempts] = await Promise.all([deps.invoices.findById(input.id), deps.invoices.attempts(input.id)]);
    if (!found) throw new OperationError("not_found", "there is no such invoice");
    return { ...invoiceView(found.invoice, found.upload), attempts: attempts.map(attemptView) };
  };
}
