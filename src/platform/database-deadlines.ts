/** The database's side said nothing for too long, or the transaction had lost its connection; what took effect is not known. */
export class DatabaseSilent extends Error {
  override readonly name = "DatabaseSilent";
  readonly code = "DATABASE_SILENT";
}

export type Start<T> = (resolve: (value: T) => unknown, reject: (error: unknown) => unknown) => unknown;

export interface Deadlines {
  /** What is started, or a `DatabaseSilent` when it has not ended in time. */
  bounded<T>(start: Start<T>): Promise<T>;
  stop(): void;
}

interface Waiting {
  untilMs: number;
  giveUp(): void;
}

const LOOK_MS = 250;

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
    bounded: <T>(start: Start<T>) =>
      new Promise<T>((resolve, reject) => {
        const each: Waiting = {
          untilMs: performance.now() + msMax,
          giveUp: () => {
            forget(each);
            reject(new DatabaseSilent("the database gave no answer in time"));
          },
        };
        waiting.add(each);
        timer ??= setInterval(look, LOOK_MS);
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
