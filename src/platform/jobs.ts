import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** Work that runs by itself: at an interval, and at once when woken. */
export interface Job {
  name: string;
  /** Pause between two runs that found nothing to do. */
  intervalMs: number;
  /** One round, short enough to finish within a shutdown. `more: true` asks for the next round at once. */
  run(signal: AbortSignal): Promise<{ more: boolean }>;
}

export interface JobRunner {
  add(job: Job): void;
  start(): void;
  /** Starts the next round of a job without waiting for its interval. Harmless when the job is unknown or running elsewhere. */
  wake(name: string): void;
  /** Asks every job to stop and waits for the rounds in flight, 4 s at most; what they hold comes free with its leases. */
  stop(): Promise<void>;
}

interface Running {
  job: Job;
  /** Set when woken during a round, so that the wake-up is not lost. */
  woken: boolean;
  rouse: (() => void) | undefined;
  done: Promise<void>;
}

const ROUND_MS_MAX = 300_000;
/** Of the time that a shutdown has, what the rounds in flight may take. */
const STOP_MS_MAX = 4_000;

export function createJobRunner(deps: { clock: Clock; log: Log }): JobRunner {
  const jobs: Job[] = [];
  const running = new Map<string, Running>();
  const stopping = new AbortController();

  async function pause(state: Running): Promise<void> {
    if (state.woken || stopping.signal.aborted) return;
    const awake = new AbortController();
    state.rouse = () => awake.abort();
    await deps.clock.sleep(state.job.intervalMs, AbortSignal.any([awake.signal, stopping.signal]));
    state.rouse = undefined;
  }

  /**
   * A round that never ends, e.g. on a query that was lost with its connection, is left behind: what it had claimed is
   * free again when its leases run out.
   */
  async function withinTime(job: Job): Promise<{ more: boolean }> {
    const ended = new AbortController();
    const late = deps.clock.sleep(ROUND_MS_MAX, ended.signal).then(() => {
      if (!ended.signal.aborted) throw new Error(`the round took longer than ${ROUND_MS_MAX} ms and was left behind`);
      return { more: false };
    });
    try {
      return await Promise.race([job.run(stopping.signal), late]);
    } finally {
      ended.abort();
    }
  }

  async function loop(state: Running): Promise<void> {
    while (!stopping.signal.aborted) {
      state.woken = false;
      let more = false;
      try {
        ({ more } = await withinTime(state.job));
      } catch (error) {
        deps.log.error(`Job ${state.job.name} failed; it is tried again`, { error, job: state.job.name });
      }
      if (!more) await pause(state);
    }
  }

  return {
    add: (job) => {
      if (jobs.some((other) => other.name === job.name)) throw new Error(`job ${job.name} exists already`);
      jobs.push(job);
    },
    start: () => {
      for (const job of jobs) {
        const state: Running = { job, woken: false, rouse: undefined, done: Promise.resolve() };
        running.set(job.name, state);
        state.done = loop(state);
      }
    },
    wake: (name) => {
      const state = running.get(name);
      if (!state) return;
      state.woken = true;
      state.rouse?.();
    },
    stop: async () => {
      stopping.abort();
      const ended = new AbortController();
      const late = deps.clock.sleep(STOP_MS_MAX, ended.signal);
      await Promise.race([Promise.all([...running.values()].map((state) => state.done)), late]);
      ended.abort();
    },
  };
}
