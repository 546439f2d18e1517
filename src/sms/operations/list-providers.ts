import type { SmsProvider } from "@luckygas/gateway-client";
import type { BreakerState } from "../../platform/breaker.ts";
import type { ServiceHealth } from "../../platform/capability.ts";
import type { SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { formatMicros } from "../rules/cost.ts";
import { successRate } from "../rules/success-rate.ts";
import { countSlots, SLOTS_COUNTED_MAX } from "../store/claim.ts";
import { type Credit, readCredits, readDeliveryRecords } from "../store/provider-stats.ts";

/** The providers in order of priority, with what is known of each from the database; none is called. */
export async function listProviders(deps: SmsDependencies): Promise<{ items: SmsProvider[]; nextCursor: null }> {
  const { hot } = deps.platform.database;
  const providers = await deps.providers.list();
  // Counting the slots of one without a limit would read every message of its last minute for nothing.
  const limited = providers.filter(({ rateLimit }) => rateLimit <= SLOTS_COUNTED_MAX);
  const names = limited.map(({ name }) => name);
  const [usage, records, credits] = await Promise.all([
    countSlots(hot, names),
    readDeliveryRecords(hot),
    readCredits(hot),
  ]);
  const now = deps.platform.clock.now();
  const items = await Promise.all(
    providers.map(async (provider): Promise<SmsProvider> => {
      const breaker = await provider.breaker.state();
      const credit = credits.get(provider.name);
      return {
        provider: provider.name,
        status: statusOf(provider, breaker, credit),
        detail: detailOf(provider, breaker, credit) ?? null,
        priority: provider.priority,
        rateLimitPerMinute: provider.rateLimit,
        rateLimitRemaining: Math.max(0, provider.rateLimit - (usage.get(provider.name)?.used ?? 0)),
        circuitBreaker: breaker,
        successRate: successRate(records.get(provider.name), now),
        costPerSegmentTwd: provider.costPerSegment === undefined ? null : formatMicros(provider.costPerSegment),
        credit: credit?.credit ?? null,
        creditAt: credit?.at.toISOString() ?? null,
        isCreditLow: credit?.isLow ?? false,
      };
    }),
  );
  return { items, nextCursor: null };
}

/** The providers in the shape of the health answer: `sms_every8d` and so on. Also sets the gauges. */
export async function providersHealth(deps: SmsDependencies): Promise<Record<string, ServiceHealth>> {
  const { items } = await listProviders(deps);
  return Object.fromEntries(
    items.map((item) => {
      deps.metrics.health(item.provider, item.status === "healthy" || item.status === "degraded");
      deps.metrics.rateLimitRemaining(item.provider, item.rateLimitRemaining);
      // Only a gauge is a floating-point number.
      if (item.credit !== null) deps.metrics.credit(item.provider, Number(item.credit), item.isCreditLow);
      return [
        `sms_${item.provider}`,
        {
          status: item.status,
          rate_limit_remaining: item.rateLimitRemaining,
          circuit_breaker: item.circuitBreaker,
          ...(item.detail !== null && { detail: item.detail }),
        },
      ];
    }),
  );
}

function statusOf(provider: Provider, breaker: BreakerState, credit: Credit | undefined): SmsProvider["status"] {
  if (provider.problem) return provider.problem.kind === "disabled" ? "disabled" : "unhealthy";
  if (breaker === "open") return "unhealthy";
  return breaker === "half_open" || credit?.isLow ? "degraded" : "healthy";
}

function detailOf(provider: Provider, breaker: BreakerState, credit: Credit | undefined): string | undefined {
  if (provider.problem) return provider.problem.detail;
  if (breaker === "closed") return credit?.isLow ? `credit is low: ${credit.credit} left` : undefined;
  return breaker === "open"
    ? "too many calls failed; it is tried again by itself"
    : "one call is let through as a probe";
}
