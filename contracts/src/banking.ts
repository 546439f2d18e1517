import { authorisationProcedures } from "./banking/procedures/authorisations.ts";
import { bankProcedures } from "./banking/procedures/banks.ts";
import { batchProcedures } from "./banking/procedures/batches.ts";
import { calendarProcedures } from "./banking/procedures/calendar.ts";
import { inboundFileProcedures } from "./banking/procedures/inbound-files.ts";
import { layoutProcedures } from "./banking/procedures/layouts.ts";
import { receiptProcedures } from "./banking/procedures/receipts.ts";
import { virtualAccountProcedures } from "./banking/procedures/virtual-accounts.ts";

export * from "./banking/authorisations.ts";
export * from "./banking/banks.ts";
export * from "./banking/batches.ts";
export * from "./banking/calendar.ts";
export * from "./banking/configuration.ts";
export {
  bankKeySchema,
  bankReference,
  batchReference,
  countAndAmountSchema,
  csvFileSchema,
  reconciliationIdentitySchema,
} from "./banking/fields.ts";
export * from "./banking/inbound-files.ts";
export * from "./banking/layouts.ts";
export * from "./banking/receipts.ts";
export * from "./banking/reconciliation.ts";
export * from "./banking/statements.ts";
export * from "./banking/transfers.ts";

/** Named by its parts, so that declarations refer to them instead of writing them out. */
type BankingContract = typeof bankProcedures &
  typeof batchProcedures &
  typeof inboundFileProcedures &
  typeof authorisationProcedures &
  typeof receiptProcedures &
  typeof layoutProcedures &
  typeof calendarProcedures &
  typeof virtualAccountProcedures;

/** Bank files: batches of debits, what the banks answer, and money received. */
export const bankingContract: BankingContract = {
  ...bankProcedures,
  ...batchProcedures,
  ...inboundFileProcedures,
  ...authorisationProcedures,
  ...receiptProcedures,
  ...layoutProcedures,
  ...calendarProcedures,
  ...virtualAccountProcedures,
};
