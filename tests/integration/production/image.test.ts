import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { YAML } from "bun";
import { readConfig } from "../../../src/config.ts";
import { secretNames } from "../../../src/secret-names.ts";
import { createTestDatabase, freePort, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { type Built, filesBelow, readDockerfile, runSteps } from "./dockerfile.ts";

const root = join(import.meta.dir, "../../..");
const read = (path: string) => readFile(join(root, path), "utf8");

describeWith(["postgres"], "the image", () => {
  let scratch: string;
  let built: Built;
  let database: TestDatabase;

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "gateway-image-"));
    const ignored = (await read(".dockerignore")).split("\n").filter((line) => line !== "");
    built = await runSteps(readDockerfile(await read("Dockerfile")), root, ignored, scratch);
    database = await createTestDatabase({ migrated: false });
  });
  afterAll(async () => {
    await database?.close();
    await rm(scratch, { recursive: true, force: true });
  });

  const environment = (port: number) => ({
    ...built.env,
    PATH: process.env.PATH,
    PORT: String(port),
    HOST: "127.0.0.1",
    DATABASE_URL: database.url,
    JWT_SECRET_KEY: "image-test-key-0123456789abcdef-0123",
    PUBLIC_BASE_URL: "https://gateway.example.tw",
  });
  const start = (command: string[], port: number) =>
    Bun.spawn([process.execPath, ...command.slice(1)], {
      cwd: built.app,
      env: environment(port),
      stdout: "pipe",
      stderr: "pipe",
    });
  const textOf = (stream: ReadableStream<Uint8Array>) => new Response(stream).text();

  test("is made on the pinned Bun, and its processes are not root", async () => {
    const pinned = JSON.parse(await read("package.json")).packageManager.replace("bun@", "");
    expect(built.images).toEqual([`oven/bun:${pinned}`, `oven/bun:${pinned}-slim`]);
    expect(built.user).toBe("bun");
  });

  test("holds the programs and the migrations, and nothing of the sources, tests or modules", async () => {
    const files = await filesBelow(built.app);
    for (const name of ["dist/main.js", "dist/migrate.js", "dist/verify-audit.js", "drizzle/meta/_journal.json"]) {
      expect(files).toContain(name);
    }
    expect(files.filter((name) => /(^|\/)(node_modules|tests|src)(\/|$)|\.env$|\.wasm$/.test(name))).toEqual([]);
  });

  test("refuses to serve an old schema, migrates it, starts, serves, is healthy and stops", async () => {
    const port = await freePort();
    const early = start(built.command, port);
    expect(await early.exited).toBe(1);
    expect(await textOf(early.stderr)).toContain("run: bun scripts/migrate.ts");

    const migrating = start(["bun", "dist/migrate.js"], port);
    expect(await migrating.exited).toBe(0);
    expect(await textOf(migrating.stdout)).toContain("Applied ");

    const gateway = start(built.command, port);
    const url = `http://127.0.0.1:${port}`;
    await waitFor("the bundle to be ready", async () => {
      if (gateway.exitCode !== null) throw new Error(await textOf(gateway.stderr));
      return fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    const check = start(built.healthCheck, port);
    expect(await check.exited).toBe(0);
    const health = await (await fetch(`${url}/api/v1/health/`)).json();
    expect(health.services.database).toEqual({ status: "healthy" });
    const refused = await fetch(`${url}/trpc/system.whoAmI`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("strict-transport-security")).toContain("max-age");
    gateway.kill("SIGTERM");
    expect(await gateway.exited).toBe(0);
    const log = (await textOf(gateway.stdout)).trim().split("\n");
    for (const line of log) expect(JSON.parse(line)).toHaveProperty("severity");

    const verifying = start(["bun", "dist/verify-audit.js"], port);
    expect(await verifying.exited).toBe(0);
    expect((await start(built.healthCheck, port).exited) === 0).toBe(false);
  });

  test("holds the seed, which runs as it stands, and again", async () => {
    const { default: postgres } = await import("postgres");
    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    const seed = await readFile(join(built.app, "drizzle/seed/production.sql"), "utf8");
    await sql.unsafe(seed);
    await sql.unsafe(seed);
    const count = async (table: string) => (await sql`SELECT count(*)::int AS n FROM ${sql(table)}`)[0]?.n;
    expect(await count("invoice_sequences")).toBe(2);
    expect(await count("bank_configurations")).toBe(2);
    expect(await count("provider_configs")).toBe(3);
    await sql.end();
  });
});

