import type { SmsMessageSummary } from "@luckygas/gateway-client";
import { ConnectorError, OperationError } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { isSecretText } from "../rules/message-types.ts";
import { cancelWaiting } from "../store/operators.ts";
import { findAttempts, isOneOfMany, type MessageRow } from "../store/queries.ts";
import { storeReceipt } from "./accept-receipt.ts";
import { applyReceipts } from "./apply-receipts.ts";
import { requireMessage } from "./get-message.ts";
import { summaryOf } from "./message-view.ts";

/**
 * Stops a message that waits, or that its provider still holds for later; repeated, it answers the same. One that is on its
 * way, or may be, is `state_not_allowed`.
 */
export async function cancelMessage(deps: SmsDependencies, input: { id: string }): Promise<SmsMessageSummary> {
  const before = await requireMessage(deps, input.id);
  const clearsText = isSecretText(before.messageType);
  await cancelWaiting(deps.platform.database.hot, input.id, { now: deps.platform.clock.now(), clearsText });
  const waiting = await requireMessage(deps, input.id);
  if (waiting.status === "submitted") await cancelAtProvider(deps, waiting);
  const after = waiting.status === "submitted" ? await requireMessage(deps, input.id) : waiting;
  if (after.status !== "cancelled") {
    throw new OperationError("state_not_allowed", `the message is ${after.status} and cannot be cancelled any more`, {
      reason: "handed_over",
    });
  }
  return summaryOf(after);
}

/** Asks the provider to take it back, where that takes back nothing else; what it says is kept as a receipt. */
async function cancelAtProvider(deps: SmsDependencies, { id, recipient }: MessageRow): Promise<void> {
  const { db } = deps.platform.database;
  const attempt = (await findAttempts(db, id)).at(-1);
  const provider = attempt && (await deps.providers.find(attempt.provider));
  const connector = provider?.connector;
  if (!provider || !connector?.cancel || !attempt?.providerMessageId) return;
  const { providerMessageId } = attempt;
  // Where a provider takes back whole batches, only a message that is alone in its own.
  const takesBackMore =
    provider.definition.supports.cancels === "call" &&
    (await isOneOfMany(db, { id: attempt.id, provider: provider.name, providerMessageId }));
  if (takesBackMore) return;
  const call = { timeoutMs: provider.settings.timeoutMs, log: deps.log };
  const begun = performance.now();
  try {
    const outcome = await connector.cancel({ providerMessageId, recipient }, call);
    if (outcome.kind !== "cancelled") return;
    await storeReceipt(deps, provider.name, "poll", outcome.receipt);
    while ((await applyReceipts(deps)).more);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const fields = { provider: provider.name, error_type: error.details.reason };
    deps.log.warn("A provider could not be asked to take a message back", fields);
  } finally {
    deps.metrics.latency(provider.name, "cancel", (performance.now() - begun) / 1_000);
  }
}
