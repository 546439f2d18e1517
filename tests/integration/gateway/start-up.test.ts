import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGatewayProcess } from "../../support/gateway-process.ts";
import { createTestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gateway-start-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a gateway that must not start, and gives what it says. */
async function refusal(env: Record<string, string>): Promise<string> {
  const gateway = await startGatewayProcess({ env, dontWait: true });
  expect(await gateway.exited).toBe(1);
  return gateway.errors();
}

describe("a start that cannot be says what is wrong and how to mend it", () => {
  const cases: [string, Record<string, string>, string[]][] = [
    ["a bad variable", { PORT: "http" }, ["PORT:", "must be a port number"]],
    [
      "production without a database",
      { ENVIRONMENT: "production", PUBLIC_BASE_URL: "https://g.example.tw" },
      ["DATABASE_URL:"],
    ],
    [
      "simulators in production",
      { ENVIRONMENT: "production", SIMULATORS: "on", DATABASE_URL: "postgres://h/d" },
      ["SIMULATORS:", "remove it"],
    ],
    ["a weak signing key", { JWT_SECRET_KEY: "short" }, ["JWT_SECRET_KEY:", "32"]],
  ];
  for (const [what, env, parts] of cases) {
    test(what, async () => {
      const said = await refusal(env);
      for (const part of parts) expect(said).toContain(part);
      expect(said).not.toContain("    at ");
    });
  }

  test("production without a signing key", async () => {
    const said = await refusal({
      ENVIRONMENT: "production",
      PUBLIC_BASE_URL: "https://g.example.tw",
      DATABASE_URL: "postgres://127.0.0.1:1/d",
      JWT_SECRET_KEY: "",
    });
    expect(said).toContain("JWT_SECRET_KEY:");
  });

  test("a data folder that another gateway uses", async () => {
    const env = { DATA_DIR: join(folder, "shared"), SIMULATORS: "on" };
    const first = await startGatewayProcess({ env });
    const said = await refusal(env);
    expect(said).toContain("in use by process");
    expect(said).toContain("DATA_DIR");
    expect(await first.terminate()).toBe(0);
    const again = await startGatewayProcess({ env });
    expect(await again.terminate()).toBe(0);
  });

  test("a port that another program uses", async () => {
    const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const gateway = await startGatewayProcess({
      env: { DATA_DIR: join(folder, "port") },
      port: other.port ?? 0,
      dontWait: true,
    });
    expect(await gateway.exited).toBe(1);
    expect(gateway.errors()).toContain("PORT:");
    await other.stop(true);
  });
});

describeWith(["postgres"], "a database", () => {
  test("whose schema is older than the program: refused with the command that mends it", async () => {
    const database = await createTestDatabase({ migrated: false });
    const said = await refusal({ DATABASE_URL: database.url, DATA_DIR: folder });
    expect(said).toContain("bun scripts/migrate.ts");
    await database.close();
  });
});

test("a database that does not answer is named", async () => {
  const said = await refusal({ DATABASE_URL: "postgres://gateway:hunter2@127.0.0.1:1/gateway", DATA_DIR: folder });
  expect(said).toContain("DATABASE_URL:");
  expect(said).not.toContain("hunter2");
});
