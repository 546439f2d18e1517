import type { SmsMessageType } from "@luckygas/gateway-client";
import type { SendOutcome } from "../connectors/port.ts";
import { costOfPoints } from "../rules/cost.ts";
import { isSecretText } from "../rules/message-types.ts";
import { backoffMs, type RepeatableClass } from "../rules/outcomes.ts";
import type { Settlement } from "../store/settle.ts";

/** A send that ended: as the connector said, or certainly not taken. */
export type AttemptOutcome =
  | SendOutcome
  | { kind: "not_taken"; outcomeClass: RepeatableClass; reason: string; providerCode?: string };

export interface AttemptContext {
  attemptId: string;
  messageId: string;
  messageType: SmsMessageType;
  segments: number;
  /** Of this message, this one included. */
  attemptNumber: number;
  /** Another provider may take it at once. */
  canFailOver: boolean;
  /** Millionths of NT$. */
  costPerMessage: bigint | undefined;
  costPerSegment: bigint | undefined;
}

const ASK_AFTER_MS = 2_000;
const POLL_AFTER_MS = 120_000;

/** What an outcome makes of the attempt and its message. Pure. */
export function settlementOf(outcome: AttemptOutcome, context: AttemptContext, now: Date): Settlement {
  const later = (ms: number) => new Date(now.getTime() + ms);
  const clearsText = isSecretText(context.messageType);
  const base = { attemptId: context.attemptId, messageId: context.messageId };
  switch (outcome.kind) {
    case "accepted":
      return {
        ...base,
        ...nothing,
        state: "accepted",
        outcomeClass: "accepted",
        providerMessageId: outcome.providerMessageId,
        costMicros: costOf(context, outcome.points),
        pollAt: later(POLL_AFTER_MS),
        next: { status: "submitted", reason: undefined, dueAt: undefined, clearsText },
      };
    case "rejected":
      return {
        ...base,
        ...nothing,
        state: "rejected",
        outcomeClass: outcome.outcomeClass,
        outcomeReason: outcome.reason,
        providerCode: outcome.providerCode,
        next: {
          status: "rejected",
          reason: `${outcome.outcomeClass}: ${outcome.reason}`,
          dueAt: undefined,
          clearsText,
        },
      };
    case "unknown":
      return {
        ...base,
        ...nothing,
        state: "unknown",
        outcomeClass: "ambiguous",
        outcomeReason: outcome.reason,
        providerCode: outcome.providerCode,
        resolveAt: later(ASK_AFTER_MS),
        next: { status: "unknown", reason: outcome.reason, dueAt: undefined, clearsText: false },
      };
    case "not_taken": {
      const dueAt = context.canFailOver ? now : later(backoffMs(outcome.outcomeClass, context.attemptNumber));
      return {
        ...base,
        ...nothing,
        state: "not_sent",
        outcomeClass: outcome.outcomeClass,
        outcomeReason: outcome.reason,
        providerCode: outcome.providerCode,
        freesSlot: outcome.outcomeClass === "not_sent",
        next: { status: "deferred", reason: `${outcome.outcomeClass}: ${outcome.reason}`, dueAt, clearsText: false },
      };
    }
  }
}

const nothing = {
  outcomeReason: undefined,
  providerCode: undefined,
  providerMessageId: undefined,
  costMicros: undefined,
  freesSlot: false,
  resolveAt: undefined,
  pollAt: undefined,
} as const;

/** By the points charged where the provider says them, else by segments; `undefined` without a price. */
export function costOf(
  price: Pick<AttemptContext, "costPerMessage" | "costPerSegment" | "segments">,
  points?: string,
): bigint | undefined {
  if (price.costPerMessage === undefined && price.costPerSegment === undefined) return undefined;
  const perSegment = price.costPerSegment ?? 0n;
  const charged = points === undefined ? undefined : costOfPoints(points, perSegment);
  return (price.costPerMessage ?? 0n) + (charged ?? BigInt(price.segments) * perSegment);
}
