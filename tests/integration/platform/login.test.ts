import { afterAll, beforeAll, expect, test } from "bun:test";
import { eq } from "drizzle-orm";
import { createAuditTrail } from "../../../src/platform/audit.ts";
import { listEntries } from "../../../src/platform/audit-store.ts";
import { createAuthenticator } from "../../../src/platform/auth.ts";
import { OperationError } from "../../../src/platform/errors.ts";
import { createLoginGuard, lockMsAfter } from "../../../src/platform/login-guard.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { fixedKeys } from "../../../src/platform/signing-keys.ts";
import { loginGuards } from "../../../src/platform/tables.ts";
import { createSystemHandlers } from "../../../src/system.ts";
import { createTestPlatform, type TestPlatform } from "../../support/platform.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";

const PASSWORD = "correct-horse-battery-staple";
const key = new Secret("k".repeat(40));

test("five attempts are free, then each wrong one locks for longer, up to 15 minutes", () => {
  expect([1, 4, 5, 6, 7, 9, 10, 11, 1_000].map((failures) => lockMsAfter(failures) / 1000)).toEqual([
    0, 0, 30, 60, 120, 480, 900, 900, 900,
  ]);
});

describeWith(["postgres"], "sign-in", () => {
  let database: TestDatabase;
  let platforms: TestPlatform[];

  beforeAll(async () => {
    database = await createTestDatabase();
    const secrets = { "first-superuser-password": PASSWORD };
    platforms = [1, 2].map(() => createTestPlatform({ url: database.url, secrets }));
  });
  afterAll(async () => {
    await Promise.all(platforms.map((platform) => platform.close()));
    await database.close();
  });

  /** The handlers of one of two processes. */
  function process(index: 0 | 1, more: Partial<TestPlatform> = {}) {
    const platform = platforms[index];
    if (!platform) throw new Error("no platform");
    return createSystemHandlers({
      health: {
        report: async () => ({ status: "healthy", services: {} }),
        isReady: async () => true,
        startDraining() {},
      },
      platform: { ...platform, ...more },
      audit: createAuditTrail(platform),
      loginGuard: createLoginGuard(platform.database.db),
      keys: fixedKeys(key),
    });
  }
  const first = () => {
    const [platform] = platforms;
    if (!platform) throw new Error("no platform");
    return platform;
  };
  const signIn = async (handlers: ReturnType<typeof process>, username: string, password: string) => {
    // as: nobody has signed in yet, so there is no caller.
    const context = { caller: undefined, requestId: "request-0001", log: first().log } as unknown as Parameters<
      typeof handlers.login
    >[1];
    try {
      return { token: (await handlers.login({ username, password }, context)).token };
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      return { refused: error.options.reason, code: error.code, wait: error.options.retryAfterSeconds };
    }
  };
  const forget = () => first().database.db.delete(loginGuards);

  test("the right password gives a token of the superuser", async () => {
    const { token } = await signIn(process(0), "admin", PASSWORD);
    const auth = createAuthenticator({ key, clock: first().clock });
    expect(await auth.authenticate(token ?? "")).toEqual({ subject: "admin", role: "super_admin" });
  });

  test("a wrong password, a wrong name, no secret at all: the same refusal", async () => {
    await forget();
    const wrong: unknown = { refused: "wrong_credentials", code: "unauthenticated", wait: undefined };
    expect<unknown>(await signIn(process(0), "admin", `${PASSWORD}x`)).toEqual(wrong);
    expect<unknown>(await signIn(process(0), "root", PASSWORD)).toEqual(wrong);
    const none = process(0, { secrets: { read: async () => undefined } });
    expect<unknown>(await signIn(none, "admin", PASSWORD)).toEqual(wrong);
    expect<unknown>(await signIn(process(0, { secrets: { read: async () => new Secret("") } }), "admin", "")).toEqual(
      wrong,
    );
  });

  test("attempts are counted over all processes, at the same moment too, and a locked account refuses the right password", async () => {
    await forget();
    const tries = await Promise.all(
      Array.from({ length: 30 }, (_, count) => signIn(process(count % 2 === 0 ? 0 : 1), "admin", `wrong-${count}`)),
    );
    const judged = tries.filter((attempt) => attempt.refused === "wrong_credentials");
    expect(judged.length).toBe(5);
    const locked = await signIn(process(1), "admin", PASSWORD);
    expect(locked).toMatchObject({ refused: "login_locked", code: "rate_limited" });
    expect(locked.wait).toBeGreaterThan(25);

    // The time of the lock is the database's: it is set back as if it had passed.
    const past = { lockedUntil: new Date(Date.now() - 1_000) };
    await first().database.db.update(loginGuards).set(past).where(eq(loginGuards.account, "admin"));
    expect<unknown>(await signIn(process(0), "admin", "wrong-again")).toMatchObject({ refused: "wrong_credentials" });
    expect((await signIn(process(1), "admin", PASSWORD)).wait).toBeGreaterThan(55);
    await first().database.db.update(loginGuards).set(past).where(eq(loginGuards.account, "admin"));
    expect<unknown>(await signIn(process(1), "admin", PASSWORD)).toHaveProperty("token", expect.any(String));
    for (let count = 0; count < 4; count += 1) await signIn(process(0), "admin", "wrong");
    expect<unknown>(await signIn(process(0), "admin", PASSWORD)).toHaveProperty("token", expect.any(String));
  });

  test("every judged attempt is in the audit chain, without what was typed; the log has none of it either", async () => {
    const entries = await listEntries(first().database.db, { action: "system.login", limit: 200 });
    expect(entries.length).toBeGreaterThan(10);
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set(["admin", "(unknown)"]));
    const told = JSON.stringify(entries) + platforms.flatMap(({ logLines }) => logLines).join("\n");
    for (const typed of [PASSWORD, "wrong-1", "root"]) expect(told).not.toContain(typed);
  });
});
