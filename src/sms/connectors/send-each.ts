import { ConnectorError } from "../../platform/errors.ts";
import { type BulkOutcome, isRepeatableClass, type OutboundMessage, type SendOutcome } from "./port.ts";

/** How long further calls are begun: less than what an attempt may take beyond one call before it counts as abandoned. */
export const BUDGET_MS = 20_000;

/**
 * Hands messages over one by one, where they cannot share a call. Nothing is thrown, since an error would speak for all of
 * them: once one was not taken, or the time is up, the rest were not sent and go back to the queue. One at a time, so that
 * together they use no more connections than the call they stand for.
 */
export async function sendEach(
  messages: readonly OutboundMessage[],
  send: (message: OutboundMessage) => Promise<SendOutcome>,
  budgetMs = BUDGET_MS,
): Promise<Map<string, BulkOutcome>> {
  const outcomes = new Map<string, BulkOutcome>();
  const startedAt = performance.now();
  let stopped: BulkOutcome | undefined;
  for (const message of messages) {
    if (performance.now() - startedAt > budgetMs) stopped ??= OUT_OF_TIME;
    const outcome = stopped ?? (await asValue(() => send(message)));
    if (outcome.kind === "not_taken") stopped = outcome;
    outcomes.set(message.attemptId, outcome);
  }
  return outcomes;
}

/** Of a message that no call was begun for. */
export const OUT_OF_TIME: BulkOutcome = {
  kind: "not_taken",
  outcomeClass: "not_sent",
  reason: "no time was left in the call it was to share",
};

/** The outcome of a send with "certainly not taken" as a value instead of an error. */
export async function asValue(send: () => Promise<SendOutcome>): Promise<BulkOutcome> {
  try {
    return await send();
  } catch (error) {
    return notTakenOf(error);
  }
}

/** What a `ConnectorError` says of a message; anything else is thrown on. */
export function notTakenOf(error: unknown): BulkOutcome {
  if (!(error instanceof ConnectorError) || !isRepeatableClass(error.details.reason)) throw error;
  const { reason: outcomeClass, providerMessage, providerCode } = error.details;
  return {
    kind: "not_taken",
    outcomeClass,
    reason: providerMessage ?? outcomeClass,
    ...(providerCode !== undefined && { providerCode }),
  };
}
