import type { DbOrTx } from "../../platform/database.ts";
import type { ProviderConfiguration } from "../settings.ts";
import { providerConfigs } from "../tables.ts";

/** The rows of `provider_configs`; `config` is still unchecked. */
export async function readProviderConfigurations(db: DbOrTx): Promise<ProviderConfiguration[]> {
  const rows = await db.select().from(providerConfigs);
  return rows.map((row) => ({
    provider: row.provider,
    priority: row.priority,
    rateLimit: row.rateLimit,
    isActive: row.isActive,
    config: row.config,
    ...(row.dailyLimit !== null && { dailyLimit: row.dailyLimit }),
    ...(row.costPerMessage !== null && { costPerMessage: row.costPerMessage }),
    ...(row.costPerSegment !== null && { costPerSegment: row.costPerSegment }),
  }));
}

export interface ProviderWrite {
  provider: string;
  priority: number;
  rateLimit: number;
  isActive: boolean;
  dailyLimit?: number | undefined;
  costPerMessage?: string | undefined;
  costPerSegment?: string | undefined;
  config: Record<string, unknown>;
}

/** Writes a provider's row. Counters and rates of an existing one stay. */
export async function writeProviderConfiguration(db: DbOrTx, write: ProviderWrite, now: Date): Promise<void> {
  const { provider, dailyLimit, costPerMessage, costPerSegment, ...rest } = write;
  const set = {
    ...rest,
    dailyLimit: dailyLimit ?? null,
    costPerMessage: costPerMessage ?? null,
    costPerSegment: costPerSegment ?? null,
    updatedAt: now,
  };
  await db
    .insert(providerConfigs)
    .values({ provider, ...set })
    .onConflictDoUpdate({ target: providerConfigs.provider, set });
}
