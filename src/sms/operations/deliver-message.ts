import type { BreakerPermit } from "../../platform/breaker.ts";
import { ConnectorError } from "../../platform/errors.ts";
import { isRepeatableClass, type OutboundMessage, type SmsConnector } from "../connectors/port.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { outcomeRules } from "../rules/outcomes.ts";
import type { QueuedMessage } from "../store/claim.ts";
import { pauseProvider } from "../store/provider-stats.ts";
import { insertSuppression } from "../store/rules.ts";
import type { Settled, Settlement } from "../store/settle.ts";
import { type AttemptOutcome, settlementOf } from "./settlement.ts";

/** A message whose attempt is committed as `dispatching`, ready to be handed over. */
export interface Delivery {
  attemptId: string;
  message: QueuedMessage;
  provider: Provider;
  connector: SmsConnector;
  permit: BreakerPermit;
  /** Deliveries with the same id are handed over in one call. */
  callId: string | undefined;
  /** Providers that could take this message, this one included. */
  alternatives: number;
}

const PAUSE_MS = 10_000;
const SETTLE_TRIES_MAX = 6;
const VALID_SECONDS_MIN = 60;

/** Deliveries by the call they share. */
export function groupCalls(deliveries: readonly Delivery[]): Delivery[][] {
  return [...Map.groupBy(deliveries, ({ callId, attemptId }) => callId ?? attemptId).values()];
}

/** A delivery and what came of its call. */
export interface Reply {
  delivery: Delivery;
  outcome: AttemptOutcome;
}

/**
 * Calls the provider once for these deliveries, outside any transaction. Never throws: a fault of the gateway leaves the
 * outcome unknown.
 */
export async function handOver(deps: SmsDependencies, deliveries: readonly Delivery[]): Promise<Reply[]> {
  const [first] = deliveries;
  const outcomes = first ? await callProvider(deps, first, deliveries) : [];
  return deliveries.map((delivery, index) => {
    return { delivery, outcome: outcomes[index] ?? { kind: "unknown", reason: "the reply does not speak of it" } };
  });
}

/**
 * Records the replies of one call, and tells the provider's breaker. What cannot be recorded becomes `unknown` when the
 * attempt's lease runs out.
 */
export async function recordReplies(deps: SmsDependencies, replies: readonly Reply[]): Promise<void> {
  const first = replies[0]?.delivery;
  if (!first) return;
  const settling = replies.map(async ({ delivery, outcome }) => {
    const settlement = settle(deps, delivery, outcome);
    await record(deps, delivery, settlement);
    if (outcome.kind === "rejected" && outcome.optedOut) await suppress(deps, delivery);
    return settlement;
  });
  const settlements = await Promise.all(settling);
  const classes = settlements.map(({ outcomeClass }) => outcomeClass);
  const { hot } = deps.platform.database;
  if (classes.includes("throttle")) await pauseProvider(hot, first.provider.name, PAUSE_MS);
  // One call, one verdict: any message that was taken shows that the provider works.
  const verdicts = classes.map((outcomeClass) => outcomeRules[outcomeClass].breaker);
  const verdict = (["success", "failure"] as const).find((one) => verdicts.includes(one)) ?? "neutral";
  await deps.breakerReports.report(first.provider.name, first.permit, verdict);
  if (settlements.some(({ state }) => state === "not_sent")) deps.platform.jobs.wake(jobNames.dispatch);
}

/** Who has told a provider to stop wants no promotions through another one either. */
async function suppress(deps: SmsDependencies, { message, provider }: Delivery): Promise<void> {
  await insertSuppression(deps.platform.database.db, {
    recipient: message.recipient,
    reason: "opted out at the provider",
    createdBy: provider.name,
    createdAt: deps.platform.clock.now(),
  });
}

function settle(deps: SmsDependencies, delivery: Delivery, outcome: AttemptOutcome): Settlement {
  const { message, provider } = delivery;
  const attemptNumber = message.attemptsCount + 1;
  return settlementOf(
    outcome,
    {
      attemptId: delivery.attemptId,
      messageId: message.id,
      messageType: message.messageType,
      segments: message.segments,
      attemptNumber,
      canFailOver: message.requestedProvider === undefined && attemptNumber < delivery.alternatives,
      costPerMessage: provider.costPerMessage,
      costPerSegment: provider.costPerSegment,
    },
    deps.platform.clock.now(),
  );
}

async function callProvider(
  deps: SmsDependencies,
  { provider, connector }: Delivery,
  deliveries: readonly Delivery[],
): Promise<readonly AttemptOutcome[]> {
  const outbound = deliveries.map((delivery) => outboundOf(deps, delivery));
  const [only] = outbound;
  const call = { timeoutMs: provider.settings.timeoutMs, log: deps.log };
  const startedAt = performance.now();
  const isMany = outbound.length > 1;
  try {
    if (isMany && connector.sendMany) return await connector.sendMany(outbound, call);
    return only ? [await connector.send(only, call)] : [];
  } catch (error) {
    return deliveries.map(() => outcomeOfError(deps, provider, error));
  } finally {
    deps.metrics.latency(provider.name, isMany ? "send_many" : "send", (performance.now() - startedAt) / 1_000);
  }
}

function outcomeOfError(deps: SmsDependencies, provider: Provider, error: unknown): AttemptOutcome {
  if (error instanceof ConnectorError && isRepeatableClass(error.details.reason)) {
    const { reason, providerCode, providerMessage } = error.details;
    return {
      kind: "not_taken",
      outcomeClass: reason,
      reason: providerMessage ?? reason,
      ...(providerCode !== undefined && { providerCode }),
    };
  }
  deps.log.error("A connector failed; whether the message went out is unknown", { provider: provider.name, error });
  return { kind: "unknown", reason: "a fault of the gateway during the call" };
}

function outboundOf(deps: SmsDependencies, { attemptId, message }: Delivery): OutboundMessage {
  const remainingMs = message.expiresAt.getTime() - deps.platform.clock.now().getTime();
  return {
    attemptId,
    recipient: message.recipient,
    text: message.text,
    validForSeconds: Math.max(VALID_SECONDS_MIN, Math.floor(remainingMs / 1_000)),
  };
}

async function record(deps: SmsDependencies, delivery: Delivery, settlement: Settlement): Promise<void> {
  const { provider, message } = delivery;
  const settled = await settleWithPatience(deps, settlement);
  const status =
    settlement.state === "accepted" ? "success" : settlement.state === "unknown" ? ("unknown" as const) : "failure";
  deps.metrics.sent(provider.name, status, message.messageType);
  if (status !== "unknown") deps.totals.count(provider.name, status === "success" ? "sent" : "failed");
  if (settlement.costMicros !== undefined) deps.metrics.cost(provider.name, settlement.costMicros);
  if (settlement.state === "accepted") return;
  deps.log.warn("A message was not accepted by its provider", {
    provider: provider.name,
    error_type: settlement.outcomeClass,
    reason: settlement.outcomeReason,
    provider_code: settlement.providerCode,
    attempt_id: delivery.attemptId,
    recorded: settled !== undefined,
  });
}

/** The database may be away for a moment just when the provider has answered: the answer is worth waiting for. */
async function settleWithPatience(deps: SmsDependencies, settlement: Settlement): Promise<Settled | undefined> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await deps.settling.submit(settlement);
    } catch (error) {
      deps.log.error("The outcome of an attempt could not be recorded", { attempt_id: settlement.attemptId, error });
      if (tried >= SETTLE_TRIES_MAX) return undefined;
      await deps.platform.clock.sleep(250 * 2 ** tried);
    }
  }
}
