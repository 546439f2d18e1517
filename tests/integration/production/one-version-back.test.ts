import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGatewayClient } from "@luckygas/gateway-client";
import { doMainJob } from "../../../scripts/lib/main-job.ts";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { testSigningKey } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { freePort } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { notAdditive } from "./additive.ts";

const root = join(import.meta.dir, "../../..");

/** The latest release, by its tag `v1.2.3`; `undefined` while there is none. */
function latestRelease(): string | undefined {
  const tags = Bun.spawnSync(["git", "tag", "--list", "v*", "--sort=-version:refname"], { cwd: root });
  return tags.exitCode === 0 ? tags.stdout.toString().split("\n").find(Boolean) : undefined;
}

const release = latestRelease();

/** The sources of the version before, in a folder of their own. Until the first release that is this version itself. */
async function previousVersion(folder: string): Promise<string> {
  if (release === undefined) return root;
  const unpacked = Bun.spawnSync(["/bin/sh", "-c", `git archive ${release} | tar -x -C ${folder}`], { cwd: root });
  if (unpacked.exitCode !== 0) throw new Error(unpacked.stderr.toString());
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

describe("migrations after the first", () => {
  const files = readdirSync(join(root, "drizzle"))
    .filter((name) => /^\d{4}_.*\.sql$/.test(name))
    .sort();

  test("add only, so that processes of the version before go on beside the new ones", () => {
    const found = files
      .slice(1)
      .flatMap((name) =>
        notAdditive(readFileSync(join(root, "drizzle", name), "utf8")).map((text) => `${name}: ${text}`),
      );
    expect(found).toEqual([]);
  });

  test.each([
    'ALTER TABLE "invoices" DROP COLUMN "memo";',
    'ALTER TABLE "invoices" RENAME COLUMN "memo" TO "note";',
    'ALTER TABLE "invoices" ADD COLUMN "kind" text NOT NULL;',
    'ALTER TABLE "invoices" ALTER COLUMN "kind" SET NOT NULL;',
    'ALTER TABLE "invoices" ALTER COLUMN "kind" SET DATA TYPE integer;',
    'CREATE UNIQUE INDEX "only" ON "invoices" USING btree ("kind");',
    'ALTER TABLE "invoices" ADD CONSTRAINT "positive" CHECK (amount > 0);',
    'DROP TABLE "invoices";',
  ])("%s would not be let through", (statement) => expect(notAdditive(statement).length).toBe(1));

  test.each([
    'CREATE TABLE "fresh" (\n\t"id" text PRIMARY KEY NOT NULL\n);\n--> statement-breakpoint\nCREATE UNIQUE INDEX "u" ON "fresh" USING btree ("id");',
    'ALTER TABLE "invoices" ADD COLUMN "note" text;--> statement-breakpoint\nALTER TABLE "invoices" ADD COLUMN "n" integer DEFAULT 0 NOT NULL;',
    'CREATE INDEX "i" ON "invoices" USING btree ("note");',
  ])("%s would", (statement) => expect(notAdditive(statement)).toEqual([]));
});

describeWith(["postgres"], `a roll-out from ${release ?? "this version itself (nothing is released yet)"}`, () => {
  let world: OutsideWorld;
  let folder: string;
  let previous: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gateway-previous-"));
    previous = await previousVersion(folder);
    // Its database has this version's schema already: the migration runs before the first new process starts.
    world = await startOutsideWorld({ numbers: 100 });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** What a next version may do to the schema, to every table at once: this version must start on it and work with it. */
  async function migrateToNext(): Promise<void> {
    const tables =
      await world.sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`;
    expect(tables.length).toBeGreaterThan(20);
    for (const { name } of tables) {
      await world.sql.unsafe(
        `ALTER TABLE "${name}" ADD COLUMN next_note text, ADD COLUMN next_count integer NOT NULL DEFAULT 0`,
      );
      await world.sql.unsafe(`CREATE INDEX ON "${name}" (next_count)`);
    }
    await world.sql.unsafe("CREATE TABLE next_things (id uuid PRIMARY KEY)");
    await world.sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at)
      SELECT 'next', max(created_at) + 1 FROM drizzle.__drizzle_migrations`;
  }

  async function start(sources: string, port: number) {
    const url = `http://127.0.0.1:${port}`;
    const child = Bun.spawn([process.execPath, "src/main.ts"], {
      cwd: sources,
      env: {
        PATH: process.env.PATH,
        ...{ ENVIRONMENT: "test", JWT_SECRET_KEY: testSigningKey, PORT: String(port), PUBLIC_BASE_URL: url },
        ...world.env,
      },
      stdout: "ignore",
      stderr: "pipe",
    });
    await waitFor("a version to be ready", async () => {
      if (child.exitCode !== null) throw new Error(await new Response(child.stderr).text());
      return fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    const client = async (subject: string) => {
      const request = { subject, role: "manager", validForSeconds: 3_600 } as const;
      return createGatewayClient({ url, token: await mintToken(new Secret(testSigningKey), request, new Date()) });
    };
    return { client, stop: () => child.kill("SIGTERM"), ended: child.exited };
  }

  test("both versions work on the new schema, side by side, and each finishes what the other began", async () => {
    // Receipts come to the world's port: it is the new version's, and the old one's work must be finished by it.
    const before = await start(previous, await freePort());
    const job = async (maker: Awaited<ReturnType<typeof start>>, approver: Awaited<ReturnType<typeof start>>) => {
      // The same text to the same number would be held back as a repetition.
      await world.sql`TRUNCATE sms_messages CASCADE`;
      return doMainJob({
        maker: await maker.client("maker"),
        approver: await approver.client("approver"),
        tell: () => {},
        now: new Date(),
      });
    };
    const after = await start(root, world.port);
    expect(await job(before, after)).toMatchObject({ ok: true });
    expect(await job(after, before)).toMatchObject({ ok: true });
    before.stop();
    expect(await before.ended).toBe(0);
    expect(await job(after, after)).toMatchObject({ ok: true });

    // The next roll-out: its migration runs under this version, which goes on, and also starts anew, as in a roll-back.
    await migrateToNext();
    expect(await job(after, after)).toMatchObject({ ok: true });
    after.stop();
    expect(await after.ended).toBe(0);
    const again = await start(root, world.port);
    expect(await job(again, again)).toMatchObject({ ok: true });
    again.stop();
    expect(await again.ended).toBe(0);
  }, 180_000);
});
