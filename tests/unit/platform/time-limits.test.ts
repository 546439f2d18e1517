import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import type { Clock } from "../../../src/platform/clock.ts";
import { createDeadlines } from "../../../src/platform/deadlines.ts";
import { createGroupCommit } from "../../../src/platform/group-commit.ts";
import { createJobRunner } from "../../../src/platform/jobs.ts";
import { createLog } from "../../../src/platform/log.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Lets what is ready run; no timer moves. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

test("a group commit that is never heard of is given up after 15 s, with advice, and the next one goes on", async () => {
  const commits: string[][] = [];
  const group = createGroupCommit<string, string>({
    batchItemsMax: 10,
    queueItemsMax: 10,
    commit: (items) => {
      commits.push(items);
      return items.includes("lost") ? new Promise(() => {}) : Promise.resolve(items.map((item) => `${item} stored`));
    },
  });
  const lost = group.submit("lost").catch((error: unknown) => error);
  const waiting = group.submit("after");
  await settle();
  jest.advanceTimersByTime(14_900);
  await settle();
  expect(commits).toEqual([["lost"]]);
  jest.advanceTimersByTime(200);
  expect(await lost).toMatchObject({ code: "provider_unavailable", options: { reason: "database_unavailable" } });
  expect(await waiting).toBe("after stored");
  await group.drain();
});

/** A clock whose sleeps end when the test says so. */
function createStandingClock() {
  const sleeping = new Set<{ untilMs: number; wake(): void }>();
  let nowMs = 0;
  const clock: Clock = {
    now: () => new Date(nowMs),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = () => {
          sleeping.delete(each);
          resolve();
        };
        const each = { untilMs: nowMs + ms, wake };
        sleeping.add(each);
        signal?.addEventListener("abort", each.wake);
        if (signal?.aborted) each.wake();
      }),
  };
  const advance = async (ms: number) => {
    nowMs += ms;
    for (const each of [...sleeping]) if (each.untilMs <= nowMs) each.wake();
    await settle();
  };
  return { clock, advance };
}

test("a round of a job that never ends is left behind after 5 minutes and told of, and the job runs again", async () => {
  const { clock, advance } = createStandingClock();
  const lines: string[] = [];
  const jobs = createJobRunner({ clock, log: createLog({ level: "INFO", clock, write: (line) => lines.push(line) }) });
  let rounds = 0;
  jobs.add({
    name: "stuck-once",
    intervalMs: 1_000,
    run: () => {
      rounds += 1;
      return rounds === 1 ? new Promise(() => {}) : Promise.resolve({ more: false });
    },
  });
  jobs.start();
  await settle();
  await advance(299_000);
  expect(rounds).toBe(1);
  await advance(1_000);
  expect(lines.join("\n")).toContain("took longer than 300000 ms and was left behind");
  await advance(1_000);
  expect(rounds).toBe(2);
  await jobs.stop();
});

test("stopping waits 4 s for a round in flight, not longer", async () => {
  const { clock, advance } = createStandingClock();
  const jobs = createJobRunner({ clock, log: createLog({ level: "INFO", clock, write: () => {} }) });
  let told: AbortSignal | undefined;
  jobs.add({
    name: "stuck",
    intervalMs: 1_000,
    run: (signal) => {
      told = signal;
      return new Promise(() => {});
    },
  });
  jobs.start();
  await settle();
  let stopped = false;
  const stopping = jobs.stop().then(() => {
    stopped = true;
  });
  await advance(3_900);
  expect({ stopped, told: told?.aborted }).toEqual({ stopped: false, told: true });
  await advance(100);
  await stopping;
  expect(stopped).toBe(true);
});

test("what is waited for has its own deadline, whatever became of those before it; one that ended in time has none", async () => {
  jest.useRealTimers();
  const deadlines = createDeadlines(300);
  const late = () => new Error("too late");
  const early = await deadlines.bounded<string>((resolve) => resolve("in time"), late);
  expect(early).toBe("in time");
  const own = deadlines.bounded((_resolve, reject) => reject(new Error("its own fault")), late);
  await expect(own).rejects.toThrow("its own fault");
  await expect(deadlines.bounded(() => {}, late)).rejects.toThrow("too late");
  deadlines.stop();
});
