import { expect, test } from "bun:test";
import { SignJWT } from "jose";
import { createAuthenticator, mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";

const key = new Secret("0123456789abcdef0123456789abcdef");
const start = new Date("2026-01-31T16:00:00Z");
const clockAt = (now: () => Date) => ({ now, sleep: async () => {} });
const bytes = new TextEncoder().encode(key.reveal());
const exp = Math.floor(start.getTime() / 1000) + 3600;

test("a minted token is accepted, also the second time from memory", async () => {
  const auth = createAuthenticator({ key, clock: clockAt(() => start) });
  const token = await mintToken(key, { subject: "D1", role: "driver", validForSeconds: 60 }, start);
  expect(await auth.authenticate(token)).toEqual({ subject: "D1", role: "driver" });
  expect(await auth.authenticate(token)).toEqual({ subject: "D1", role: "driver" });
});

test("a remembered token still expires", async () => {
  let now = start;
  const auth = createAuthenticator({ key, clock: clockAt(() => now) });
  const token = await mintToken(key, { subject: "D1", role: "driver", validForSeconds: 30 }, start);
  await auth.authenticate(token);
  now = new Date(start.getTime() + 40_000);
  expect(await auth.authenticate(token)).toBe("expired");
});

test("wrong key, wrong algorithm, no signature, nonsense", async () => {
  const auth = createAuthenticator({ key, clock: clockAt(() => start) });
  const other = await mintToken(
    new Secret("f".repeat(32)),
    { subject: "x", role: "driver", validForSeconds: 60 },
    start,
  );
  const hs512 = await new SignJWT({ sub: "x", role: "super_admin", exp })
    .setProtectedHeader({ alg: "HS512" })
    .sign(new TextEncoder().encode("0".repeat(64)));
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${encode({ alg: "none" })}.${encode({ sub: "x", role: "super_admin", exp })}.`;
  for (const token of [other, hs512, unsigned, "nonsense", ""])
    expect(await auth.authenticate(token)).toBe("malformed");
});

test("a token without subject, with an unknown role or without expiry is refused", async () => {
  const auth = createAuthenticator({ key, clock: clockAt(() => start) });
  for (const claims of [
    { role: "driver", exp },
    { sub: "x", role: "root", exp },
    { sub: "x", role: "driver" },
  ]) {
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(bytes);
    expect(await auth.authenticate(token)).toBe("claims");
  }
});

test("issuer and audience are checked where configured", async () => {
  const auth = createAuthenticator({ key, clock: clockAt(() => start), issuer: "luckygas", audience: "gateway" });
  const request = { subject: "x", role: "driver", validForSeconds: 60 } as const;
  expect(await auth.authenticate(await mintToken(key, request, start))).toBe("claims");
  const full = await mintToken(key, { ...request, issuer: "luckygas", audience: "gateway" }, start);
  expect(await auth.authenticate(full)).toEqual({ subject: "x", role: "driver" });
});
