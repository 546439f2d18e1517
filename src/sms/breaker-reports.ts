import type { BreakerPermit } from "../platform/breaker.ts";

type Verdict = "success" | "failure" | "neutral";

/** Tells the breakers what calls said of their providers. */
export interface BreakerReports {
  /** Resolves when the verdict has been recorded. Verdicts on one provider are recorded in the order in which they came. */
  report(provider: string, permit: BreakerPermit, verdict: Verdict): Promise<void>;
}

interface Pending {
  verdict: Verdict;
  done: Promise<void>;
}

/**
 * Successes that wait behind one another are recorded once: the second would change nothing that the first has not. Under
 * load this saves a statement per message.
 */
export function createBreakerReports(): BreakerReports {
  const last = new Map<string, { waiting: Pending | undefined; tail: Promise<void> }>();
  return {
    report: (provider, permit, verdict) => {
      const queue = last.get(provider) ?? { waiting: undefined, tail: Promise.resolve() };
      last.set(provider, queue);
      if (verdict === "success" && queue.waiting?.verdict === "success") return queue.waiting.done;
      const begin = async () => {
        if (queue.waiting === pending) queue.waiting = undefined;
        await permit[verdict]();
      };
      const pending: Pending = { verdict, done: queue.tail.then(begin) };
      queue.waiting = pending;
      // A report that failed must not keep the next ones from being made.
      queue.tail = pending.done.catch(() => {});
      return pending.done;
    },
  };
}
