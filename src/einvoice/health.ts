import type { ServiceHealth } from "../platform/capability.ts";
import { type ClockGuard, inWords } from "./clock-guard.ts";
import type { ActiveSellers } from "./connectors/active-seller.ts";
import type { EinvoiceMetrics, EinvoiceStock } from "./metrics.ts";
import type { StockWatch } from "./stock-watch.ts";

/** The health of the e-invoice service, from memory and the database. */
export function createEinvoiceHealth(deps: {
  sellers: ActiveSellers;
  watch: StockWatch;
  metrics: EinvoiceMetrics;
  clockGuard: ClockGuard | undefined;
}) {
  return async (): Promise<Record<string, ServiceHealth>> => {
    const state = await deps.sellers.current();
    if ("missing" in state) return { einvoice: { status: "disabled", detail: state.missing } };
    const [stock, circuitBreaker] = await Promise.all([deps.watch.refresh(), state.active.connector.state()]);
    const seconds = deps.metrics.latestSeconds();
    const problem =
      (await clockProblem(deps.clockGuard)) ??
      (circuitBreaker === "open" ? "the e-invoice platform does not answer; uploads wait" : undefined);
    const concerns = problem ?? concern(stock);
    return {
      einvoice: {
        status: problem ? "unhealthy" : concerns ? "degraded" : "healthy",
        ...(concerns && { detail: concerns }),
        ...(seconds !== undefined && { response_time: seconds }),
        circuit_breaker: circuitBreaker,
      },
    };
  };
}

async function clockProblem(guard: ClockGuard | undefined): Promise<string | undefined> {
  if (!guard) return undefined;
  const difference = await guard.differenceMs();
  return guard.isTooFar(difference) ? `${inWords(difference)}; nothing is issued until it is right` : undefined;
}

/** What a person should look at, the most pressing first. */
function concern(stock: EinvoiceStock): string | undefined {
  if (stock.overdueCount > 0) return `${stock.overdueCount} uploads are past the deadline of the law`;
  if (stock.rejectedCount > 0) return `${stock.rejectedCount} uploads were refused by the platform; see listDeadlines`;
  if (stock.stalledCount > 0) return `${stock.stalledCount} uploads fail again and again: ${stock.stalledReason}`;
  if (stock.urgentCount > 0) return `${stock.urgentCount} uploads have used up 90 % of their time; see listDeadlines`;
  if (stock.numbersConcern) return stock.numbersConcern;
  if (stock.halfCount > 0) return `${stock.halfCount} uploads have used up half of their time; see listDeadlines`;
  if (stock.unknownCount > 0) return `${stock.unknownCount} uploads have an unknown outcome and are being asked about`;
  return undefined;
}
