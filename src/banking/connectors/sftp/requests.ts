import { requestFault, TransferFault } from "./errors.ts";

/** A server that takes its time but goes on answering is waited for this many times longer, at most. */
const PATIENCE = 10;

type Done<T> = (error: Error | null | undefined, value: T) => void;

/** The requests of one channel, each under its deadline. */
export interface Requests {
  /** One request; `start` gets a callback of Node's kind. Rejects with a `TransferFault` that says whether there was an answer. */
  ask<T>(operation: string, start: (done: Done<T>) => void): Promise<T>;
  /** Rejects everything that waits for an answer. */
  abandon(fault: TransferFault): void;
  /** Answers so far. */
  answers(): number;
}

/**
 * Every request must be answered within `requestMs`, counted from the channel's latest answer while there are any: with many
 * requests on the way a slow server answers the last of them late and is nevertheless alive. `onSilence` is called after
 * the first one that was not answered in time, or that ended without an answer.
 */
export function createRequests(requestMs: number, onSilence: (fault: TransferFault) => void): Requests {
  const waiting = new Set<(fault: TransferFault) => void>();
  let latestAnswerMs = Number.NEGATIVE_INFINITY;
  let answers = 0;

  function ask<T>(operation: string, start: (done: Done<T>) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const askedMs = performance.now();
      const dueMs = () => Math.min(Math.max(askedMs, latestAnswerMs) + requestMs, askedMs + PATIENCE * requestMs);
      let timer = setTimeout(check, requestMs);
      function check(): void {
        const left = dueMs() - performance.now();
        if (left > 0) {
          timer = setTimeout(check, left);
          return;
        }
        abandonOne(new TransferFault("timeout", false, `${operation}: no answer within ${requestMs} ms`));
        onSilence(new TransferFault("disconnected", false, "connection given up after a request without an answer"));
      }
      const settle = () => {
        clearTimeout(timer);
        waiting.delete(abandonOne);
      };
      const abandonOne = (fault: TransferFault) => {
        settle();
        reject(fault);
      };
      waiting.add(abandonOne);
      const done: Done<T> = (error, value) => {
        settle();
        const fault = error ? requestFault(operation, error) : undefined;
        if (!fault || fault.answered) {
          latestAnswerMs = performance.now();
          answers += 1;
        }
        if (!fault) return resolve(value);
        reject(fault);
        if (!fault.answered) onSilence(fault);
      };
      try {
        start(done);
      } catch (error) {
        settle();
        reject(error);
        onSilence(new TransferFault("disconnected", false, `${operation}: connection unusable`));
      }
    });
  }

  return {
    ask,
    abandon: (fault) => {
      for (const abandonOne of [...waiting]) abandonOne(fault);
    },
    answers: () => answers,
  };
}
