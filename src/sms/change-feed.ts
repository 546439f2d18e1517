import type postgres from "postgres";
import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";
import { type Change, isAfter, later, type Position, presentPosition, readChanges } from "./store/changes.ts";

/** Tells everybody who watches what has changed, whichever process changed it. */
export interface ChangeFeed {
  /** Every change after a position, or from now on; ends when the signal aborts. */
  follow(after: Position | undefined, signal: AbortSignal): AsyncGenerator<Change, void>;
}

export interface ChangeFeedOptions {
  sql: postgres.Sql;
  clock: Clock;
  log: Log;
  /** Between two looks at the database, which serve all who watch. */
  pollMs: number;
}

const PAGE = 500;
const RECENT_MAX = 5_000;

/**
 * One loop looks at the database for all watchers, and only while there are any. A watcher that is behind what the loop
 * remembers reads pages of its own until it has caught up.
 */
export function createChangeFeed({ sql, clock, log, pollMs }: ChangeFeedOptions): ChangeFeed {
  let watchers = 0;
  let isRunning = false;
  /** What lies between `from` and `position`, in order. */
  let recent: Change[] = [];
  let from: Position | undefined;
  let position: Position | undefined;
  let wake = Promise.withResolvers<void>();

  async function look(): Promise<boolean> {
    position ??= await presentPosition(sql);
    from ??= position;
    const page = await readChanges(sql, position, PAGE);
    recent.push(...page.changes);
    if (recent.length > RECENT_MAX) {
      const forgotten = recent.splice(0, recent.length - RECENT_MAX);
      from = forgotten.at(-1)?.position ?? from;
    }
    position = page.seenUpTo;
    if (page.changes.length > 0) rouse();
    return page.isFull;
  }

  function rouse(): void {
    wake.resolve();
    wake = Promise.withResolvers();
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (watchers > 0) {
      try {
        if (!(await look())) await clock.sleep(pollMs);
      } catch (error) {
        log.warn("Changes of messages could not be read; they are read again soon", { error });
        await clock.sleep(pollMs);
      }
    }
    [recent, from, position, isRunning] = [[], undefined, undefined, false];
  }

  /** What the loop remembers after a place; `undefined` when that place lies before its memory. */
  function remembered(after: Position): Change[] | undefined {
    if (!from || isAfter(from, after)) return undefined;
    return recent.filter((change) => isAfter(change.position, after));
  }

  async function* follow(after: Position | undefined, signal: AbortSignal): AsyncGenerator<Change, void> {
    let cursor = after ?? (await presentPosition(sql));
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    watchers += 1;
    if (!isRunning) void run();
    try {
      while (!signal.aborted) {
        const woken = wake.promise;
        const known = remembered(cursor);
        const page = known ? undefined : await readChanges(sql, cursor, PAGE);
        for (const change of known ?? page?.changes ?? []) {
          if (signal.aborted) return;
          yield change;
          cursor = later(change.position, cursor);
        }
        if (page) cursor = page.seenUpTo;
        // What the loop reads while this one reads its own page is found in the loop's memory in the next turn.
        if (page || known?.length) continue;
        await Promise.race([woken, aborted]);
      }
    } finally {
      watchers -= 1;
    }
  }

  return { follow };
}
