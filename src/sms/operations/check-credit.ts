import { ConnectorError } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { parseMicros } from "../rules/cost.ts";
import { recordCredit } from "../store/provider-stats.ts";

const LEASE_MS = 60_000;
/** Between two questions to a provider, over all processes. */
const ASK_EVERY_MS = 5 * 60_000;

/** Asks every provider that is in use what is left there, and warns once when it falls below its threshold. */
export async function checkCredit(deps: SmsDependencies): Promise<void> {
  for (const provider of await deps.providers.list()) {
    if (provider.problem || !provider.connector?.fetchCredit) continue;
    const lease = await deps.platform.leases.acquire(`sms-credit-${provider.name}`, LEASE_MS);
    if (!lease) continue;
    try {
      await ask(deps, provider);
    } finally {
      await lease.release();
    }
  }
}

async function ask(deps: SmsDependencies, provider: Provider): Promise<void> {
  const { hot } = deps.platform.database;
  const now = deps.platform.clock.now();
  const state = await recordCredit(hot, provider.name, { now, askEveryMs: ASK_EVERY_MS });
  if (!state.isDue) return;
  try {
    const credit = await provider.connector?.fetchCredit?.({ timeoutMs: provider.settings.timeoutMs, log: deps.log });
    const micros = credit === undefined ? undefined : parseMicros(credit);
    if (credit === undefined || micros === undefined) return;
    const isLow = micros < BigInt(provider.settings.lowCredit) * 1_000_000n;
    await state.write(credit, isLow);
    if (isLow && !state.wasLow) {
      deps.log.error("The credit at an SMS provider is low; buy points before it stops sending", {
        provider: provider.name,
        error_type: "SMSCreditLow",
        credit,
        threshold: provider.settings.lowCredit,
      });
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    deps.log.warn("The credit could not be asked for", {
      provider: provider.name,
      error_type: error.details.reason,
    });
  }
}
