import type { Contract, SmsMessageEvent, TrackedEvent } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { Caller } from "../../platform/rpc.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { maskPhone } from "../rules/phone.ts";
import type { Change, Position } from "../store/changes.ts";
import { maySee } from "./get-message.ts";

export type WatchMessagesInput = z.output<Contract["sms"]["watchMessages"]["input"]>;

/**
 * Tells every change of a message's state, from now on or after `lastEventId`, until the signal aborts. Quick changes of
 * one message may be told as one. A driver is told of own messages only.
 */
export async function* watchMessages(
  deps: SmsDependencies,
  input: WatchMessagesInput,
  caller: Caller,
  signal: AbortSignal,
): AsyncGenerator<TrackedEvent<SmsMessageEvent>, void> {
  const wanted = input.ids && new Set(input.ids);
  for await (const change of deps.changes.follow(positionOf(input.lastEventId), signal)) {
    if (!maySee(caller, change.callerSubject)) continue;
    if (wanted && !wanted.has(change.messageId)) continue;
    const { number, messageId } = change.position;
    yield { id: `${number}.${messageId}`, data: eventOf(change) };
  }
}

/** The contract has checked the form. */
function positionOf(eventId: string | undefined): Position | undefined {
  const [number, messageId] = eventId?.split(".") ?? [];
  return number === undefined || messageId === undefined ? undefined : { number: Number(number), messageId };
}

function eventOf(change: Change): SmsMessageEvent {
  const { messageId: id, status, statusReason, messageType, provider } = change;
  return {
    ...{ id, to: maskPhone(change.recipient), status, statusReason, messageType, provider },
    statusAt: change.statusAt.toISOString(),
  };
}
