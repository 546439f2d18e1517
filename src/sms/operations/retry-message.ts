import type { SmsMessageSummary } from "@luckygas/gateway-client";
import { OperationError } from "../../platform/errors.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import { firstState } from "../rules/first-state.ts";
import { isFinal } from "../rules/states.ts";
import { retryEnded } from "../store/operators.ts";
import type { MessageRow } from "../store/queries.ts";
import { requireMessage } from "./get-message.ts";
import { summaryOf } from "./message-view.ts";

/**
 * Queues a message again that ended as undelivered, expired or rejected, with the useful life of its type. One that is
 * under way is left as it is, so that a repeated call sends no further copy; any other is `state_not_allowed`.
 */
export async function retryMessage(deps: SmsDependencies, input: { id: string }): Promise<SmsMessageSummary> {
  const before = await requireMessage(deps, input.id);
  const now = deps.platform.clock.now();
  const { messageType } = before;
  const first = firstState({
    quietUntil: deps.quietUntil,
    messageType,
    createdAt: now,
    sendAt: undefined,
    validForSeconds: undefined,
  });
  const isQueued = await retryEnded(deps.platform.database.hot, input.id, { ...first, now });
  const after = await requireMessage(deps, input.id);
  if (isQueued) deps.platform.jobs.wake(jobNames.dispatch);
  else if (isFinal(after.status) || after.status === "unknown") throw refusalOf(after);
  return summaryOf(after);
}

function refusalOf({ status, text }: MessageRow): OperationError {
  if (text === null && status !== "delivered") {
    return new OperationError("state_not_allowed", "the text is not kept any more, so it cannot be sent again", {
      reason: "text_cleared",
    });
  }
  const remedy = status === "unknown" ? "; settle it with settleUnknown" : "";
  return new OperationError("state_not_allowed", `the message is ${status} and is not sent again${remedy}`, {
    reason: "not_failed",
  });
}
