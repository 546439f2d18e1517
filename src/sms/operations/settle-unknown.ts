import type { Contract, SmsMessageSummary } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/rpc.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import { expiryOf } from "../rules/message-types.ts";
import { settleByHand } from "../store/operators.ts";
import { requireMessage } from "./get-message.ts";
import { summaryOf } from "./message-view.ts";

export type SettleUnknownInput = z.output<Contract["sms"]["settleUnknown"]["input"]>;

/** A person ends an unknown message: it was sent, or it was not and ends as `rejected` or is sent again. Who and why is kept. */
export async function settleUnknown(
  deps: SmsDependencies,
  input: SettleUnknownInput,
  caller: Caller,
): Promise<SmsMessageSummary> {
  const before = await requireMessage(deps, input.id);
  const now = deps.platform.clock.now();
  const isSettled = await settleByHand(deps.platform.database.hot, input.id, {
    outcome: input.outcome,
    resend: input.resend,
    settledBy: caller.subject,
    note: input.note,
    now,
    expiresAt: expiryOf(before.messageType, now),
  });
  const after = await requireMessage(deps, input.id);
  if (!isSettled) throw notSettled(after.status);
  deps.log.info("An unknown message was settled by a person", {
    message_id: input.id,
    outcome: input.outcome,
    resend: input.resend,
    subject: caller.subject,
  });
  deps.platform.jobs.wake(jobNames.dispatch);
  return summaryOf(after);
}

function notSettled(status: string): OperationError {
  return status === "unknown"
    ? new OperationError("state_not_allowed", "the text is not kept any more, so it cannot be sent again", {
        reason: "text_cleared",
      })
    : new OperationError("state_not_allowed", `the message is ${status}, not unknown`, { reason: "not_unknown" });
}
