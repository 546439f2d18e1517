import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { mintToken } from "../../src/platform/auth.ts";
import { Secret } from "../../src/platform/secret.ts";
import { type GatewayProcess, startGatewayProcess, testSigningKey } from "../../tests/support/gateway-process.ts";
import { createTestDatabase, postgresPrograms, type TestDatabase } from "../../tests/support/postgres.ts";
import { Unavailable } from "./benchmark.ts";

/** A durable PostgreSQL and a gateway process on it whose Every8d is at the given address. */
export interface SmsWorld {
  gateway: GatewayProcess;
  database: TestDatabase;
  sql: postgres.Sql;
  /** Folder that is removed in the end. */
  folder: string;
  token: string;
  /** Secret path segment of Every8d's receipts. */
  callbackToken: string;
  /** A further process on the same database. */
  startGateway(run: "api" | "api,jobs"): Promise<GatewayProcess>;
  /** Transactions per second of pgbench with one inserted row, 16 clients, prepared. */
  rowsPerSecond(seconds: number): Promise<number>;
  close(): Promise<void>;
}

const PGBENCH_CLIENTS = 16;
const INSERT = `
INSERT INTO plain_messages (key, recipient, body, status)
VALUES (gen_random_uuid()::text, '+886912345678', 'a message of the usual length for one recipient', 'queued');
`;

export async function createSmsWorld(options: { run: "api" | "api,jobs"; apiUrl: string }): Promise<SmsWorld> {
  const programs = postgresPrograms();
  if (!programs) throw new Unavailable("PostgreSQL server is not installed (package postgresql)");
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  await sql`INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active, cost_per_segment)
    VALUES ('every8d', '{"bulkItemsMax":1}', 100, 2000000000, true, 0.85)`;
  await sql`CREATE TABLE plain_messages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE,
    recipient text NOT NULL, body text NOT NULL, status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`;
  const folder = await mkdtemp(join(tmpdir(), "sms-bench-"));
  const callbackToken = "bench-callback-token-0123456789";
  const credentials = { username: "bench", password: "bench", api_url: options.apiUrl, callback_token: callbackToken };
  await writeFile(join(folder, "sms-every8d-credentials"), JSON.stringify(credentials));
  const script = join(folder, "insert.sql");
  await writeFile(script, INSERT);
  const startGateway = (run: string) =>
    startGatewayProcess({ env: { DATABASE_URL: database.url, SECRETS_DIR: folder, RUN: run, LOG_LEVEL: "ERROR" } });
  const gateway = await startGateway(options.run);
  const caller = { subject: "bench", role: "service", validForSeconds: 3600 } as const;
  return {
    gateway,
    database,
    sql,
    folder,
    token: await mintToken(new Secret(testSigningKey), caller, new Date()),
    callbackToken,
    startGateway,
    rowsPerSecond: (seconds) => runPgbench(join(programs, "pgbench"), script, database.url, seconds),
    close: async () => {
      await gateway.terminate();
      await sql.end();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function runPgbench(program: string, script: string, url: string, seconds: number): Promise<number> {
  const clients = String(PGBENCH_CLIENTS);
  const args = ["-n", "-M", "prepared", "-c", clients, "-j", "2", "-T", String(seconds), "-f", script, url];
  const output = await runProgram(program, args);
  const rate = /tps = ([0-9.]+)/.exec(output)?.[1];
  if (rate === undefined) throw new Error(`pgbench said: ${output.slice(0, 500)}`);
  return Number(rate);
}

/** Everything a program says, once it has ended. */
export async function runProgram(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const add = (chunk: unknown) => {
    output += String(chunk);
  };
  child.stdout.on("data", add);
  child.stderr.on("data", add);
  await new Promise((resolve, reject) => {
    child.once("close", resolve);
    child.once("error", reject);
  });
  return output;
}
