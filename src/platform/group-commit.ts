import { createDeadlines } from "./deadlines.ts";
import { OperationError } from "./errors.ts";

export interface GroupCommit<Item, Result> {
  /** Resolves with the item's own result once the commit that carries it has succeeded; rejects when that commit failed. */
  submit(item: Item): Promise<Result>;
  /** Resolves when nothing is waiting or in flight. */
  drain(): Promise<void>;
}

export interface GroupCommitOptions<Item, Result> {
  /** Items that share one commit at most. */
  batchItemsMax: number;
  /** Items waiting at most; one more is refused with `rate_limited`. */
  queueItemsMax: number;
  /** How long a commit that is not full waits for company, where nobody is in a hurry. Default not at all. */
  gatherMs?: number;
  /** Commits the items in one transaction and gives one result per item, in order. */
  commit(items: Item[]): Promise<Result[]>;
}

/** A commit that is not heard of for so long was lost with its connection; the next one must not wait for it. */
const COMMIT_MS_MAX = 15_000;

const deadlines = createDeadlines(COMMIT_MS_MAX);

/** Whether the commit happened is not known, and the key tells. */
const noAnswer = () =>
  new OperationError("provider_unavailable", "the database gave no answer in time", { reason: "database_unavailable" });

interface Waiting<Item, Result> {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Lets everything that arrives while one commit is in flight share the next. Durability is that of a single commit:
 * nobody is answered before the transaction that carries the item has committed.
 */
export function createGroupCommit<Item, Result>(options: GroupCommitOptions<Item, Result>): GroupCommit<Item, Result> {
  let queue: Waiting<Item, Result>[] = [];
  let running: Promise<void> | undefined;

  const commitInTime = (items: Item[]) =>
    deadlines.bounded<Result[]>((resolve, reject) => options.commit(items).then(resolve, reject), noAnswer);

  async function commitAll(): Promise<void> {
    while (queue.length > 0) {
      if (options.gatherMs !== undefined && queue.length < options.batchItemsMax) await Bun.sleep(options.gatherMs);
      const batch = queue.slice(0, options.batchItemsMax);
      queue = queue.slice(batch.length);
      try {
        const results = await commitInTime(batch.map((waiting) => waiting.item));
        if (results.length !== batch.length) throw new Error("a group commit must give one result per item");
        for (const [index, waiting] of batch.entries()) waiting.resolve(results[index] as Result); // as: lengths are equal
      } catch (error) {
        for (const waiting of batch) waiting.reject(error);
      }
    }
  }

  return {
    submit: (item) => {
      if (queue.length >= options.queueItemsMax) {
        return Promise.reject(
          new OperationError("rate_limited", "too many requests are waiting to be stored", { reason: "queue_full" }),
        );
      }
      return new Promise<Result>((resolve, reject) => {
        queue.push({ item, resolve, reject });
        running ??= commitAll().finally(() => {
          running = undefined;
        });
      });
    },
    drain: async () => {
      while (running) await running;
    },
  };
}
