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
