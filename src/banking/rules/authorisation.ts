import type { AuthorisationStatus, FieldProblem } from "@luckygas/gateway-client";
import type { PaymentItem } from "./payment-file.ts";

/** What is looked up for a debit. */
export interface Mandate {
  mandateKey: string;
  status: AuthorisationStatus;
  idNumber: string;
  responseCode: string | null;
}

/** Bank and number of the account (without leading zeros), and the customer number: what an authorisation is about. */
export const mandateKey = (of: { receivingUnit: string; accountNumber: string; customerNumber: string }): string =>
  `${of.receivingUnit.slice(0, 3)}:${of.accountNumber.replace(/^0+/, "")}:${of.customerNumber}`;

/** The key of the authorisation that a debit needs; `undefined` where the debit does not say enough. */
export function keyOfDebit({ receivingUnit, accountNumber, customerNumber }: PaymentItem): string | undefined {
  return receivingUnit && customerNumber ? mandateKey({ receivingUnit, accountNumber, customerNumber }) : undefined;
}

/** A draft may wait for the bank's answer; what is sealed or sent may not. */
export type Strictness = "pending_allowed" | "confirmed_only";

/** Debits without the authorisation that they need, each with its item and the rule it breaks. */
export function authorisationProblems(
  items: readonly PaymentItem[],
  mandates: ReadonlyMap<string, Mandate>,
  strictness: Strictness,
): FieldProblem[] {
  return items.flatMap((item, index) => {
    const problem = problemOf(item, mandates, strictness);
    return problem ? [{ path: `items.${index}.${problem.field}`, rule: problem.rule }] : [];
  });
}

function problemOf(
  item: PaymentItem,
  mandates: ReadonlyMap<string, Mandate>,
  strictness: Strictness,
): { field: string; rule: string } | undefined {
  const key = keyOfDebit(item);
  if (key === undefined) {
    const field = item.customerNumber ? "receivingUnit" : "customerNumber";
    return { field, rule: "is needed to find the authorisation of this debit" };
  }
  const mandate = mandates.get(key);
  if (!mandate) return { field: "accountNumber", rule: "has no authorisation for this customer number: register one" };
  if (item.idNumber && item.idNumber !== mandate.idNumber) {
    return { field: "idNumber", rule: "is not that of the authorisation" };
  }
  if (mandate.status === "confirmed") return undefined;
  if (mandate.status === "pending" && strictness === "pending_allowed") return undefined;
  return { field: "accountNumber", rule: notConfirmed(mandate) };
}

function notConfirmed({ status, responseCode }: Mandate): string {
  if (status === "pending") return "the bank has not confirmed its authorisation yet";
  if (status === "revoking") return "the end of its authorisation was asked for";
  const code = status === "refused" && responseCode !== null ? ` (code ${responseCode})` : "";
  return `its authorisation is ${status}${code}: register a new one`;
}
