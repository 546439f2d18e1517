import { ConnectorError } from "../../platform/errors.ts";
import type { ResolveOutcome, SmsConnector } from "../connectors/port.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import {
  claimUnresolved,
  isClaimedByOther,
  setResolveAt,
  takeSlotAgain,
  type UnresolvedAttempt,
} from "../store/housekeeping.ts";
import { resendUnresolved } from "../store/operators.ts";
import { type AttemptOutcome, settlementOf } from "./settlement.ts";

const ITEMS_MAX = 10;
/** While one process asks, no other does. */
const CLAIM_MS = 90_000;
/** Pauses before the next question; after the last one the outcome is left to receipts and to a person. */
const PAUSES_MS = [5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000] as const;
/** Questions before a type that prefers a second copy to a loss is sent again. */
const RESEND_AFTER_QUESTIONS = 2;
const VALID_SECONDS_MIN = 60;
/** What recording the outcome may take beyond the call itself. */
const LEASE_MARGIN_MS = 30_000;

/** Asks the providers about attempts of unknown outcome. Never sends a second copy, unless the policy for the type allows it. */
export async function resolveUnknown(deps: SmsDependencies): Promise<{ more: boolean }> {
  const now = deps.platform.clock.now();
  const nextAt = new Date(now.getTime() + CLAIM_MS);
  const attempts = await claimUnresolved(deps.platform.database.hot, { now, nextAt, itemsMax: ITEMS_MAX });
  // One after the other where the recipient is the same: what is found for one must be known when the next is asked about.
  const groups = Map.groupBy(attempts, ({ provider, recipient }) => `${provider} ${recipient}`);
  await Promise.all([...groups.values()].map((group) => resolveInTurn(deps, group)));
  return { more: attempts.length === ITEMS_MAX };
}

async function resolveInTurn(deps: SmsDependencies, attempts: readonly UnresolvedAttempt[]): Promise<void> {
  for (const attempt of attempts) await resolveOne(deps, attempt);
}

async function resolveOne(deps: SmsDependencies, attempt: UnresolvedAttempt): Promise<void> {
  const provider = await deps.providers.find(attempt.provider);
  const outcome = provider?.connector
    ? await ask(deps, provider, provider.connector, attempt)
    : { kind: "undecided" as const, reason: "the provider is not set up" };
  deps.log.info("An unknown outcome was asked about", {
    provider: attempt.provider,
    attempt_id: attempt.attemptId,
    outcome: outcome.kind,
    reason: outcome.kind === "taken" ? undefined : outcome.reason,
  });
  if (outcome.kind === "undecided" || !provider) {
    return waitOrGiveUp(deps, attempt, {
      askAgainMs: outcome.kind === "undecided" ? outcome.askAgainMs : undefined,
      mayResend: provider?.settings.resendUnknown.some((type) => type === attempt.messageType) ?? false,
    });
  }
  await deps.settling.submit(
    settlementOf(asAttemptOutcome(outcome), contextOf(attempt, provider), deps.platform.clock.now()),
  );
  if (outcome.kind === "not_taken") deps.platform.jobs.wake(jobNames.dispatch);
}

async function ask(
  deps: SmsDependencies,
  provider: Provider,
  connector: SmsConnector,
  attempt: UnresolvedAttempt,
): Promise<ResolveOutcome> {
  const { attemptId, recipient, text, startedAt } = attempt;
  if (text === undefined) return { kind: "undecided", reason: "the text is not kept any more" };
  const { hot } = deps.platform.database;
  const remainingMs = attempt.expiresAt.getTime() - deps.platform.clock.now().getTime();
  const isStillUseful = remainingMs > 0;
  const { timeoutMs } = provider.settings;
  if (provider.definition.supports.idempotentSend && isStillUseful) {
    const { rateLimit, inFlightMax } = provider;
    const times = { leaseMs: timeoutMs + LEASE_MARGIN_MS, rateWindowMs: deps.rateWindowMs };
    if (!(await takeSlotAgain(hot, { attemptId, provider: provider.name, rateLimit, inFlightMax }, times))) {
      return { kind: "undecided", reason: "no free slot" };
    }
  }
  const begun = performance.now();
  try {
    return await connector.resolve(
      {
        attemptId,
        recipient,
        text,
        startedAt,
        isStillUseful,
        validForSeconds: Math.max(VALID_SECONDS_MIN, Math.floor(remainingMs / 1_000)),
        belongsToAnother: (id) => isClaimedByOther(hot, provider.name, id, attemptId),
      },
      { timeoutMs, log: deps.log },
    );
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { kind: "undecided", reason: error.details.providerMessage ?? error.details.reason };
  } finally {
    deps.metrics.latency(provider.name, "resolve", (performance.now() - begun) / 1_000);
  }
}

function asAttemptOutcome(outcome: Exclude<ResolveOutcome, { kind: "undecided" }>): AttemptOutcome {
  if (outcome.kind === "rejected") return outcome;
  if (outcome.kind === "not_taken") return { kind: "not_taken", outcomeClass: "not_sent", reason: outcome.reason };
  const { providerMessageId, points } = outcome;
  return { kind: "accepted", providerMessageId, ...(points !== undefined && { points }) };
}

function contextOf(attempt: UnresolvedAttempt, provider: Provider) {
  return {
    attemptId: attempt.attemptId,
    messageId: attempt.messageId,
    messageType: attempt.messageType,
    segments: attempt.segments,
    attemptNumber: attempt.attemptsCount,
    canFailOver: true,
    costPerMessage: provider.costPerMessage,
    costPerSegment: provider.costPerSegment,
  };
}

async function waitOrGiveUp(
  deps: SmsDependencies,
  attempt: UnresolvedAttempt,
  { askAgainMs, mayResend }: { askAgainMs: number | undefined; mayResend: boolean },
): Promise<void> {
  const { hot } = deps.platform.database;
  const now = deps.platform.clock.now();
  if (mayResend && attempt.resolveCount >= RESEND_AFTER_QUESTIONS) {
    if (await resendUnresolved(hot, attempt, now)) deps.platform.jobs.wake(jobNames.dispatch);
  }
  const usualMs = PAUSES_MS[attempt.resolveCount - 1];
  const pauseMs = usualMs === undefined ? undefined : Math.min(usualMs, askAgainMs ?? usualMs);
  await setResolveAt(hot, attempt.attemptId, pauseMs === undefined ? undefined : new Date(now.getTime() + pauseMs));
}
