import type { authorisationSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import { maskAccount } from "../../rules/layout/values.ts";
import type { AuthorisationRow } from "../../store/authorisations.ts";

const ID_CHARACTERS_SHOWN = 3;

export const viewAuthorisation = (row: AuthorisationRow): z.input<typeof authorisationSchema> => ({
  id: row.id,
  bank: row.bankCode,
  status: row.status,
  customerNumber: row.customerNumber,
  receivingUnit: row.receivingUnit,
  accountNumber: maskAccount(row.accountNumber),
  idNumber:
    "*".repeat(Math.max(row.idNumber.length - ID_CHARACTERS_SHOWN, 0)) + row.idNumber.slice(-ID_CHARACTERS_SHOWN),
  batchId: row.batchId,
  responseCode: row.responseCode,
  responseMeaning: row.responseMeaning,
  decidedBy: row.decidedBy,
  evidence: row.evidence,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});
