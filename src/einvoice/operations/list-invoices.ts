import { type einvoiceContract, type InvoiceSummary, idSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import { invalidInput } from "../../platform/errors.ts";
import { taipeiDayStart } from "../../platform/taipei-time.ts";
import type { InvoiceStore } from "../store/invoices.ts";
import { summaryView } from "./invoice-view.ts";

type Input = z.output<typeof einvoiceContract.listInvoices.input>;

/** Invoices, latest first. The cursor is the id of the last invoice of the page before. */
export function createListInvoices(deps: { invoices: InvoiceStore }) {
  return async (input: Input): Promise<{ items: InvoiceSummary[]; nextCursor: string | null }> => {
    if (input.cursor !== undefined && !idSchema.safeParse(input.cursor).success) {
      throw invalidInput("cursor", "must be the nextCursor of an earlier answer");
    }
    const found = await deps.invoices.list(
      {
        status: input.status,
        period: input.invoicePeriod,
        number: input.invoiceNumber,
        orderReference: input.orderReference,
        issuedFrom: input.issuedFrom === undefined ? undefined : taipeiDayStart(input.issuedFrom),
        issuedBefore: input.issuedTo === undefined ? undefined : taipeiDayStart(input.issuedTo, 1),
        beforeId: input.cursor,
      },
      input.limit + 1,
    );
    const page = found.slice(0, input.limit);
    return { items: page.map(summaryView), nextCursor: found.length > input.limit ? (page.at(-1)?.id ?? null) : null };
  };
}
