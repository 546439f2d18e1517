import type { Contract } from "@luckygas/gateway-client";
import type { z } from "zod";
import { OperationError } from "../../platform/errors.ts";
import type { SmsDependencies } from "../dependencies.ts";
import { formatMicros, parseMicros } from "../rules/cost.ts";
import { readProviderConfigurations } from "../store/provider-configs.ts";

type ProviderSettings = z.output<Contract["sms"]["getProviderSettings"]["output"]>;

/** How a provider is used, as `upsertProvider` takes it; of one without a row of its own, what is in force. */
export async function getProviderSettings(
  deps: SmsDependencies,
  { provider: name }: { provider: string },
): Promise<ProviderSettings> {
  const rows = await readProviderConfigurations(deps.platform.database.db);
  const row = rows.find(({ provider }) => provider === name);
  if (row) {
    const { dailyLimit = null } = row;
    const costPerMessage = priceOf(parseMicros(row.costPerMessage ?? ""));
    const costPerSegment = priceOf(parseMicros(row.costPerSegment ?? ""));
    return {
      ...row,
      isActive: row.isActive ?? true,
      dailyLimit,
      costPerMessage,
      costPerSegment,
      config: configOf(row.config),
    };
  }
  const provider = (await deps.providers.list()).find((known) => known.name === name);
  if (!provider) throw new OperationError("not_found", "there is no such provider", { reason: "no_such_provider" });
  const { priority, rateLimit, dailyLimit = null, costPerMessage, costPerSegment } = provider;
  const prices = { costPerMessage: priceOf(costPerMessage), costPerSegment: priceOf(costPerSegment) };
  return { provider: name, priority, rateLimit, isActive: true, dailyLimit, ...prices, config: {} };
}

const priceOf = (micros: bigint | undefined) => (micros === undefined ? null : formatMicros(micros));
const configOf = (config: unknown): Record<string, unknown> =>
  typeof config === "object" && config !== null ? { ...config } : {};
