import type { SmsMessageSummary } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { isSecretText } from "../rules/message-types.ts";
import { cancelWaiting } from "../store/operators.ts";
import { requireMessage } from "./get-message.ts";
import { summaryOf } from "./message-view.ts";

/** Stops a message that waits; repeated, it answers the same. One that a provider has or may have is `state_not_allowed`. */
export async function cancelMessage(deps: SmsDependencies, input: { id: string }): Promise<SmsMessageSummary> {
  const before = await requireMessage(deps, input.id);
  const clearsText = isSecretText(before.messageType);
  await cancelWaiting(deps.platform.database.hot, input.id, { now: deps.platform.clock.now(), clearsText });
  const after = await requireMessage(deps, input.id);
  if (after.status !== "cancelled") {
    throw new OperationError("state_not_allowed", `the message is ${after.status} and cannot be cancelled any more`, {
      reason: "handed_over",
    });
  }
  return summaryOf(after);
}
