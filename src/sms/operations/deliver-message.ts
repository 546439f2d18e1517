import type { BreakerPermit } from "../../platform/breaker.ts";
import { ConnectorError } from "../../platform/errors.ts";
import { isRepeatableClass, type OutboundMessage, type SmsConnector } from "../connectors/port.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { outcomeRules } from "../rules/outcomes.ts";
import type { QueuedMessage } from "../store/claim.ts";
import { pauseProvider } from "../store/provider-stats.ts";
import type { Settled, Settlement } from "../store/settle.ts";
import { type AttemptOutcome, settlementOf } from "./settlement.ts";

/** A message whose attempt is committed as `dispatching`, ready to be handed over. */
export interface Delivery {
  attemptId: string;
  message: QueuedMessage;
  provider: Provider;
  connector: SmsConnector;
  permit: BreakerPermit;
  /** Providers that could take this message, this one included. */
  alternatives: number;
}

const PAUSE_MS = 10_000;
const SETTLE_TRIES_MAX = 6;
const VALID_SECONDS_MIN = 60;

/**
 * Calls the provider, outside any transaction, and records what came of it. Never throws: what cannot be recorded becomes
 * `unknown` when the attempt's lease runs out.
 */
export async function deliverMessage(deps: SmsDependencies, delivery: Delivery): Promise<void> {
  const outcome = await callProvider(deps, delivery);
  const { message, provider } = delivery;
  const attemptNumber = message.attemptsCount + 1;
  const settlement = settlementOf(
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
  await record(deps, delivery, settlement);
  if (settlement.outcomeClass === "throttle") await pauseProvider(deps.platform.database.hot, provider.name, PAUSE_MS);
  const { breaker: verdict } = outcomeRules[settlement.outcomeClass];
  await deps.breakerReports.report(provider.name, delivery.permit, verdict);
  if (settlement.state === "not_sent") deps.platform.jobs.wake(jobNames.dispatch);
}

async function callProvider(deps: SmsDependencies, delivery: Delivery): Promise<AttemptOutcome> {
  const { message, provider, connector } = delivery;
  const remainingMs = message.expiresAt.getTime() - deps.platform.clock.now().getTime();
  const outbound: OutboundMessage = {
    attemptId: delivery.attemptId,
    recipient: message.recipient,
    text: message.text,
    validForSeconds: Math.max(VALID_SECONDS_MIN, Math.floor(remainingMs / 1_000)),
  };
  const startedAt = performance.now();
  try {
    return await connector.send(outbound, { timeoutMs: provider.settings.timeoutMs, log: deps.log });
  } catch (error) {
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
  } finally {
    deps.metrics.latency(provider.name, "send", (performance.now() - startedAt) / 1_000);
  }
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
