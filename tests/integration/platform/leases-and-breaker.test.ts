import { afterAll, beforeAll, expect, test } from "bun:test";
import { workUnder } from "../../../src/platform/leases.ts";
import { createTestPlatform, type TestPlatform } from "../../support/platform.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { waitFor } from "../../support/wait-for.ts";

let database: TestDatabase;
let one: TestPlatform;
let two: TestPlatform;

beforeAll(async () => {
  database = await createTestDatabase();
  one = createTestPlatform({ url: database.url });
  two = createTestPlatform({ url: database.url });
});

afterAll(async () => {
  await one.close();
  await two.close();
  await database.close();
});

test("a named lease is held by one process, and free again after release", async () => {
  const held = await one.leases.acquire("exclusive", 60_000);
  expect(held).toBeDefined();
  expect(await two.leases.acquire("exclusive", 60_000)).toBeUndefined();
  await held?.release();
  expect(await two.leases.acquire("exclusive", 60_000)).toBeDefined();
});

test("a lease that ran out can be taken by another, and its old holder cannot renew it", async () => {
  const lost = await one.leases.acquire("short", 1);
  const taken = await waitFor("the lease to run out", () => two.leases.acquire("short", 60_000));
  expect(await lost?.renew(60_000)).toBe(false);
  await lost?.release();
  expect(await taken.renew(60_000)).toBe(true);
});

test("work under a lease keeps it for longer than its term, and frees it in the end", async () => {
  const held = await one.leases.acquire("long work", 300);
  if (!held) throw new Error("not acquired");
  let renewals = 0;
  const counted = { ...held, renew: (ttlMs: number) => held.renew(ttlMs).finally(() => (renewals += 1)) };
  await workUnder(counted, 300, () => waitFor("six renewals", () => renewals >= 6));
  expect(renewals).toBeGreaterThanOrEqual(6);
  expect(await two.leases.acquire("long work", 60_000)).toBeDefined();
});

test("work under a lease that was lost is told", async () => {
  const held = await one.leases.acquire("lost work", 60_000);
  if (!held) throw new Error("not acquired");
  const told = await workUnder({ ...held, renew: async () => false }, 30, async (signal) => {
    await waitFor("the signal", () => signal.aborted);
    return signal.aborted;
  });
  expect(told).toBe(true);
});

test("slots are counted over all processes", async () => {
  const attempts = Array.from({ length: 12 }, (_, index) =>
    (index % 2 ? one : two).leases.acquireSlot("bank", 5, 60_000),
  );
  const held = (await Promise.all(attempts)).filter((lease) => lease !== undefined);
  expect(held.length).toBe(5);
  await held[0]?.release();
  expect(await one.leases.acquireSlot("bank", 5, 60_000)).toBeDefined();
});

test("failures of both processes add up, and the open state is seen by both", async () => {
  const opened: string[] = [];
  const options = { name: "shared", failuresToOpen: 5, openForMs: 600_000, probeTimeoutMs: 30_000 };
  const first = one.breakers.create({ ...options, onOpen: () => opened.push("one") });
  const second = two.breakers.create({ ...options, onOpen: () => opened.push("two") });
  for (let count = 0; count < 5; count += 1) {
    const entered = await (count % 2 ? first : second).enter();
    if ("permit" in entered) await entered.permit.failure();
  }
  expect(await first.state()).toBe("open");
  expect(await second.enter()).toHaveProperty("refusedUntil");
  expect(opened).toEqual(["two"]);
});

test("a success in between starts the count anew", async () => {
  const breaker = one.breakers.create({ name: "mended", failuresToOpen: 2, openForMs: 600_000, probeTimeoutMs: 1_000 });
  for (const outcome of ["failure", "success", "failure"] as const) {
    const entered = await breaker.enter();
    if ("permit" in entered) await entered.permit[outcome]();
  }
  expect(await breaker.state()).toBe("closed");
});

test("a success of a later call undoes what another process saw fail; one of an earlier call does not", async () => {
  const options = { name: "counted", failuresToOpen: 2, openForMs: 600_000, probeTimeoutMs: 1_000 };
  const first = one.breakers.create(options);
  const second = two.breakers.create(options);
  const earlier = await first.enter();
  const failing = await second.enter();
  if ("permit" in failing) await failing.permit.failure();
  const later = await first.enter();
  if ("permit" in later) await later.permit.success();
  const again = await second.enter();
  if ("permit" in again) await again.permit.failure();
  expect(await first.state()).toBe("closed");
  if ("permit" in earlier) await earlier.permit.success();
  const last = await second.enter();
  if ("permit" in last) await last.permit.failure();
  expect(await first.state()).toBe("open");
});

test("half-open lets exactly one probe through; its failure opens anew, its success closes", async () => {
  const options = { name: "probed", failuresToOpen: 1, openForMs: 50, probeTimeoutMs: 60_000 };
  const first = one.breakers.create(options);
  const second = two.breakers.create(options);
  const entered = await first.enter();
  if ("permit" in entered) await entered.permit.failure();
  await waitFor("half-open", async () => (await first.state()) === "half_open");
  const attempts = await Promise.all([first.enter(), second.enter(), first.enter(), second.enter()]);
  const probes = attempts.filter((attempt) => "permit" in attempt);
  expect(probes.length).toBe(1);
  if (probes[0] && "permit" in probes[0]) await probes[0].permit.failure();
  await waitFor("half-open again", async () => (await first.state()) === "half_open");
  const last = await second.enter();
  if ("permit" in last) await last.permit.success();
  expect(await first.state()).toBe("closed");
});
