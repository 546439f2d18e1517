import { invoiceProcedures } from "./einvoice/procedures/invoices.ts";
import { lookupProcedures } from "./einvoice/procedures/lookups.ts";
import { numberProcedures } from "./einvoice/procedures/numbers.ts";
import { oversightProcedures } from "./einvoice/procedures/oversight.ts";
import { proofProcedures } from "./einvoice/procedures/proofs.ts";
import { repairProcedures } from "./einvoice/procedures/repairs.ts";

export * from "./einvoice/acts.ts";
export * from "./einvoice/bulk.ts";
export * from "./einvoice/content.ts";
export {
  decimalText,
  invoiceNumberSchema,
  invoicePeriodSchema,
  type TaxType,
  taxTypeSchema,
  ubnSchema,
} from "./einvoice/fields.ts";
export * from "./einvoice/invoices.ts";
export * from "./einvoice/messages.ts";
export * from "./einvoice/numbers.ts";
export * from "./einvoice/orders.ts";
export * from "./einvoice/oversight.ts";
export * from "./einvoice/proofs.ts";

/** Named by its parts, so that declarations refer to them instead of writing them out. */
type EinvoiceContract = typeof invoiceProcedures &
  typeof proofProcedures &
  typeof lookupProcedures &
  typeof numberProcedures &
  typeof oversightProcedures &
  typeof repairProcedures;

/** Electronic invoices: issuing is local and durable; the upload to the platform follows by itself and can be watched. */
export const einvoiceContract: EinvoiceContract = {
  ...invoiceProcedures,
  ...proofProcedures,
  ...lookupProcedures,
  ...numberProcedures,
  ...oversightProcedures,
  ...repairProcedures,
};
