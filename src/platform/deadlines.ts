export type Start<T> = (resolve: (value: T) => unknown, reject: (error: unknown) => unknown) => unknown;

export interface Deadlines {
  /** What is started, or the error of `late` when it has not ended in time. What was started goes on. */
  bounded<T>(start: Start<T>, late: () => Error): Promise<T>;
  stop(): void;
}

interface Waiting {
  untilMs: number;
  giveUp(): void;
}

const LOOK_MS_MAX = 250;

/** One timer looks after all that is waited for: a timer each would cost more than many a statement. */
export function createDeadlines(msMax: number): Deadlines {
  const waiting = new Set<Waiting>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function look(): void {
    const now = performance.now();
    for (const each of [...waiting]) if (each.untilMs <= now) each.giveUp();
  }

  function forget(each: Waiting): void {
    waiting.delete(each);
    if (waiting.size === 0) stop();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    bounded: <T>(start: Start<T>, late: () => Error) =>
      new Promise<T>((resolve, reject) => {
        const each: Waiting = {
          untilMs: performance.now() + msMax,
          giveUp: () => {
            forget(each);
            reject(late());
          },
        };
        waiting.add(each);
        timer ??= setInterval(look, Math.min(LOOK_MS_MAX, msMax));
        start(
          (value) => {
            forget(each);
            resolve(value);
          },
          (error) => {
            forget(each);
            reject(error);
          },
        );
      }),
    stop,
  };
}
