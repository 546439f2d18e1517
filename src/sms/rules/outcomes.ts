import type { SmsOutcomeClass } from "@luckygas/gateway-client";

export interface OutcomeRule {
  /** Whether the message may be handed over again at all; `later`: not at once. */
  retry: "now" | "later" | "never";
  /** Whether another provider may take it. Only what was certainly not taken fails over. */
  failOver: boolean;
  /** What the outcome says about the provider's health. */
  breaker: "success" | "failure" | "neutral";
}

/** What may follow an attempt, by class of its outcome. `ambiguous` may only be asked about. */
export const outcomeRules = {
  accepted: { retry: "never", failOver: false, breaker: "success" },
  not_sent: { retry: "now", failOver: true, breaker: "failure" },
  transient: { retry: "later", failOver: true, breaker: "failure" },
  throttle: { retry: "later", failOver: true, breaker: "neutral" },
  account: { retry: "later", failOver: true, breaker: "failure" },
  request: { retry: "never", failOver: false, breaker: "neutral" },
  recipient: { retry: "never", failOver: false, breaker: "neutral" },
  content: { retry: "never", failOver: false, breaker: "neutral" },
  ambiguous: { retry: "never", failOver: false, breaker: "failure" },
} as const satisfies Record<SmsOutcomeClass, OutcomeRule>;

/** Classes in which the provider certainly did not take the message, and another try may succeed. */
export type RepeatableClass = "not_sent" | "transient" | "throttle" | "account";

const BACKOFF_MS = { not_sent: 1_000, transient: 10_000, throttle: 10_000, account: 30_000 } as const;
const BACKOFF_MS_MAX = 60_000;

/** How long a message waits after its `attemptNumber`-th attempt (from 1) ended in this class: doubling, at most a minute. */
export function backoffMs(outcomeClass: RepeatableClass, attemptNumber: number): number {
  return Math.min(BACKOFF_MS_MAX, BACKOFF_MS[outcomeClass] * 2 ** Math.min(attemptNumber - 1, 10));
}
