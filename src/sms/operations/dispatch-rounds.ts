import { jobNames, type SmsDependencies } from "../dependencies.ts";
import { isAnythingQueued } from "../store/housekeeping.ts";
import { type Delivery, groupCalls, handOver, recordReplies } from "./deliver-message.ts";
import { claimDeliveries, queueWhatIsDue } from "./dispatch-messages.ts";
import { createQueueFloors } from "./queue-floors.ts";

/** Rounds that give messages out, and the calls to providers that are under way in this process. */
export interface DispatchRounds {
  /** One round. It does not wait for its calls, so that the next messages are given out while these are on their way. */
  run(signal: AbortSignal): Promise<{ more: boolean }>;
  /** Resolves when no call is under way. */
  drain(): Promise<void>;
}

/** Calls of which the outcome has not been recorded yet; more are not begun while the database is slow. */
const UNRECORDED_MAX = 512;
/** A round costs one commit however many messages it gives out, so each waits a moment for company. */
const ROUND_GAP_MS = 10;
/** While rounds find messages, those whose time has come are looked for only so often, */
const LOOK_GAP_MS = 100;
/** and those below a floor so often. */
const FLOOR_MS_MAX = 500;

export function createDispatchRounds(deps: SmsDependencies): DispatchRounds {
  const { jobs, clock } = deps.platform;
  const underWay = new Set<Promise<void>>();
  const floors = createQueueFloors();
  let calls = 0;
  let awaitsCalls = false;
  let hasFound = false;
  let begunMs = Number.NEGATIVE_INFINITY;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let floorsMs = Number.NEGATIVE_INFINITY;

  function wakeIfAwaited(): void {
    if (awaitsCalls) jobs.wake(jobNames.dispatch);
  }

  async function deliver(deliveries: readonly Delivery[]): Promise<void> {
    calls += 1;
    const replies = await handOver(deps, deliveries).finally(() => {
      calls -= 1;
    });
    wakeIfAwaited();
    try {
      await recordReplies(deps, replies);
    } catch (error) {
      const attempt_id = deliveries[0]?.attemptId;
      deps.log.error("A delivery failed after its outcome was recorded", { error, attempt_id });
    }
  }

  function begin(deliveries: readonly Delivery[]): void {
    const delivery: Promise<void> = deliver(deliveries).finally(() => {
      underWay.delete(delivery);
      // Only now the provider's own count of calls has room again.
      wakeIfAwaited();
    });
    underWay.add(delivery);
  }

  async function claim(itemsMax: number): Promise<{ more: boolean }> {
    if (!hasFound || begunMs - floorsMs >= FLOOR_MS_MAX) {
      floorsMs = begunMs;
      floors.forget();
    }
    const looks = !hasFound || begunMs - lookedMs >= LOOK_GAP_MS;
    if (looks) {
      lookedMs = begunMs;
      await queueWhatIsDue(deps);
    }
    // The provider's rows are not locked for nothing.
    if (!hasFound && !(await isAnythingQueued(deps.platform.database.hot))) return { more: false };
    hasFound = false;
    const claimed = await claimDeliveries(deps, itemsMax, floors);
    for (const deliveries of groupCalls(claimed.deliveries)) begin(deliveries);
    awaitsCalls = claimed.awaitsCalls;
    hasFound = claimed.looked.length > 0;
    // Nothing found without having looked for what is due says nothing yet.
    return { more: claimed.looked.length === itemsMax || !(looks || hasFound) };
  }

  return {
    run: async (signal) => {
      const waitMs = begunMs + ROUND_GAP_MS - performance.now();
      if (waitMs > 0) await clock.sleep(waitMs, signal);
      const itemsMax = Math.min(deps.inFlightMax - calls, UNRECORDED_MAX - underWay.size);
      awaitsCalls = itemsMax <= 0;
      if (awaitsCalls || signal.aborted) return { more: false };
      begunMs = performance.now();
      return claim(itemsMax);
    },
    drain: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
