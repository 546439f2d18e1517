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
  /** Asks every job to stop and waits for the rounds in flight. */
  stop(): Promise<void>;
}

interface Running {
  job: Job;
  /** Set when woken during a round, so that the wake-up is not lost. */
  woken: boolean;
  rouse: (() => void) | undefined;
  done: Promise<void>;
}

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

  async function loop(state: Running): Promise<void> {
    while (!stopping.signal.aborted) {
      state.woken = false;
      let more = false;
      try {
        ({ more } = await state.job.run(stopping.signal));
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
      await Promise.all([...running.values()].map((state) => state.done));
    },
  };
}
