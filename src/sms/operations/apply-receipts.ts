import type { SmsMessageType, SmsStatus } from "@luckygas/gateway-client";
import type { SmsDependencies } from "../dependencies.ts";
import { isSecretText } from "../rules/message-types.ts";
import { applyReceipt, isFinal, type ReceiptState, statusOfReceipt } from "../rules/states.ts";
import { beginIndexed } from "../store/indexed.ts";
import { recordDeliveries } from "../store/provider-stats.ts";
import {
  applyReceiptChanges,
  lockMatches,
  lockPending,
  type PendingReceipt,
  type ReceiptChanges,
  type ReceiptMatch,
  requeueUnmatched,
} from "../store/receipts.ts";

const ITEMS_MAX = 200;
/** A receipt whose message has not become known by then never will. */
const MATCH_WITHIN_MS = 3 * 24 * 60 * 60 * 1000;

interface Ended {
  provider: string;
  messageType: SmsMessageType;
  status: SmsStatus;
  failureClass: string | undefined;
}

/** Applies stored receipts to their messages, by rank. Returns whether there may be more. */
export async function applyReceipts(deps: SmsDependencies): Promise<{ more: boolean }> {
  const { hot } = deps.platform.database;
  const now = deps.platform.clock.now();
  await requeueUnmatched(hot, new Date(now.getTime() - MATCH_WITHIN_MS));
  const result = await beginIndexed(hot, async (tx) => {
    const pending = await lockPending(tx, ITEMS_MAX);
    if (pending.length === 0) return { taken: 0, ended: [] };
    const { changes, ended } = decide(pending, await lockMatches(tx, pending));
    await applyReceiptChanges(tx, changes, now);
    return { taken: pending.length, ended };
  });
  await count(deps, result.ended, now);
  return { more: result.taken === ITEMS_MAX };
}

/** What each receipt changes, in the order in which they came. */
function decide(
  pending: readonly PendingReceipt[],
  matches: readonly ReceiptMatch[],
): { changes: ReceiptChanges; ended: Ended[] } {
  const changes: ReceiptChanges = { receipts: [], attempts: [], endedAttempts: [], messages: [] };
  const messages = new Map<string, { status: SmsStatus; clearsText: boolean }>();
  const attempts = new Map<string, ReceiptChanges["attempts"][number]>();
  const ended: Ended[] = [];
  for (const receipt of pending) {
    const found = matches.filter(({ receiptId }) => receiptId === receipt.id);
    const match = found.find((one) => belongs(receipt, one, attempts.get(one.attemptId)));
    if (!match) {
      // Found, but of another recipient or batch: such a receipt is kept as refused and believed in nothing.
      changes.receipts.push({ id: receipt.id, processing: found.length === 0 ? "unmatched" : "refused" });
      continue;
    }
    const { attemptId, messageId } = match;
    const before = messages.get(messageId)?.status ?? match.status;
    const after = receipt.state && speaksForMessage(receipt.state, match) && applyReceipt(before, receipt.state);
    const processing = !receipt.state ? "noted" : after ? "applied" : "superseded";
    changes.receipts.push({ id: receipt.id, processing, attemptId, messageId });
    const proof = proves(receipt, match);
    if (proof) attempts.set(attemptId, { id: attemptId, state: proof, providerMessageId: receipt.providerMessageId });
    if (receipt.state && isFinal(statusOfReceipt(receipt.state))) changes.endedAttempts.push(attemptId);
    if (!after) continue;
    messages.set(messageId, { status: after, clearsText: isSecretText(match.messageType) });
    if (isFinal(after)) {
      ended.push({
        provider: receipt.provider,
        messageType: match.messageType,
        status: after,
        failureClass: receipt.failureClass,
      });
    }
  }
  changes.attempts.push(...attempts.values());
  changes.messages.push(...[...messages].map(([id, change]) => ({ id, ...change })));
  return { changes, ended };
}

/**
 * A delivery always counts. Any other news of an attempt does not, once a later one has been made, or the message of an
 * accepted one waits to be sent again.
 */
function speaksForMessage(state: ReceiptState, { isLatest, attemptState, status }: ReceiptMatch): boolean {
  if (state === "delivered") return true;
  const isSentAgain = attemptState === "accepted" && (status === "queued" || status === "deferred");
  return isLatest && !isSentAgain;
}

/** A receipt speaks for an attempt only when recipient and batch are its own: the id alone could be guessed. */
function belongs(
  receipt: PendingReceipt,
  match: ReceiptMatch,
  change: ReceiptChanges["attempts"][number] | undefined,
): boolean {
  const knownId = match.providerMessageId ?? change?.providerMessageId;
  return match.recipient === receipt.recipient && (knownId === undefined || knownId === receipt.providerMessageId);
}

/** What a receipt says of an attempt that was not known to be accepted. */
function proves(receipt: PendingReceipt, match: ReceiptMatch): "accepted" | "rejected" | undefined {
  if (!receipt.state || match.attemptState === "accepted") return undefined;
  if (receipt.state !== "rejected") return "accepted";
  return match.attemptState === "rejected" ? undefined : "rejected";
}

async function count(deps: SmsDependencies, ended: readonly Ended[], now: Date): Promise<void> {
  const results = new Map<string, { delivered: number; total: number }>();
  for (const { provider, messageType, status, failureClass } of ended) {
    if (status === "delivered") deps.metrics.delivered(provider, messageType);
    // Faults of the recipient or the content say nothing about the provider.
    const counts = status === "delivered" || failureClass === "handset" || failureClass === "carrier";
    if (!counts) continue;
    const sum = results.get(provider) ?? { delivered: 0, total: 0 };
    sum.total += 1;
    if (status === "delivered") sum.delivered += 1;
    results.set(provider, sum);
  }
  for (const [provider, sum] of results) await recordDeliveries(deps.platform.database.hot, provider, sum, now);
}