/** Every `env` entry of a Cloud Run file. */
function environmentOf(value: unknown): { name: string; value?: string; secret?: string }[] {
  if (Array.isArray(value)) return value.flatMap(environmentOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key !== "env" || !Array.isArray(inner)) return environmentOf(inner);
    return inner.map((entry) => ({
      name: String(entry.name),
      ...(entry.value !== undefined && { value: String(entry.value) }),
      ...(entry.valueFrom && { secret: String(entry.valueFrom.secretKeyRef.name) }),
    }));
  });
}

describe("deploy.sh", () => {
  test("builds, migrates and only then rolls out, with files that have no gap and that the gateway understands", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gateway-deploy-"));
    const journal = join(folder, "journal");
    await Bun.write(
      join(folder, "gcloud"),
      `#!/bin/sh\necho "$@" >>${journal}\nfor word; do case "$word" in *.yaml) cp "$word" ${folder}/;; esac; done\n`,
    );
    Bun.spawnSync(["chmod", "+x", join(folder, "gcloud")]);
    const done = Bun.spawnSync(["scripts/deploy/deploy.sh"], {
      cwd: root,
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        ...{ PROJECT_ID: "luckygas-prod", SQL_INSTANCE: "main", TAG: "t1" },
        PUBLIC_BASE_URL: "https://gateway.luckygas.tw",
      },
    });
    expect(done.stderr.toString()).toBe("");
    expect(done.exitCode).toBe(0);
    const steps = (await readFile(journal, "utf8")).trim().split("\n");
    expect(steps.map((step) => step.split(" ").slice(0, 3).join(" "))).toEqual([
      "builds submit --project",
      "run jobs replace",
      "run jobs execute",
      "run services replace",
      "run services add-iam-policy-binding",
    ]);
    expect(steps[2]).toContain("--wait");
    for (const name of ["migration-job", "service"]) {
      const text = await readFile(join(folder, `${name}.yaml`), "utf8");
      expect(text.replaceAll(/^\s*#.*$/gm, "")).not.toMatch(
        /(value|image): "?(PROJECT_ID|IMAGE|PUBLIC_BASE_URL)|REGION|SQL_INSTANCE|@PROJECT_ID/,
      );
      expect(text).toContain("asia-east1-docker.pkg.dev/luckygas-prod/luckygas/gateway:t1");
      const entries = environmentOf(YAML.parse(text));
      for (const { secret } of entries) if (secret) expect<readonly string[]>(secretNames).toContain(secret);
      const config = readConfig(
        Object.fromEntries(entries.map((entry) => [entry.name, entry.value ?? "x".repeat(40)])),
      );
      expect(config).toMatchObject({
        environment: "production",
        gcpProjectId: "luckygas-prod",
        publicBaseUrl: "https://gateway.luckygas.tw",
        database: { host: "/cloudsql/luckygas-prod:asia-east1:main", database: "luckygas", username: "luckygas" },
      });
    }
    await rm(folder, { recursive: true, force: true });
  });

  test("says what is missing, and a failed migration stops the roll-out", async () => {
    const bare = Bun.spawnSync(["scripts/deploy/deploy.sh"], { cwd: root, env: { PATH: process.env.PATH } });
    expect(bare.exitCode).not.toBe(0);
    expect(bare.stderr.toString()).toContain("PROJECT_ID: the Google Cloud project");
    const folder = await mkdtemp(join(tmpdir(), "gateway-deploy-"));
    await Bun.write(
      join(folder, "gcloud"),
      `#!/bin/sh\necho "$@" >>${folder}/journal\ncase "$*" in *execute*) exit 1;; esac\n`,
    );
    Bun.spawnSync(["chmod", "+x", join(folder, "gcloud")]);
    const failed = Bun.spawnSync(["scripts/deploy/deploy.sh"], {
      cwd: root,
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        ...{ PROJECT_ID: "luckygas-prod", SQL_INSTANCE: "main", PUBLIC_BASE_URL: "https://g.tw", TAG: "t1" },
      },
    });
    expect(failed.exitCode).toBe(1);
    expect(await readFile(join(folder, "journal"), "utf8")).not.toContain("services replace");
    await rm(folder, { recursive: true, force: true });
  });
});
