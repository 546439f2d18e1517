import { ConnectorError } from "../../platform/errors.ts";
import type { SmsConnector } from "../connectors/port.ts";
import { jobNames, type SmsDependencies } from "../dependencies.ts";
import type { Provider } from "../providers.ts";
import { claimLate } from "../store/housekeeping.ts";
import { storeReceipt } from "./accept-receipt.ts";

/** Calls to one provider per round. */
const FETCHES_MAX = 10;
const LEASE_MS = 120_000;

/** Asks each provider for the receipts of messages whose receipt is late, and stores them like those that are called in. */
export async function pollReceipts(deps: SmsDependencies): Promise<{ more: boolean }> {
  const rounds = (await deps.providers.list()).map((provider) =>
    provider.connector ? pollInTurn(deps, provider, provider.connector) : false,
  );
  return { more: (await Promise.all(rounds)).some((isFull) => isFull) };
}

/** One process asks a provider at a time, so that its questions take one connection however many processes there are. */
async function pollInTurn(deps: SmsDependencies, provider: Provider, connector: SmsConnector): Promise<boolean> {
  const lease = await deps.platform.leases.acquire(`sms-poll-${provider.name}`, LEASE_MS);
  if (!lease) return false;
  try {
    return await pollProvider(deps, provider, connector);
  } finally {
    await lease.release();
  }
}

async function pollProvider(deps: SmsDependencies, provider: Provider, connector: SmsConnector): Promise<boolean> {
  const perFetch = provider.definition.supports.receiptsPerFetchMax;
  const itemsMax = FETCHES_MAX * perFetch;
  const late = await claimLate(deps.platform.database.hot, {
    provider: provider.name,
    now: deps.platform.clock.now(),
    itemsMax,
  });
  for (let first = 0; first < late.length; first += perFetch) {
    const begun = performance.now();
    try {
      const call = { timeoutMs: provider.settings.timeoutMs, log: deps.log };
      const receipts = await connector.fetchReceipts(late.slice(first, first + perFetch), call);
      for (const receipt of receipts) await storeReceipt(deps, provider.name, "poll", receipt);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      // Their next turn stands already; a provider that cannot be asked now is not asked for the rest of this round.
      deps.log.warn("Receipts could not be fetched", { provider: provider.name, error_type: error.details.reason });
      return false;
    } finally {
      deps.metrics.latency(provider.name, "fetch_receipts", (performance.now() - begun) / 1_000);
    }
  }
  if (late.length > 0) deps.platform.jobs.wake(jobNames.receipts);
  return late.length === itemsMax;
}
