import { OperationError } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { maskPhone } from "../rules/phone.ts";
import { deleteSuppressionById } from "../store/rules.ts";

/** Lifts one entry of the list, as `suppressRecipient` with `lift` does by the number; `not_found` when it is gone already. */
export async function liftSuppression(
  deps: SmsDependencies,
  input: { id: string },
): Promise<{ to: string; isSuppressed: boolean }> {
  const recipient = await deleteSuppressionById(deps.platform.database.db, input.id);
  if (recipient === undefined) throw new OperationError("not_found", "no such entry of the suppression list");
  return { to: maskPhone(recipient), isSuppressed: false };
}
