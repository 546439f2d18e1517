import { describe, expect, test } from "bun:test";
import { SignJWT } from "jose";
import { createAuthenticator, mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { fixedKeys } from "../../../src/platform/signing-keys.ts";

const key = new Secret("0123456789abcdef0123456789abcdef");
const start = new Date("2026-01-31T16:00:00Z");
const D1 = { subject: "D1", role: "driver" } as const;
const token = (validForSeconds: number) => mintToken(key, { ...D1, validForSeconds }, start);

/** An authenticator whose clock can be moved, and how often it has asked for the keys: once for each verification. */
function watched() {
  let now = start;
  let asked = 0;
  const keys = fixedKeys(key);
  const auth = createAuthenticator({
    key: {
      ...keys,
      accepted: () => {
        asked += 1;
        return keys.accepted();
      },
    },
    clock: { now: () => now, sleep: async () => {} },
  });
  const moveTo = (ms: number) => {
    now = new Date(start.getTime() + ms);
  };
  return { auth, moveTo, asked: () => asked };
}

describe("a verified token is remembered", () => {
  test("for a minute, then verified again", async () => {
    const { auth, moveTo, asked } = watched();
    const hour = await token(3_600);
    for (const [ms, verifications] of [
      [0, 1],
      [1, 1],
      [59_999, 1],
      [60_000, 2],
      [119_999, 2],
      [120_000, 3],
    ] as const) {
      moveTo(ms);
      expect(await auth.authenticate(hour)).toEqual(D1);
      expect([ms, asked()]).toEqual([ms, verifications]);
    }
  });

  test("never beyond its expiry, though a clock that is a little slow is forgiven", async () => {
    const { auth, moveTo, asked } = watched();
    const short = await token(30);
    await auth.authenticate(short);
    moveTo(29_999);
    expect(await auth.authenticate(short)).toEqual(D1);
    expect(asked()).toBe(1);
    moveTo(30_000);
    expect(await auth.authenticate(short)).toEqual(D1);
    expect(asked()).toBe(2);
    moveTo(34_000);
    expect(await auth.authenticate(short)).toEqual(D1);
    moveTo(35_000);
    expect(await auth.authenticate(short)).toBe("expired");
  });

  test("by itself: another token of the same caller is verified", async () => {
    const { auth, asked } = watched();
    await auth.authenticate(await token(60));
    await auth.authenticate(await token(61));
    expect(asked()).toBe(2);
  });

  test("until 10,000 others have come: then the first is forgotten, the second not yet", async () => {
    const { auth, asked } = watched();
    const tokens = await Promise.all(Array.from({ length: 10_001 }, (_, index) => token(3_600 + index)));
    for (const one of tokens) expect(await auth.authenticate(one)).toEqual(D1);
    expect(asked()).toBe(10_001);
    await auth.authenticate(tokens[1] ?? "");
    expect(asked()).toBe(10_001);
    await auth.authenticate(tokens[0] ?? "");
    expect(asked()).toBe(10_002);
  }, 60_000);
});

describe("claims", () => {
  const clock = { now: () => start, sleep: async () => {} };
  const bytes = new TextEncoder().encode(key.reveal());
  const exp = Math.floor(start.getTime() / 1_000) + 3_600;
  const signed = (claims: Record<string, unknown>) =>
    new SignJWT({ role: "driver", exp, ...claims }).setProtectedHeader({ alg: "HS256" }).sign(bytes);

  test("a subject has 1 to 200 characters, none of them a control character", async () => {
    const auth = createAuthenticator({ key, clock });
    for (const sub of ["x", "x".repeat(200), "司機 7"]) {
      expect(await auth.authenticate(await signed({ sub }))).toMatchObject({ subject: sub });
    }
    for (const sub of ["", "x".repeat(201), "\u0000", "a\nb", "\na", "a\u0007", "\u007fa", "a\u200b"]) {
      expect(await auth.authenticate(await signed({ sub }))).toBe("claims");
    }
  });

  test("issuer and audience are checked each where it is configured, and only there", async () => {
    const [iss, aud] = ["luckygas", "gateway"];
    const outcome = async (expected: { issuer?: string; audience?: string }, claims: object) =>
      typeof (await createAuthenticator({ key, clock, ...expected }).authenticate(
        await signed({ sub: "x", ...claims }),
      ));
    expect(await outcome({ issuer: iss }, { iss })).toBe("object");
    expect(await outcome({ issuer: iss }, { iss: "other" })).toBe("string");
    expect(await outcome({ issuer: iss }, { aud })).toBe("string");
    expect(await outcome({ audience: aud }, { aud })).toBe("object");
    expect(await outcome({ audience: aud }, { aud: "other" })).toBe("string");
    expect(await outcome({ audience: aud }, { iss })).toBe("string");
    expect(await outcome({}, { iss: "any", aud: "any" })).toBe("object");
  });
});
