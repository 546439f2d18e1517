/** Callers in order of arrival: at most `limit()` are inside at a time. */
export interface Turns {
  /** Resolves with the function to call on leaving; rejects with `refuse()` when the deadline passes. */
  enter(timeoutMs: number, refuse: () => Error): Promise<() => void>;
  close(reason: Error): void;
}

interface Waiting {
  admit(): void;
  reject(error: Error): void;
}

export function createTurns(limit: () => number): Turns {
  const waiting: Waiting[] = [];
  let inside = 0;

  function advance(): void {
    while (inside < limit()) {
      const next = waiting.shift();
      if (!next) return;
      inside += 1;
      next.admit();
    }
  }

  function leaver(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      inside -= 1;
      advance();
    };
  }

  return {
    enter: (timeoutMs, refuse) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(entry), 1);
          reject(refuse());
        }, timeoutMs);
        const entry: Waiting = {
          admit: () => {
            clearTimeout(timer);
            resolve(leaver());
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        waiting.push(entry);
        advance();
      }),
    close: (reason) => {
      for (const entry of waiting.splice(0)) entry.reject(reason);
    },
  };
}
