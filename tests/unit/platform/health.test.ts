import { expect, test } from "bun:test";
import { createHealth } from "../../../src/http/health.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import type { Database } from "../../../src/platform/database.ts";

function world() {
  const asked = { ping: 0, capability: 0 };
  let away = false;
  const database = {
    ping: async () => {
      asked.ping += 1;
      if (away) throw new Error("away");
    },
  } as unknown as Database; // as: health asks for nothing else
  const capability = {
    health: async () => {
      asked.capability += 1;
      return { einvoice: { status: "healthy" as const } };
    },
  };
  const health = createHealth({ clock: systemClock, database, capabilities: [capability] });
  return { asked, health, goAway: () => (away = true) };
}

test("a flood of health calls is one look, and readiness one statement at a time", async () => {
  const { asked, health } = world();
  const reports = await Promise.all(Array.from({ length: 500 }, () => health.report()));
  expect(new Set(reports).size).toBe(1);
  expect(asked).toEqual({ ping: 1, capability: 1 });
  await Promise.all(Array.from({ length: 500 }, () => health.isReady()));
  expect(asked).toEqual({ ping: 2, capability: 1 });
});

test("readiness is never kept: it says no as soon as the database is away or the process drains", async () => {
  const { health, goAway } = world();
  expect(await health.isReady()).toBe(true);
  goAway();
  expect(await health.isReady()).toBe(false);
  const other = world();
  other.health.startDraining();
  expect(await other.health.isReady()).toBe(false);
  expect(other.asked.ping).toBe(0);
});

test("a capability whose health fails does not spoil the looks after it", async () => {
  let broken = true;
  const capability = {
    health: async () => {
      if (broken) throw new Error("the query failed");
      return {};
    },
  };
  const database = { ping: async () => {} } as unknown as Database; // as: health asks for nothing else
  const health = createHealth({ clock: systemClock, database, capabilities: [capability] });
  await expect(health.report()).rejects.toThrow("the query failed");
  broken = false;
  expect(await health.report()).toMatchObject({ status: "healthy" });
});
