import type { Breaker } from "../platform/breaker.ts";
import type { Clock } from "../platform/clock.ts";
import type { EinvoiceMetrics, EinvoiceStock } from "./metrics.ts";
import { periodOf } from "./rules/period.ts";
import type { RangeStore } from "./store/ranges.ts";
import type { UploadOversight } from "./store/upload-oversight.ts";

/** Looks at uploads and numbers, and sets the gauges from what it saw. */
export interface StockWatch {
  refresh(): Promise<EinvoiceStock>;
}

export function createStockWatch(deps: {
  clock: Clock;
  oversight: UploadOversight;
  ranges: RangeStore;
  breaker: Breaker;
  metrics: EinvoiceMetrics;
}): StockWatch {
  return {
    refresh: async () => {
      const now = deps.clock.now();
      const [counts, numbers, breakerState] = await Promise.all([
        deps.oversight.counts(now),
        deps.ranges.stock(periodOf(now)),
        deps.breaker.state(),
      ]);
      const stock: EinvoiceStock = {
        outboxDepth: counts.open,
        oldestAgeSeconds: counts.oldestAgeSeconds,
        unknownCount: counts.unknown,
        rejectedCount: counts.rejected,
        overdueCount: counts.overdue,
        stalledCount: counts.stalled,
        stalledReason: counts.stalledReason,
        numbersLeft: numbers.left,
      };
      deps.metrics.stock(stock);
      deps.metrics.breaker(breakerState);
      deps.metrics.refresh();
      return stock;
    },
  };
}
