import type postgres from "postgres";
import { addTotals } from "./store/provider-stats.ts";

/** Counts attempts in memory and adds them to `provider_configs` now and then, so that no send waits for a counter. */
export interface Totals {
  count(provider: string, outcome: "sent" | "failed"): void;
  flush(): Promise<void>;
}

export function createTotals(sql: postgres.Sql): Totals {
  let counts = new Map<string, { sent: number; failed: number }>();
  return {
    count: (provider, outcome) => {
      const sums = counts.get(provider) ?? { sent: 0, failed: 0 };
      sums[outcome] += 1;
      counts.set(provider, sums);
    },
    flush: async () => {
      const counted = counts;
      counts = new Map();
      for (const [provider, sums] of counted) await addTotals(sql, provider, sums);
    },
  };
}
