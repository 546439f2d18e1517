import { brokenConstraint } from "../../../platform/database.ts";
import { OperationError } from "../../../platform/errors.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { lockAuthorisation, updateAuthorisation } from "../../store/authorisations.ts";
import type { Input, Output } from "../batch-view.ts";
import { viewAuthorisation } from "./authorisation-view.ts";

/**
 * A person decides about an authorisation, e.g. since the account holder has revoked it on paper or its reply was lost. What
 * stands already stays as it is; one that was withdrawn asks for nothing and cannot be decided about.
 */
export function createSettleAuthorisation(deps: BankingDependencies) {
  return async (
    { authorisationId, outcome, evidence }: Input<"settleAuthorisation">,
    caller: string,
  ): Promise<Output<"settleAuthorisation">> => {
    const settle = deps.db.transaction(async (tx) => {
      const row = await lockAuthorisation(tx, authorisationId);
      if (!row) throw notFound();
      if (row.status === outcome) return row;
      if (row.status === "withdrawn" || (outcome === "refused" && row.status !== "pending")) {
        throw new OperationError(
          "state_not_allowed",
          `an authorisation that is ${row.status} cannot become ${outcome}`,
          {
            reason: "wrong_state",
          },
        );
      }
      const decision = { status: outcome, evidence, decidedBy: caller, updatedAt: deps.clock.now() };
      return updateAuthorisation(tx, authorisationId, decision);
    });
    return viewAuthorisation(await settle.catch(explain));
  };
}

function explain(error: unknown): never {
  if (brokenConstraint(error) !== "bank_authorisations_live") throw error;
  throw new OperationError("state_not_allowed", "a newer authorisation for this account and customer is in its place", {
    reason: "authorisation_exists",
  });
}

function notFound(): OperationError {
  const rule = "is not the id of an authorisation";
  return new OperationError("not_found", `authorisationId: ${rule}`, {
    reason: "unknown_authorisation",
    fields: [{ path: "authorisationId", rule }],
  });
}
