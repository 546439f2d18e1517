import { expect, test } from "bun:test";
import { createAuthenticator, mintToken } from "../../../src/platform/auth.ts";
import { createLog } from "../../../src/platform/log.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { createRotatingKeys, fixedKeys } from "../../../src/platform/signing-keys.ts";

const keyOf = (letter: string) => new Secret(letter.repeat(32));
const start = new Date("2026-01-31T16:00:00Z");
const day = { subject: "S1", role: "service", validForSeconds: 48 * 3600 } as const;

test("with two keys tokens of both are accepted, and only those", async () => {
  const clock = { now: () => start, sleep: async () => {} };
  const auth = createAuthenticator({ key: fixedKeys(keyOf("b"), keyOf("a")), clock });
  for (const key of [keyOf("a"), keyOf("b")]) {
    expect(await auth.authenticate(await mintToken(key, day, start))).toMatchObject({ subject: "S1" });
  }
  expect(await auth.authenticate(await mintToken(keyOf("c"), day, start))).toBe("malformed");
  const old = await mintToken(keyOf("a"), { ...day, validForSeconds: 60 }, new Date(start.getTime() - 3_600_000));
  expect(await auth.authenticate(old)).toBe("expired");
});

test("a key that changes in the store is taken over, and the one before stays accepted for its time", async () => {
  let now = start;
  let stored: Secret | undefined | Error = keyOf("a");
  const lines: string[] = [];
  const clock = { now: () => now, sleep: async () => {} };
  const later = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };
  const keys = createRotatingKeys({
    initial: keyOf("a"),
    read: async () => {
      if (stored instanceof Error) throw stored;
      return stored;
    },
    refreshMs: 300_000,
    keepPreviousMs: 24 * 3_600_000,
    clock,
    log: createLog({ level: "DEBUG", clock, write: (line) => lines.push(line) }),
  });
  const auth = createAuthenticator({ key: keys, clock });
  const before = await mintToken(keys.current(), day, now);
  stored = keyOf("b");
  await auth.authenticate(before);
  expect(keys.current().reveal()).toBe("a".repeat(32)); // not due yet
  later(300_001);
  await auth.authenticate(before); // starts the refresh
  await Bun.sleep(0);
  expect(keys.current().reveal()).toBe("b".repeat(32));
  expect(await auth.authenticate(before)).toMatchObject({ subject: "S1" });
  expect(await auth.authenticate(await mintToken(keys.current(), day, now))).toMatchObject({ subject: "S1" });

  for (const nothing of [undefined, new Error("away")]) {
    stored = nothing;
    later(300_001);
    keys.accepted();
    await Bun.sleep(0);
    expect(keys.current().reveal()).toBe("b".repeat(32));
  }
  later(24 * 3_600_000);
  expect(await auth.authenticate(before)).toBe("malformed");
  expect(lines.join("\n")).not.toMatch(/a{32}|b{32}/);
});
