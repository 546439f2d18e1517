import { afterAll, beforeAll, expect, test } from "bun:test";
import postgres from "postgres";
import { createAuditTrail } from "../../../src/platform/audit.ts";
import type { AuditRecord } from "../../../src/platform/audit-entry.ts";
import { listEntries, unfinishedCalls } from "../../../src/platform/audit-store.ts";
import { verifyAudit } from "../../../src/platform/audit-verify.ts";
import { createTestPlatform, type TestPlatform } from "../../support/platform.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";

const record = (count: number, more: Partial<AuditRecord> = {}): Omit<AuditRecord, "at"> => ({
  callId: crypto.randomUUID(),
  phase: "applied",
  actor: `U${count}`,
  role: "manager",
  action: "banking.approveBatch",
  object: `batch-${count}`,
  requestId: `request-${count}`,
  before: { status: "sealed", "items.length": count },
  after: { status: "approved", totalAmount: 1380, isActive: true, outcome: null },
  ...more,
});

describeWith(["postgres"], "the audit chain", () => {
  let database: TestDatabase;
  let sql: postgres.Sql;
  let platforms: TestPlatform[];

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = postgres(database.url, { max: 1, onnotice: () => {} });
    platforms = Array.from({ length: 3 }, () => createTestPlatform({ url: database.url }));
  });
  afterAll(async () => {
    await Promise.all(platforms.map((platform) => platform.close()));
    await sql.end();
    await database.close();
  });

  const first = (): TestPlatform => {
    const [platform] = platforms;
    if (!platform) throw new Error("no platform");
    return platform;
  };
  const verify = () => verifyAudit(first().database.db);

  test("three processes write one chain without gaps", async () => {
    const trails = platforms.map((platform) => createAuditTrail(platform));
    await Promise.all(
      Array.from({ length: 600 }, async (_, count) => {
        // Some at once, some after the others: both ways of appending are taken.
        await Bun.sleep(count % 20);
        await trails[count % 3]?.record(record(count));
      }),
    );
    const verdict = await verify();
    expect(verdict).toMatchObject({ entries: 600, problems: [], head: { seq: 600 } });
    const [newest] = await listEntries(first().database.db, { limit: 1 });
    expect(newest).toMatchObject({
      seq: 600,
      before: { status: "sealed" },
      after: { totalAmount: 1380, outcome: null },
    });
  });

  test("nobody changes or removes an entry through the database's usual statements", async () => {
    for (const statement of [
      "UPDATE audit_entries SET actor = 'x' WHERE seq = 5",
      "DELETE FROM audit_entries WHERE seq = 5",
      "TRUNCATE audit_entries",
    ]) {
      expect(String(await sql.unsafe(statement).catch((error: unknown) => error))).toContain("append-only");
    }
  });

  /** Does what only the owner of the tables could, looks, and takes it back. */
  async function tampered(...statements: string[]) {
    await sql`ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only`;
    await sql`CREATE TABLE kept_entries AS SELECT * FROM audit_entries`;
    await sql`CREATE TABLE kept_heads AS SELECT * FROM audit_heads`;
    for (const statement of statements) await sql.unsafe(statement);
    const verdict = await verify();
    await sql`DELETE FROM audit_entries`;
    await sql`INSERT INTO audit_entries SELECT * FROM kept_entries`;
    await sql`DELETE FROM audit_heads`;
    await sql`INSERT INTO audit_heads SELECT * FROM kept_heads`;
    await sql`DROP TABLE kept_entries, kept_heads`;
    await sql`ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_append_only`;
    expect((await verify()).problems).toEqual([]);
    return verdict.problems.map(({ seq, kind }) => `${kind} ${seq}`);
  }

  const changes: [string, string][] = [
    ["actor", "'someone'"],
    ["at", "at + interval '1 millisecond'"],
    ["after", `after || '{"status":"cancelled"}'`],
    ["before", "NULL"],
    ["role", "NULL"],
    ["request_id", "'other'"],
    ["phase", "'refused'"],
    ["object", "'other'"],
    ["action", "'x'"],
  ];
  for (const [column, value] of changes) {
    test(`a changed ${column} is found at its entry`, async () => {
      expect(await tampered(`UPDATE audit_entries SET ${column} = ${value} WHERE seq = 300`)).toEqual(["changed 300"]);
    });
  }

  test("a removed entry is found: in the middle, at the beginning, at the end, all of them", async () => {
    const remove = (where: string) => `DELETE FROM audit_entries WHERE ${where}`;
    expect(await tampered(remove("seq = 300"))).toEqual(["removed 300"]);
    expect(await tampered(remove("seq <= 2"))).toEqual(["removed 1"]);
    expect(await tampered(remove("seq = 600"))).toEqual(["removed 600"]);
    expect(await tampered(remove("true"))).toEqual(["removed 1"]);
    expect(await tampered(remove("true"), "DELETE FROM audit_heads")).toEqual([]); // what only an anchor finds
  });

  test("an inserted entry is found, at the end and in a place made for it", async () => {
    const insert = (seq: string) =>
      `INSERT INTO audit_entries SELECT ${seq}, gen_random_uuid(), phase, at, actor, role, action, object, request_id, before, after, hash, hash
       FROM audit_entries WHERE seq = 600`;
    expect(await tampered(insert("601"))).toEqual(["changed 601"]);
    // Everything after it moves: the numbers of those entries no longer fit their hashes.
    const problems = await tampered("UPDATE audit_entries SET seq = seq + 1000 WHERE seq > 590", insert("591"));
    expect(problems.length).toBeGreaterThan(0);
  });

  test("a whole new chain is found by an anchor alone", async () => {
    const { head } = await verify();
    const { db } = first().database;
    expect((await verifyAudit(db, head)).problems).toEqual([]);
    const wrong = { seq: 300, hash: "f".repeat(64) };
    expect((await verifyAudit(db, wrong)).problems).toMatchObject([{ kind: "not_the_anchor", seq: 300 }]);
    expect((await verifyAudit(db, { ...head, seq: 9_999 })).problems).toMatchObject([{ kind: "not_the_anchor" }]);
  });

  test("a call that was begun and never ended is told", async () => {
    const trail = createAuditTrail(first());
    const done = record(1, { phase: "begun" });
    await trail.record(done);
    await trail.record({ ...done, phase: "applied" });
    const cut = record(2, { phase: "begun" });
    await trail.record(cut);
    const found = await unfinishedCalls(first().database.db, new Date(Date.now() + 60_000));
    expect(found.map(({ callId }) => callId)).toEqual([cut.callId]);
  });

  test("a database that is away fails the record and breaks nothing", async () => {
    const trail = createAuditTrail(first());
    await trail.record(record(1));
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()`;
    await trail.record(record(2)).catch(() => {});
    await trail.record(record(3)).catch(() => {});
    await trail.record(record(4));
    expect((await verify()).problems).toEqual([]);
  });
});
