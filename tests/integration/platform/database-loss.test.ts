import { afterEach, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { type Database, isDatabaseUnavailable, openDatabase } from "../../../src/platform/database.ts";
import { createDatabaseDoor, type DatabaseDoor } from "../../support/database-door.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

describeWith(["postgres"], "a database that is lost", () => {
  let real: TestDatabase;
  let door: DatabaseDoor;
  let database: Database;
  const lost: unknown[] = [];
  const note = (error: unknown) => void lost.push(error);

  beforeEach(async () => {
    real = await createTestDatabase({ migrated: false });
    door = await createDatabaseDoor(real.url);
    database = openDatabase({
      address: { url: door.url },
      connectionsMax: 2,
      hotConnectionsMax: 2,
      statementMsMax: 3_000,
    });
    await database.db.execute(sql`CREATE TABLE things (id int PRIMARY KEY)`);
    process.on("uncaughtException", note);
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    process.off("uncaughtException", note);
    process.off("unhandledRejection", note);
    await database.close();
    await door.shut();
    await real.close();
    expect(lost.splice(0)).toEqual([]);
  });

  const outcomeOf = (call: Promise<unknown>) =>
    call.then(
      () => "done",
      (error: unknown) => (isDatabaseUnavailable(error) ? "unavailable" : error),
    );
  const count = async () => Number((await database.hot`SELECT count(*)::int AS n FROM things`)[0]?.n);
  /** Every place of both pools is tried: more statements at once than there are connections. */
  const everyPlaceWorks = async () => {
    for (let round = 0; round < 3; round += 1) {
      const calls = Array.from({ length: 8 }, () => [
        database.hot`SELECT pg_sleep(0.01)`,
        database.db.execute(sql`SELECT pg_sleep(0.01)`),
        database.hot.begin(async (tx) => tx`SELECT 1`),
        database.db.transaction(async (tx) => tx.execute(sql`SELECT 1`)),
      ]).flat();
      expect(await Promise.all(calls.map((call) => outcomeOf(Promise.resolve(call))))).toEqual(calls.map(() => "done"));
    }
  };

  test("transactions that lose their connection reject, write no further, and leave every place usable", async () => {
    const reached: string[] = [];
    const inHot = database.hot.begin(async (tx) => {
      await tx`INSERT INTO things VALUES (1)`;
      door.cut();
      await waitFor("the loss to be seen", async () => (await outcomeOf(tx`SELECT 1`)) === "unavailable");
      reached.push("hot");
      await tx`INSERT INTO things VALUES (2)`;
    });
    expect(await outcomeOf(inHot)).toBe("unavailable");
    await waitFor("drizzle's connections to be usable", async () => {
      return (await outcomeOf(Promise.resolve(database.db.execute(sql`SELECT 1`)))) === "done";
    });
    const inDb = database.db.transaction(async (tx) => {
      await tx.execute(sql`INSERT INTO things VALUES (3)`);
      door.cut();
      await tx.execute(sql`SELECT pg_sleep(1)`).catch(() => {});
      reached.push("db");
      await tx.execute(sql`INSERT INTO things VALUES (4)`);
    });
    expect(await outcomeOf(inDb)).toBe("unavailable");
    await waitFor("both to go on after the loss", () => reached.length === 2);
    await everyPlaceWorks();
    expect(await count()).toBe(0);
  });

  test("many transactions under way, cut again and again: each ends, and afterwards all is well", async () => {
    for (let round = 0; round < 5; round += 1) {
      const calls = Array.from({ length: 12 }, (_, index) =>
        database.db.transaction(async (tx) => {
          await tx.execute(sql`SELECT ${index}::int`);
          if (index === 1) door.cut();
          await tx.execute(sql`SELECT pg_sleep(0.02)`);
        }),
      );
      const outcomes = await Promise.all(calls.map(outcomeOf));
      expect(outcomes.filter((outcome) => outcome !== "done" && outcome !== "unavailable")).toEqual([]);
    }
    await everyPlaceWorks();
  });

  test("a proxy that accepts and closes: statements fail at once, without a storm of connections", async () => {
    await database.ping();
    door.turnAway();
    // The first of each fail on the connections that were cut, the others while they connect.
    for (let round = 0; round < 3; round += 1) {
      expect(await outcomeOf(database.ping())).toBe("unavailable");
      expect(await outcomeOf(database.db.transaction(async (tx) => tx.execute(sql`SELECT 1`)))).toBe("unavailable");
    }
    expect(door.turnedAway()).toBeGreaterThan(0);
    // A client that goes on by itself makes thousands.
    expect(door.turnedAway()).toBeLessThan(50);
    await door.open();
    await waitFor("an answer", async () => (await outcomeOf(database.ping())) === "done");
    await everyPlaceWorks();
  });

  test("a silent network: statements, transactions and commits end in time, and a new client takes over", async () => {
    await Promise.all([database.ping(), database.db.execute(sql`SELECT 1`)]);
    const underWay = database.hot.begin(async (tx) => {
      await tx`INSERT INTO things VALUES (5)`;
      door.silence();
      // COMMIT is the first that nobody answers.
    });
    expect(await outcomeOf(underWay)).toBe("unavailable");
    const calls = [
      database.ping(),
      database.db.execute(sql`SELECT 1`),
      database.hot.begin(async (tx) => tx`SELECT 1`),
      database.db.transaction(async (tx) => tx.execute(sql`SELECT 1`)),
    ];
    expect(await Promise.all(calls.map(outcomeOf))).toEqual(calls.map(() => "unavailable"));
    door.cut();
    await door.open();
    await waitFor("an answer", async () => (await outcomeOf(database.ping())) === "done");
    await everyPlaceWorks();
    expect(await count()).toBe(0);
  });

  test("a statement that takes too long fails alone: what else is under way goes on", async () => {
    const slow = outcomeOf(database.db.execute(sql`SELECT pg_sleep(30)`));
    expect(await slow).toBe("unavailable");
    await everyPlaceWorks();
  });

  test("an error of a statement rolls back and is told as it is, fragments and empty results work as ever", async () => {
    await database.hot`INSERT INTO things VALUES (6)`;
    const again = database.hot.begin(async (tx) => {
      await tx`INSERT INTO things VALUES (7)`;
      await tx`INSERT INTO things VALUES (6)`;
    });
    await expect(Promise.resolve(again)).rejects.toMatchObject({ code: "23505" });
    const only = database.hot`WHERE id = ${6}`;
    expect((await database.hot`SELECT id FROM things ${only}`).map(({ id }) => id)).toEqual([6]);
    expect([...(await database.hot`SELECT id FROM things WHERE id = 99`)]).toEqual([]);
    expect(await database.hot.begin("read only", async (tx) => [...(await tx`SELECT 1 AS one`)])).toEqual([{ one: 1 }]);
    expect(await count()).toBe(1);
  });
});
