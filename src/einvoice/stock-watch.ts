import type { Breaker } from "../platform/breaker.ts";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import type { EinvoiceMetrics, EinvoiceStock } from "./metrics.ts";
import { nextPeriod, periodOf } from "./rules/period.ts";
import { averageUsePerHour, hoursLeft, type PeriodStock, stockConcern } from "./rules/stock.ts";
import type { DeadlineStore } from "./store/deadlines.ts";
import type { RangeStore } from "./store/ranges.ts";
import type { UploadOversight } from "./store/upload-oversight.ts";

/** Looks at uploads and numbers, sets the gauges from what it saw, and raises alarms when something got worse. */
export interface StockWatch {
  refresh(): Promise<EinvoiceStock>;
}

interface Deps {
  clock: Clock;
  log: Log;
  oversight: UploadOversight;
  deadlines: DeadlineStore;
  ranges: RangeStore;
  breaker: Breaker;
  metrics: EinvoiceMetrics;
}

export function createStockWatch(deps: Deps): StockWatch {
  const useRate = createUseRate();
  let before: EinvoiceStock | undefined;
  return {
    refresh: async () => {
      const now = deps.clock.now();
      const period = periodOf(now);
      const [counts, levels, present, next, breakerState] = await Promise.all([
        deps.oversight.counts(),
        deps.deadlines.counts(now),
        deps.ranges.stock(period),
        deps.ranges.stock(nextPeriod(period)),
        deps.breaker.state(),
      ]);
      const usedPerHour = useRate(period, present, now);
      const stock: EinvoiceStock = {
        outboxDepth: counts.open,
        oldestAgeSeconds: counts.oldestAgeSeconds,
        unknownCount: counts.unknown,
        rejectedCount: counts.rejected,
        overdueCount: levels.overdue,
        halfCount: levels.half,
        urgentCount: levels.urgent,
        stalledCount: counts.stalled,
        stalledReason: counts.stalledReason,
        numbersLeft: present.left,
        numbersHoursLeft: hoursLeft(present, usedPerHour),
        nextPeriodNumbers: next.left,
        numbersConcern: stockConcern(now, present, next, usedPerHour) ?? null,
      };
      deps.metrics.stock(stock);
      deps.metrics.breaker(breakerState);
      deps.metrics.refresh();
      raiseAlarms(deps.log, before, stock);
      before = stock;
      return stock;
    },
  };
}

const HOUR_MS = 3_600_000;
/** Use is looked at over this span at most; a shorter one than `SPAN_MS_MIN` says nothing. */
const SPAN_MS_MAX = 24 * HOUR_MS;
const SPAN_MS_MIN = HOUR_MS / 6;
const SAMPLES_MAX = 288;

/** Numbers used per hour: the greater of the period's average and what this process saw within the last day. */
function createUseRate(): (period: string, stock: PeriodStock, now: Date) => number {
  let samples: { period: string; atMs: number; used: number }[] = [];
  return (period, stock, now) => {
    const atMs = now.getTime();
    const used = stock.total - stock.left;
    samples = samples.filter((sample) => sample.period === period && sample.atMs >= atMs - SPAN_MS_MAX);
    const latest = samples.at(-1);
    if (!latest || atMs - latest.atMs >= SPAN_MS_MAX / SAMPLES_MAX) samples.push({ period, atMs, used });
    const average = averageUsePerHour(stock, now);
    const oldest = samples[0];
    if (!oldest || atMs - oldest.atMs < SPAN_MS_MIN) return average;
    return Math.max(average, ((used - oldest.used) * HOUR_MS) / (atMs - oldest.atMs));
  };
}

function raiseAlarms(log: Log, before: EinvoiceStock | undefined, stock: EinvoiceStock): void {
  const grew = (count: "halfCount" | "urgentCount" | "overdueCount") => stock[count] > (before?.[count] ?? 0);
  const alarm = (error_type: string) => ({ service: "einvoice", error_type });
  if (grew("overdueCount")) {
    log.error(`${stock.overdueCount} e-invoice uploads are past the deadline of the law`, alarm("UploadOverdue"));
  }
  if (grew("urgentCount")) {
    log.error(`${stock.urgentCount} e-invoice uploads have used up 90 % of their time`, alarm("UploadUrgent"));
  }
  if (grew("halfCount")) {
    log.warn(`${stock.halfCount} e-invoice uploads have used up half of their time`, alarm("UploadHalfTime"));
  }
  if (stock.numbersConcern && !before?.numbersConcern) log.warn(stock.numbersConcern, alarm("NumberStockLow"));
}
