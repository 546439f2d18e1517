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
  /** Of somebody who may read everything. */
  managerToken: string;
  /** Secret path segment of Every8d's receipts. */
  callbackToken: string;
  /** A further process on the same database, whose Every8d may be at another address, and with other settings. */
  startGateway(
    run: "api" | "api,jobs" | "jobs",
    apiUrl?: string,
    env?: Record<string, string>,
  ): Promise<GatewayProcess>;
  /** Transactions per second of pgbench with one inserted row, 16 clients, prepared. */
  rowsPerSecond(seconds: number): Promise<number>;
  close(): Promise<void>;
}

const PGBENCH_CLIENTS = 16;
const INSERT = `
INSERT INTO plain_messages (key, recipient, body, status)
VALUES (gen_random_uuid()::text, '+886912345678', 'a message of the usual length for one recipient', 'queued');
`;

export interface SmsWorldOptions {
  run: "api" | "api,jobs";
  apiUrl: string;
  /** A migrated one that outlives the world; by default one of its own. */
  database?: TestDatabase;
  /** Files of the folder of secrets beside the SMS company's. */
  secrets?: Record<string, unknown>;
}

export async function createSmsWorld(options: SmsWorldOptions): Promise<SmsWorld> {
  const programs = postgresPrograms();
  if (!programs) throw new Unavailable("PostgreSQL server is not installed (package postgresql)");
  const database = options.database ?? (await createTestDatabase());
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  await sql`INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active, cost_per_segment)
    VALUES ('every8d', '{"bulkItemsMax":1}', 100, 2000000000, true, 0.85) ON CONFLICT DO NOTHING`;
  await sql`CREATE TABLE IF NOT EXISTS plain_messages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE,
    recipient text NOT NULL, body text NOT NULL, status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`;
  const folder = await mkdtemp(join(tmpdir(), "sms-bench-"));
  const callbackToken = "bench-callback-token-0123456789";
  const script = join(folder, "insert.sql");
  await writeFile(script, INSERT);
  const startGateway = async (run: string, apiUrl = options.apiUrl, env: Record<string, string> = {}) => {
    const every8d = { username: "bench", password: "bench", api_url: apiUrl, callback_token: callbackToken };
    const secrets = await writeSecrets(folder, { "sms-every8d-credentials": every8d, ...options.secrets });
    return startGatewayProcess({
      env: { DATABASE_URL: database.url, SECRETS_DIR: secrets, RUN: run, LOG_LEVEL: "ERROR", ...env },
    });
  };
  const gateway = await startGateway(options.run);
  const tokenOf = (subject: string, role: "service" | "manager") =>
    mintToken(new Secret(testSigningKey), { subject, role, validForSeconds: 6 * 3_600 }, new Date());
  return {
    gateway,
    database,
    sql,
    folder,
    token: await tokenOf("order-service", "service"),
    managerToken: await tokenOf("manager", "manager"),
    callbackToken,
    startGateway,
    rowsPerSecond: (seconds) => runPgbench(join(programs, "pgbench"), script, database.url, seconds),
    close: async () => {
      await gateway.terminate();
      await sql.end();
      if (options.database === undefined) await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A folder of secrets for one process. */
async function writeSecrets(within: string, secrets: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(within, "secrets-"));
  for (const [name, value] of Object.entries(secrets)) await writeFile(join(folder, name), JSON.stringify(value));
  return folder;
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
