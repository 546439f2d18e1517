import type { SmsDependencies } from "../dependencies.ts";
import { isPromotional, isSecretText } from "../rules/message-types.ts";
import { type Earlier, HOUR_MS, throttle } from "../rules/throttle.ts";
import { type ClaimTx, deferMessages, type QueuedMessage, suppressMessages } from "../store/claim.ts";
import { findRecent, findSuppressed } from "../store/rules.ts";

/**
 * Takes out of a round what must not go now: promotions to people who refused them, a text that the recipient has just
 * had, and more than the recipient's share of an hour. The rest is returned in order.
 */
export async function screen(
  deps: SmsDependencies,
  tx: ClaimTx,
  queued: readonly QueuedMessage[],
  now: Date,
): Promise<QueuedMessage[]> {
  if (queued.length === 0) return [];
  const promoted = queued.filter(({ messageType }) => isPromotional(messageType)).map(({ recipient }) => recipient);
  const refusing = await findSuppressed(tx, promoted);
  const earlier = await earlierMessages(deps, tx, queued, now);
  const passed: QueuedMessage[] = [];
  const suppressed: { messageId: string; reason: string }[] = [];
  const putOff: { messageId: string; reason: string; dueAt: Date }[] = [];
  for (const message of queued) {
    const { id: messageId, recipient, text, messageType } = message;
    if (isPromotional(messageType) && refusing.has(recipient)) {
      suppressed.push({ messageId, reason: "the recipient wants no promotions" });
      continue;
    }
    const isCode = isSecretText(messageType);
    const known = earlier.get(recipient) ?? [];
    const throttling = deps.throttle ? throttle({ isCode, text }, known, deps.throttle, now) : PASS;
    if (throttling.verdict === "duplicate") {
      suppressed.push({ messageId, reason: "the same text has just gone to this number" });
    } else if (throttling.verdict === "wait") {
      putOff.push({ messageId, reason: "the recipient has had enough messages in this hour", dueAt: throttling.until });
    } else {
      passed.push(message);
      earlier.set(recipient, [...known, { isCode, text, at: now }]);
    }
  }
  if (suppressed.length > 0) await suppressMessages(tx, suppressed, now);
  if (putOff.length > 0) await deferMessages(tx, putOff, now);
  return passed;
}

const PASS = { verdict: "send" } as const;

async function earlierMessages(
  deps: SmsDependencies,
  tx: ClaimTx,
  queued: readonly QueuedMessage[],
  now: Date,
): Promise<Map<string, Earlier[]>> {
  if (!deps.throttle) return new Map();
  const since = new Date(now.getTime() - HOUR_MS);
  const recipients = queued.map(({ recipient }) => recipient);
  const waiting = new Set(queued.map(({ id }) => id));
  const recent = await findRecent(tx, recipients, since);
  return Map.groupBy(
    recent.filter(({ messageId }) => !waiting.has(messageId)),
    ({ recipient }) => recipient,
  );
}
