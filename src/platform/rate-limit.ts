import { OperationError } from "./errors.ts";
import type { Caller } from "./rpc.ts";

/** How often one caller may call. */
export interface CallerLimits {
  /** Counts one call. Throws `rate_limited`, reason `caller_limit`, when the caller has used up what it may. */
  take(caller: Caller): void;
  /** Calls of the busiest caller in the present minute and the one before, by role; for the metric. */
  busiest(): Map<Caller["role"], number>;
}

export interface CallerLimitsOptions {
  /** Calls a second that a caller may make for ever; ten times as many at once after a pause. A driver may make a tenth. */
  callsPerSecond: number;
  /** Milliseconds of a clock that never jumps. */
  nowMs?: () => number;
  /** Told at most once a minute for a caller that is refused. */
  onRefused?(caller: Caller): void;
}

interface Bucket {
  caller: Caller;
  tokens: number;
  filledMs: number;
  toldMs: number;
  minute: number;
  calls: number;
  callsBefore: number;
}

const BURST_SECONDS = 10;
const CALLERS_MAX = 10_000;
const MINUTE_MS = 60_000;

/**
 * A token bucket for each caller, in this process's memory: no call waits for the database. With n processes a caller may
 * make up to n times as many calls, and a restart fills every bucket. Limits that must hold over all processes (provider
 * rates, login) live in rows instead.
 */
export function createCallerLimits(options: CallerLimitsOptions): CallerLimits {
  const nowMs = options.nowMs ?? (() => performance.now());
  const buckets = new Map<string, Bucket>();
  const rateOf = (caller: Caller) => options.callsPerSecond / (caller.role === "driver" ? 10 : 1);
  const burstOf = (caller: Caller) => Math.max(1, rateOf(caller) * BURST_SECONDS);

  function bucketOf(caller: Caller, now: number): Bucket {
    const key = `${caller.role} ${caller.subject}`;
    const known = buckets.get(key);
    if (known) return known;
    if (buckets.size >= CALLERS_MAX) forgetOldest(buckets);
    const minute = Math.floor(now / MINUTE_MS);
    const bucket = {
      ...{ caller, tokens: burstOf(caller), filledMs: now, toldMs: Number.NEGATIVE_INFINITY },
      ...{ minute, calls: 0, callsBefore: 0 },
    };
    buckets.set(key, bucket);
    return bucket;
  }

  function refuse(bucket: Bucket, now: number): never {
    if (now - bucket.toldMs >= MINUTE_MS) {
      bucket.toldMs = now;
      options.onRefused?.(bucket.caller);
    }
    const retryAfterSeconds = Math.ceil((1 - bucket.tokens) / rateOf(bucket.caller));
    throw new OperationError("rate_limited", "too many calls by this caller", {
      reason: "caller_limit",
      retryAfterSeconds,
    });
  }

  return {
    take: (caller) => {
      const now = nowMs();
      const bucket = bucketOf(caller, now);
      count(bucket, now);
      const refilled = bucket.tokens + ((now - bucket.filledMs) / 1000) * rateOf(caller);
      bucket.tokens = Math.min(burstOf(caller), refilled);
      bucket.filledMs = now;
      if (bucket.tokens < 1) refuse(bucket, now);
      bucket.tokens -= 1;
    },
    busiest: () => {
      const now = nowMs();
      const most = new Map<Caller["role"], number>();
      for (const bucket of buckets.values()) {
        turnMinute(bucket, now);
        const calls = Math.max(bucket.calls, bucket.callsBefore);
        if (calls > (most.get(bucket.caller.role) ?? -1)) most.set(bucket.caller.role, calls);
      }
      return most;
    },
  };
}

function turnMinute(bucket: Bucket, now: number): void {
  const minute = Math.floor(now / MINUTE_MS);
  if (minute === bucket.minute) return;
  bucket.callsBefore = minute === bucket.minute + 1 ? bucket.calls : 0;
  bucket.calls = 0;
  bucket.minute = minute;
}

function count(bucket: Bucket, now: number): void {
  turnMinute(bucket, now);
  bucket.calls += 1;
}

function forgetOldest(buckets: Map<string, unknown>): void {
  for (const key of buckets.keys()) {
    buckets.delete(key);
    return;
  }
}
