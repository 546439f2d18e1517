import type { Drizzle } from "../../platform/database.ts";
import { createInvoiceStore } from "./invoices.ts";
import { createPrintStore } from "./prints.ts";

/** Everything about one invoice, as it stood at one moment: its state and its messages never contradict each other. */
export function createInvoiceDetailStore(db: Drizzle) {
  return {
    /** `undefined` when there is no such invoice. */
    read: (id: string) =>
      db.transaction(
        async (tx) => {
          const invoices = createInvoiceStore(tx);
          const [found, attempts, messages, allowances, prints] = await Promise.all([
            invoices.findById(id),
            invoices.attempts(id),
            invoices.messages(id),
            invoices.allowances(id),
            createPrintStore(tx).list(id),
          ]);
          return found && { ...found, attempts, messages, allowances, prints };
        },
        { isolationLevel: "repeatable read", accessMode: "read only" },
      ),
  };
}

export type InvoiceDetailStore = ReturnType<typeof createInvoiceDetailStore>;
