import { expect, test } from "bun:test";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { createRotatingKeys, fixedKeys } from "../../../src/platform/signing-keys.ts";

const secret = (letter: string) => new Secret(letter.repeat(32));
const REFRESH_MS = 1_000;
const KEEP_MS = 10_000;

/** Keys under a clock that can be moved, with everything that is seen of them. */
function watched(previous?: Secret) {
  const seen = { nowMs: 1_000_000, reads: 0, changes: 0, lines: [] as string[] };
  let answer: () => Promise<Secret | undefined> = async () => secret("a");
  const clock = { now: () => new Date(seen.nowMs), sleep: async () => {} };
  const keys = createRotatingKeys({
    ...{ initial: secret("a"), previous, refreshMs: REFRESH_MS, keepPreviousMs: KEEP_MS, clock },
    read: () => {
      seen.reads += 1;
      return answer();
    },
    log: createLog({ level: "DEBUG", clock, write: (line) => seen.lines.push(line) }),
    onChange: () => {
      seen.changes += 1;
    },
  });
  /** What is accepted after so much more time, and after what that started has ended. */
  const after = async (ms: number) => {
    seen.nowMs += ms;
    keys.accepted();
    await new Promise<void>((resolve) => setImmediate(resolve));
    return keys.accepted().map((key) => key.reveal()[0]);
  };
  const answers = (next: typeof answer) => {
    answer = next;
  };
  return { seen, keys, after, answers };
}

test("the store is asked when the time has come, not before, and again after each time", async () => {
  const { seen, after } = watched();
  await after(REFRESH_MS - 1);
  expect(seen.reads).toBe(0);
  await after(1);
  expect(seen.reads).toBe(1);
  await after(REFRESH_MS - 1);
  expect(seen.reads).toBe(1);
  await after(1);
  expect(seen.reads).toBe(2);
});

test("a clock that was set back does not keep a key for longer", async () => {
  const { seen, after } = watched();
  await after(-500_000);
  expect(seen.reads).toBe(1);
  await after(REFRESH_MS);
  expect(seen.reads).toBe(2);
});

test("one reading at a time", async () => {
  const { seen, after, answers } = watched();
  const held = Promise.withResolvers<Secret | undefined>();
  answers(() => held.promise);
  await after(REFRESH_MS);
  await after(REFRESH_MS);
  expect(seen.reads).toBe(1);
  held.resolve(undefined);
  // What became due meanwhile follows at once.
  await after(0);
  expect(seen.reads).toBe(2);
});

test("the same key, or none, changes nothing and is not told", async () => {
  const { seen, keys, after, answers } = watched();
  const first = keys.current();
  expect(await after(REFRESH_MS)).toEqual(["a"]);
  answers(async () => undefined);
  expect(await after(REFRESH_MS)).toEqual(["a"]);
  expect(keys.current()).toBe(first);
  expect(seen).toMatchObject({ changes: 0, lines: [] });
});

test("a new key is told once, and the one before is accepted for its time and no longer", async () => {
  const { seen, after, answers } = watched();
  answers(async () => secret("b"));
  expect(await after(REFRESH_MS)).toEqual(["b", "a"]);
  expect(seen.changes).toBe(1);
  expect(seen.lines.join()).toContain("A new signing key is in use");
  expect(await after(KEEP_MS - 1)).toEqual(["b", "a"]);
  expect(await after(1)).toEqual(["b"]);
  expect(seen.changes).toBe(1);
});

test("a failure is told with its reason, without the key", async () => {
  const { seen, after, answers } = watched();
  answers(() => Promise.reject(new Error("the store is away")));
  expect(await after(REFRESH_MS)).toEqual(["a"]);
  expect(seen.lines.join()).toContain("could not be read again");
  expect(seen.lines.join()).toContain("the store is away");
  expect(seen.lines.join()).not.toContain("aaaa");
});

test("a key given as the one before is accepted until another takes its place", async () => {
  const { after, answers } = watched(secret("z"));
  expect(await after(500_000)).toEqual(["a", "z"]);
  answers(async () => secret("b"));
  expect(await after(REFRESH_MS)).toEqual(["b", "a"]);
});

test("nobody needs to be told of a change", async () => {
  const clock = { now: () => new Date(nowMs), sleep: async () => {} };
  let nowMs = 0;
  const lines: string[] = [];
  const keys = createRotatingKeys({
    ...{ initial: secret("a"), refreshMs: REFRESH_MS, keepPreviousMs: KEEP_MS, clock },
    read: async () => secret("b"),
    log: createLog({ level: "WARNING", clock, write: (line) => lines.push(line) }),
  });
  nowMs = REFRESH_MS;
  keys.accepted();
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(keys.current().reveal()).toBe("b".repeat(32));
  expect(lines).toEqual([]);
});

test("keys that never change", () => {
  const [a, z] = [secret("a"), secret("z")];
  expect(fixedKeys(a, z).current()).toBe(a);
  expect(fixedKeys(a, z).accepted()).toEqual([a, z]);
  expect(fixedKeys(a).accepted()).toEqual([a]);
});
