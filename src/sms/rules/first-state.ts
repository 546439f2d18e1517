import type { SmsMessageType } from "@luckygas/gateway-client";
import { expiryOf, isPromotional } from "./message-types.ts";

/** How a message begins: at once in the queue, or put off to a known instant. */
export interface FirstState {
  status: "queued" | "deferred";
  statusReason: string | undefined;
  dueAt: Date | undefined;
  expiresAt: Date;
}

export interface FirstStateRequest {
  messageType: SmsMessageType;
  createdAt: Date;
  /** Not before; one that has passed means at once. */
  sendAt: Date | undefined;
  validForSeconds: number | undefined;
  /** The end of the quiet hours that hold at an instant. */
  quietUntil(at: Date): Date | undefined;
}

/** Pure, so that a repeated request is answered as the first one was. The useful life begins when the message may go. */
export function firstState(request: FirstStateRequest): FirstState {
  const { messageType, createdAt, sendAt, validForSeconds, quietUntil } = request;
  const wanted = sendAt && sendAt > createdAt ? sendAt : createdAt;
  const quietEnd = isPromotional(messageType) ? quietUntil(wanted) : undefined;
  const from = quietEnd ?? wanted;
  const expiresAt = expiryOf(messageType, from, validForSeconds);
  if (from <= createdAt) return { status: "queued", statusReason: undefined, dueAt: undefined, expiresAt };
  return { status: "deferred", statusReason: quietEnd ? "quiet hours" : "scheduled", dueAt: from, expiresAt };
}
