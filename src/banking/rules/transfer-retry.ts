import type { TransferErrorType } from "@luckygas/gateway-client";

/** Faults of the way to the bank; they may pass. All others are answers, and asking again would not change them. */
const transportFaults: ReadonlySet<TransferErrorType> = new Set<TransferErrorType>([
  "dns",
  "connect",
  "timeout",
  "disconnected",
  "handshake",
  "channel",
]);

/** Whether the same transfer may be tried again. Never after `auth` (accounts lock) or `host_key` (someone may be listening). */
export const mayRetry = (errorType: TransferErrorType): boolean =>
  transportFaults.has(errorType) || errorType === "integrity" || errorType === "pool_exhausted";

/** Whether the fault speaks against the bank's link and so counts for the circuit breaker. */
export const countsAgainstLink = (errorType: TransferErrorType): boolean => transportFaults.has(errorType);

const refusals: ReadonlySet<TransferErrorType> = new Set<TransferErrorType>([
  "permission",
  "no_such_file",
  "exists_or_failure",
]);

/** Whether the server answered a request, and refused it. */
export const isRefusal = (errorType: TransferErrorType): boolean => refusals.has(errorType);

const PAUSE_MS_MAX = 300_000;

/** Pause before try `next` (2 is the second): once, twice, four times `baseMs` …, ± 25 % by `random` in [0, 1), at most 5 minutes. */
export function retryDelayMs(next: number, random: number, baseMs: number): number {
  const pause = Math.min(baseMs * 2 ** Math.max(next - 2, 0), PAUSE_MS_MAX);
  return Math.round(pause * (0.75 + random / 2));
}
