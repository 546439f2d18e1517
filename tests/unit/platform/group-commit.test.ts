import { expect, test } from "bun:test";
import { createGroupCommit } from "../../../src/platform/group-commit.ts";

/** A commit that stays in flight until the test lets it finish. */
function controlled(batchItemsMax = 10, queueItemsMax = 100) {
  const batches: number[][] = [];
  let release: ((error?: Error) => void)[] = [];
  const group = createGroupCommit<number, string>({
    batchItemsMax,
    queueItemsMax,
    commit: (items) => {
      batches.push(items);
      return new Promise((resolve, reject) => {
        release.push((error) => (error ? reject(error) : resolve(items.map((item) => `done ${item}`))));
      });
    },
  });
  return {
    group,
    batches,
    finish: async (error?: Error) => {
      const [next, ...rest] = release;
      release = rest;
      next?.(error);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test("what arrives while a commit is in flight shares the next one, and each gets its own result", async () => {
  const { group, batches, finish } = controlled();
  const results = Promise.all([1, 2, 3].map((item) => group.submit(item)));
  expect(batches).toEqual([[1]]);
  await finish();
  expect(batches).toEqual([[1], [2, 3]]);
  await finish();
  expect(await results).toEqual(["done 1", "done 2", "done 3"]);
});

test("nobody is answered before the commit that carries them", async () => {
  const { group, finish } = controlled();
  let answered = false;
  const submitted = group.submit(1).then(() => {
    answered = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe(false);
  await finish();
  await submitted;
  expect(answered).toBe(true);
});

test("a failed commit rejects its own items only", async () => {
  const { group, finish } = controlled();
  const first = group.submit(1).catch((error: Error) => error.message);
  const second = group.submit(2);
  await finish(new Error("disk full"));
  await finish();
  expect(await first).toBe("disk full");
  expect(await second).toBe("done 2");
});

test("a batch is never larger than its limit", async () => {
  const { group, batches, finish } = controlled(2);
  const results = Promise.all([1, 2, 3, 4].map((item) => group.submit(item)));
  await finish();
  await finish();
  await finish();
  await results;
  expect(batches).toEqual([[1], [2, 3], [4]]);
});

test("a full queue refuses with rate_limited and loses nobody who waits", async () => {
  const { group, finish } = controlled(10, 1);
  const first = group.submit(1);
  const second = group.submit(2);
  await expect(group.submit(3)).rejects.toMatchObject({ code: "rate_limited" });
  await finish();
  await finish();
  expect(await Promise.all([first, second])).toEqual(["done 1", "done 2"]);
});

test("drain waits for all", async () => {
  const { group, finish } = controlled();
  const submitted = group.submit(1);
  const drained = group.drain().then(() => "drained");
  await finish();
  await submitted;
  expect(await drained).toBe("drained");
});

test("a commit that waits for company takes along what comes meanwhile; a full one does not wait", async () => {
  const batches: number[][] = [];
  const commit = async (items: number[]) => {
    batches.push(items);
    return items;
  };
  const group = createGroupCommit<number, number>({ batchItemsMax: 3, queueItemsMax: 10, gatherMs: 5, commit });
  const first = group.submit(1);
  await Promise.resolve();
  const second = group.submit(2);
  expect(batches).toEqual([]);
  expect(await Promise.all([first, second])).toEqual([1, 2]);
  expect(batches).toEqual([[1, 2]]);
});
