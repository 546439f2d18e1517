import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { BreakerState } from "../platform/breaker.ts";
import type { Clock } from "../platform/clock.ts";

/** Calls to the platform, by how they ended. `rejected` is a refusal for content, `error` certainly had no effect. */
export type RequestStatus = "success" | "rejected" | "unknown" | "error";

/** What the uploads and numbers look like now; gauges and health are made from it. */
export interface EinvoiceStock {
  /** Uploads that wait or are under way. */
  outboxDepth: number;
  /** Age of the oldest of them, seconds. */
  oldestAgeSeconds: number;
  unknownCount: number;
  rejectedCount: number;
  /** Uploads past the deadline of the law. */
  overdueCount: number;
  /** Uploads that were tried repeatedly without any effect, and why. */
  stalledCount: number;
  stalledReason: string | null;
  /** Open messages with at least half, and 90 %, of the allowed time used up, and not overdue. */
  halfCount: number;
  urgentCount: number;
  /** Numbers left in the present period. */
  numbersLeft: number;
  /** How long they last at the present rate of use. */
  numbersHoursLeft: number;
  /** Numbers of the next period. */
  nextPeriodNumbers: number;
  /** What a person should know about the numbers. */
  numbersConcern: string | null;
}

export interface EinvoiceMetrics {
  request(endpoint: string, status: RequestStatus, seconds: number): void;
  breaker(state: BreakerState): void;
  stock(stock: EinvoiceStock): void;
  issued(buyerKind: string): void;
  /** Moves the success rate's window on, also when nothing is being called. */
  refresh(): void;
  /** By how many seconds the process's clock is ahead of the database's. */
  clockDifference(seconds: number): void;
  /** Seconds of the latest call, `undefined` before the first. */
  latestSeconds(): number | undefined;
}

const WINDOW_MS = 300_000;
const BREAKER_VALUES: Record<BreakerState, number> = { closed: 0, open: 1, half_open: 2 };
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The metrics of this capability, registered under the deployment guide's names. */
export function createEinvoiceMetrics(registry: Registry, clock: Clock): EinvoiceMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const requests = new Counter({
    name: "einvoice_requests_total",
    help: "Calls to the e-invoice platform by operation and how they ended",
    labelNames: ["endpoint", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "einvoice_request_duration_seconds",
    help: "Duration of calls to the e-invoice platform",
    labelNames: ["endpoint"],
    buckets: CALL_SECONDS,
    registers,
  });
  const issuedTotal = new Counter({
    name: "einvoice_invoices_issued_total",
    help: "Invoices issued, by kind of buyer",
    labelNames: ["buyer_kind"],
    registers,
  });
  const breakerState = gauge("einvoice_circuit_breaker_state", "0 closed, 1 open, 2 half-open");
  const successRate = gauge(
    "einvoice_success_rate",
    "Share of the calls of the last 5 minutes that succeeded; 1 when there were none",
  );
  const outboxDepth = gauge("einvoice_outbox_depth", "Uploads that wait or are under way");
  const oldestAge = gauge("einvoice_outbox_oldest_age_seconds", "Age of the oldest upload that is not accepted yet");
  const unknownUploads = gauge("einvoice_uploads_unknown", "Uploads whose outcome nobody knows yet");
  const rejectedUploads = gauge("einvoice_uploads_rejected", "Uploads that the platform refused; a person must act");
  const overdueUploads = gauge("einvoice_uploads_overdue", "Uploads past the deadline of the law");
  const stalledUploads = gauge("einvoice_uploads_stalled", "Uploads that were tried repeatedly without any effect");
  const numbersLeft = gauge("einvoice_numbers_left", "Invoice numbers left in the present period");
  const numbersSecondsLeft = gauge(
    "einvoice_numbers_seconds_left",
    "Seconds that the numbers last at the present rate of use",
  );
  const nextPeriodNumbers = gauge("einvoice_next_period_numbers", "Invoice numbers there are for the next period");
  const halfUploads = gauge("einvoice_uploads_half_time", "Uploads with 50 to 90 % of the allowed time used up");
  const urgentUploads = gauge("einvoice_uploads_urgent", "Uploads with at least 90 % of the allowed time used up");
  const clockDifference = gauge(
    "einvoice_clock_difference_seconds",
    "By how much the process's clock is ahead of the database's; negative when behind",
  );
  const window = createSuccessWindow(clock);
  let latest: number | undefined;
  successRate.set(1);
  breakerState.set(BREAKER_VALUES.closed);

  return {
    request: (endpoint, status, seconds) => {
      latest = seconds;
      requests.inc({ endpoint, status });
      durations.observe({ endpoint }, seconds);
      window.add(status === "success");
      successRate.set(window.rate());
    },
    breaker: (state) => breakerState.set(BREAKER_VALUES[state]),
    issued: (buyerKind) => issuedTotal.inc({ buyer_kind: buyerKind }),
    stock: (stock) => {
      outboxDepth.set(stock.outboxDepth);
      oldestAge.set(stock.oldestAgeSeconds);
      unknownUploads.set(stock.unknownCount);
      rejectedUploads.set(stock.rejectedCount);
      overdueUploads.set(stock.overdueCount);
      stalledUploads.set(stock.stalledCount);
      numbersLeft.set(stock.numbersLeft);
      numbersSecondsLeft.set(stock.numbersHoursLeft * 3_600);
      nextPeriodNumbers.set(stock.nextPeriodNumbers);
      halfUploads.set(stock.halfCount);
      urgentUploads.set(stock.urgentCount);
    },
    refresh: () => successRate.set(window.rate()),
    clockDifference: (seconds) => clockDifference.set(seconds),
    latestSeconds: () => latest,
  };
}

const BUCKETS = 30;

/** Counts successes and calls in 30 slices of the window, so that memory is bounded whatever the traffic. */
export function createSuccessWindow(clock: Clock): { add(success: boolean): void; rate(): number } {
  const sliceMs = WINDOW_MS / BUCKETS;
  const slices = new Map<number, { calls: number; successes: number }>();
  const present = () => Math.floor(clock.now().getTime() / sliceMs);

  function forget(): void {
    for (const slice of slices.keys()) if (slice <= present() - BUCKETS) slices.delete(slice);
  }

  return {
    add: (success) => {
      forget();
      const slice = slices.get(present()) ?? { calls: 0, successes: 0 };
      slice.calls += 1;
      if (success) slice.successes += 1;
      slices.set(present(), slice);
    },
    rate: () => {
      forget();
      const counted = [...slices.values()];
      const calls = counted.reduce((total, slice) => total + slice.calls, 0);
      return calls === 0 ? 1 : counted.reduce((total, slice) => total + slice.successes, 0) / calls;
    },
  };
}
