import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { mintToken } from "../../src/platform/auth.ts";
import { Secret } from "../../src/platform/secret.ts";
import { startGatewayProcess, testSigningKey } from "../../tests/support/gateway-process.ts";
import { createTestDatabase, postgresPrograms, type TestDatabase } from "../../tests/support/postgres.ts";
import { Unavailable } from "./benchmark.ts";

/** A durable PostgreSQL, a gateway process on it that only serves callers, and pgbench's tables beside it. */
export interface InvoiceWorld {
  url: string;
  /** Bearer token of a caller that may issue. */
  token: string;
  /** Transactions per second of pgbench with the plain transaction, 16 clients, prepared. */
  plainTransactionsPerSecond(): Promise<number>;
  close(): Promise<void>;
}

/** The secret `einvoice-api-credentials`. */
export const CREDENTIALS = { app_id: "BENCH", api_key: "bench-key", qr_aes_key: "FE05F029154F6AA67A78B338ED2F6601" };
const PGBENCH_SECONDS = 5;
const PGBENCH_CLIENTS = 16;

/** The plain way: lock the sequence, take a number, insert invoice, line and outbox row, commit. */
const PLAIN_TRANSACTION = `
BEGIN;
UPDATE plain_sequences SET current_number = current_number + 1 WHERE id = 1 RETURNING current_number AS number \\gset
INSERT INTO plain_invoices (number, key, buyer, total) VALUES (:number, gen_random_uuid()::text, 'consumer', 850) RETURNING id AS invoice \\gset
INSERT INTO plain_lines (invoice_id, description, quantity, price) VALUES (:invoice, 'LPG 20 kg', 1, 850);
INSERT INTO plain_outbox (invoice_id, status) VALUES (:invoice, 'due');
COMMIT;
`;

export async function createInvoiceWorld(): Promise<InvoiceWorld> {
  const programs = postgresPrograms();
  if (!programs) throw new Unavailable("PostgreSQL server is not installed (package postgresql)");
  const database = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "invoice-bench-"));
  await prepareDatabase(database);
  await writeFile(join(folder, "einvoice-api-credentials"), JSON.stringify(CREDENTIALS));
  const script = join(folder, "plain.sql");
  await writeFile(script, PLAIN_TRANSACTION);
  const gateway = await startGatewayProcess({
    env: { DATABASE_URL: database.url, SECRETS_DIR: folder, RUN: "api", LOG_LEVEL: "ERROR" },
  });
  const caller = { subject: "bench", role: "service", validForSeconds: 3600 } as const;
  return {
    url: gateway.url,
    token: await mintToken(new Secret(testSigningKey), caller, new Date()),
    plainTransactionsPerSecond: () => runPgbench(join(programs, "pgbench"), script, database.url),
    close: async () => {
      await gateway.terminate();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Who issues, by a platform that cannot be reached, and from which range. */
export async function addSeller(sql: postgres.Sql): Promise<void> {
  const { year, month } = taipeiMonth();
  const yearMonth = `${year}${String(month).padStart(2, "0")}`;
  await sql`INSERT INTO invoice_sequences (year_month, prefix, range_start, range_end, current_number)
    VALUES (${yearMonth}, 'AA', 0, 99999999, 0)`;
  await sql`INSERT INTO einvoice_sellers (ubn, name, address, config)
    VALUES ('12345676', '幸福瓦斯行', '臺北市中正區重慶南路一段1號', ${sql.json({ baseUrl: "http://127.0.0.1:9" })})`;
}

async function prepareDatabase(database: TestDatabase): Promise<void> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await addSeller(sql);
  await sql.unsafe(`
    CREATE TABLE plain_sequences (id int PRIMARY KEY, current_number bigint NOT NULL);
    INSERT INTO plain_sequences VALUES (1, 0);
    CREATE TABLE plain_invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigint UNIQUE, key text UNIQUE,
      buyer text, total bigint, issued_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE plain_lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      invoice_id bigint REFERENCES plain_invoices, description text, quantity int, price int);
    CREATE TABLE plain_outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      invoice_id bigint REFERENCES plain_invoices, status text);`);
  await sql.end();
}

function taipeiMonth(): { year: number; month: number } {
  const local = new Date(Date.now() + 8 * 3_600_000);
  return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1 };
}

async function runPgbench(program: string, script: string, url: string): Promise<number> {
  const clients = String(PGBENCH_CLIENTS);
  const args = ["-n", "-M", "prepared", "-c", clients, "-j", "2", "-T", String(PGBENCH_SECONDS), "-f", script, url];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  await new Promise((resolve) => child.once("close", resolve));
  const rate = /tps = ([0-9.]+)/.exec(output)?.[1];
  if (rate === undefined) throw new Error(`pgbench said: ${output.slice(0, 500)}`);
  return Number(rate);
}
