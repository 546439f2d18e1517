import { proofPrintSchema } from "@luckygas/gateway-client";
import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import type { DbOrTx } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { einvoicePrints, invoices } from "../tables.ts";

const storedPrintSchema = z.object({
  kind: proofPrintSchema.shape.kind,
  format: proofPrintSchema.shape.format,
  callerSubject: z.string(),
  printedAt: z.date(),
});
export type StoredPrint = z.output<typeof storedPrintSchema>;

export interface PrintRequest {
  id: string;
  invoiceId: string;
  format: "pdf" | "escpos";
  callerSubject: string;
  idempotencyKey: string;
  requestHash: string;
  printedAt: Date;
}

/** The log of prints. */
export function createPrintStore(db: DbOrTx) {
  return {
    /** Logs a print and tells whether it is the original. The same key again is the same print; throws `conflict` for another request. */
    log: (request: PrintRequest): Promise<StoredPrint> =>
      db.transaction(async (tx) => {
        // Under the invoice's lock, so that two first prints cannot both be the original.
        await tx.select({ id: invoices.id }).from(invoices).where(eq(invoices.id, request.invoiceId)).for("update");
        const { callerSubject, idempotencyKey } = request;
        const [known] = await tx
          .select()
          .from(einvoicePrints)
          .where(
            and(eq(einvoicePrints.callerSubject, callerSubject), eq(einvoicePrints.idempotencyKey, idempotencyKey)),
          );
        if (known && known.requestHash !== request.requestHash) {
          throw new OperationError("conflict", "this idempotencyKey was used for another print; use a new one", {
            reason: "idempotency_key_reused",
          });
        }
        if (known) return storedPrintSchema.parse(known);
        const [original] = await tx
          .select({ id: einvoicePrints.id })
          .from(einvoicePrints)
          .where(and(eq(einvoicePrints.invoiceId, request.invoiceId), eq(einvoicePrints.kind, "original")));
        const kind = original ? "reprint" : "original";
        await tx.insert(einvoicePrints).values({ ...request, kind });
        return { kind, format: request.format, callerSubject, printedAt: request.printedAt };
      }),

    /** Prints of an invoice, in order. */
    list: async (invoiceId: string): Promise<StoredPrint[]> => {
      const rows = await db
        .select()
        .from(einvoicePrints)
        .where(eq(einvoicePrints.invoiceId, invoiceId))
        .orderBy(asc(einvoicePrints.id));
      return rows.map((row) => storedPrintSchema.parse(row));
    },
  };
}

export type PrintStore = ReturnType<typeof createPrintStore>;
