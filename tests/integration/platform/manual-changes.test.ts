import { afterAll, beforeAll, expect, test } from "bun:test";
import postgres from "postgres";
import { createAuditTrail } from "../../../src/platform/audit.ts";
import { listEntries } from "../../../src/platform/audit-store.ts";
import { verifyAudit } from "../../../src/platform/audit-verify.ts";
import { createManualChangeJob } from "../../../src/platform/manual-changes.ts";
import { createTestPlatform, type TestPlatform } from "../../support/platform.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";

describeWith(["postgres"], "changes made in SQL by hand", () => {
  let database: TestDatabase;
  let byHand: postgres.Sql;
  let platforms: TestPlatform[];

  beforeAll(async () => {
    database = await createTestDatabase();
    byHand = postgres(database.url, { max: 1, onnotice: () => {}, connection: { application_name: "psql" } });
    platforms = Array.from({ length: 2 }, () => createTestPlatform({ url: database.url }));
  });
  afterAll(async () => {
    await Promise.all(platforms.map((platform) => platform.close()));
    await byHand.end();
    await database.close();
  });

  /** What the job of every process adds to the chain, in its order. */
  async function recorded() {
    const [one] = platforms;
    if (!one) throw new Error("no platform");
    const before = (await listEntries(one.database.db, { limit: 1 }))[0]?.seq ?? 0;
    await Promise.all(
      platforms.map(async (platform) => {
        const job = createManualChangeJob({ ...platform, audit: createAuditTrail(platform) });
        while ((await job.run(new AbortController().signal)).more);
      }),
    );
    expect((await verifyAudit(one.database.db)).problems).toEqual([]);
    return (await listEntries(one.database.db, { limit: 500 })).filter(({ seq }) => seq > before).reverse();
  }

  test("are in the audit chain once: who, what, which columns, the states before and after; the gateway's own are not", async () => {
    await byHand`INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active) VALUES ('every8d', '{}', 100, 100, true)`;
    await byHand`UPDATE provider_configs SET priority = 50, is_active = false WHERE provider = 'every8d'`;
    await byHand`UPDATE provider_configs SET priority = 50 WHERE provider = 'every8d'`;
    await byHand`DELETE FROM provider_configs WHERE provider = 'every8d'`;
    await byHand`TRUNCATE provider_configs`;
    for (const { database } of platforms.slice(0, 1)) {
      await database.hot`INSERT INTO provider_configs (provider, config) VALUES ('mitake', '{}')`;
    }
    const entries = await recorded();
    expect(entries.map(({ action, object, before, after }) => ({ action, object, before, after }))).toMatchObject([
      { action: "sql.insert", object: "provider_configs/every8d", before: null, after: { priority: 100 } },
      {
        action: "sql.update",
        object: "provider_configs/every8d",
        before: { priority: 100, is_active: true },
        after: { priority: 50, is_active: false, columns: "is_active priority", program: "psql" },
      },
      { action: "sql.update", after: { columns: "" } },
      { action: "sql.delete", before: { priority: 50 } },
      { action: "sql.truncate", object: "provider_configs" },
    ]);
    expect(new Set(entries.map(({ actor }) => actor))).toEqual(new Set(["database:gateway"]));
    expect(await recorded()).toEqual([]);
  });

  test("of a bank tell that its host key changed, and neither key nor host", async () => {
    await byHand`INSERT INTO bank_configurations (bank_code, bank_name, sftp_host, sftp_port, upload_path, download_path, file_format, encoding)
      VALUES ('mega', '兆豐銀行', 'sftp.canary.tw', 22, '/upload', '/download', 'fixed_width', 'BIG5')`;
    await byHand`UPDATE bank_configurations SET host_key_pins = '["SHA256:canary"]' WHERE bank_code = 'mega'`;
    const entries = await recorded();
    expect(entries.at(-1)).toMatchObject({ object: "bank_configurations/mega", after: { columns: "host_key_pins" } });
    expect(JSON.stringify(entries)).not.toContain("canary");
  });

  test("more than fit into one round are all taken", async () => {
    await byHand`INSERT INTO invoice_sequences (year_month, prefix, range_start, range_end, current_number, is_active)
      SELECT '202501', chr(65 + n / 26) || chr(65 + n % 26), 10000000, 19999999, 10000000, false FROM generate_series(0, 249) AS n`;
    const entries = await recorded();
    expect(entries.length).toBe(250);
    expect(entries[7]?.after).toMatchObject({ prefix: "AH", range_start: 10_000_000, is_active: false });
  });
});
