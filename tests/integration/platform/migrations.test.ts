import { expect, test } from "bun:test";
import { openDatabase } from "../../../src/platform/database.ts";
import { migrate, missingMigrations } from "../../../src/platform/migrations.ts";
import { createTestDatabase } from "../../support/postgres.ts";

test("several processes may migrate at once; each migration is applied once", async () => {
  const empty = await createTestDatabase({ migrated: false });
  const clients = Array.from({ length: 4 }, () =>
    openDatabase({ address: { url: empty.url }, connectionsMax: 1, hotConnectionsMax: 0 }),
  );
  const [first] = clients;
  if (!first) throw new Error("no client");
  const missing = await missingMigrations(first);
  expect(missing).toBeGreaterThan(0);
  const applied = await Promise.all(clients.map((client) => migrate(client)));
  expect(applied.reduce((sum, count) => sum + count, 0)).toBe(missing);
  expect(await missingMigrations(first)).toBe(0);
  await Promise.all(clients.map((client) => client.close()));
  await empty.close();
});
