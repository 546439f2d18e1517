import { invalidInput } from "../../../platform/errors.ts";
import type { BankingDependencies } from "../../dependencies.ts";
import { mandateKey } from "../../rules/authorisation.ts";
import { findMandates, insertAuthorisations, updateAuthorisation } from "../../store/authorisations.ts";
import type { Input, Output } from "../batch-view.ts";
import { viewAuthorisation } from "./authorisation-view.ts";

/**
 * Records what the bank has confirmed outside this gateway: one that is not known is added, a pending one becomes confirmed,
 * a confirmed one stays as it is. Nothing is recorded while one of them is about to end.
 */
export function createRecordAuthorisations(deps: BankingDependencies) {
  return async (
    { bank: key, items, evidence }: Input<"recordAuthorisations">,
    caller: string,
  ): Promise<Output<"recordAuthorisations">> => {
    const bank = await deps.banks.usable(key);
    const wanted = new Map(items.map((item) => [mandateKey(item), item]));
    const now = deps.clock.now();
    const decision = { status: "confirmed" as const, decidedBy: caller, evidence, updatedAt: now };
    const recorded = await deps.db.transaction(async (tx) => {
      const known = await findMandates(tx, bank.key, [...wanted.keys()]);
      for (const [index, item] of items.entries()) {
        if (known.get(mandateKey(item))?.status !== "revoking") continue;
        throw invalidInput(
          `items.${index}.accountNumber`,
          "the end of its authorisation was asked for",
          "authorisation_state",
        );
      }
      for (const { id, status } of known.values())
        if (status === "pending") await updateAuthorisation(tx, id, decision);
      const isThere = (mandate: string) => ["pending", "confirmed"].includes(known.get(mandate)?.status ?? "");
      await insertAuthorisations(
        tx,
        [...wanted].flatMap(([mandate, item]) =>
          isThere(mandate)
            ? []
            : [{ ...item, ...decision, id: deps.newId(), bankCode: bank.key, mandateKey: mandate, createdAt: now }],
        ),
      );
      return findMandates(tx, bank.key, [...wanted.keys()]);
    });
    return { items: [...wanted.keys()].flatMap((mandate) => recorded.get(mandate) ?? []).map(viewAuthorisation) };
  };
}
