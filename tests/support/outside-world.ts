import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { systemClock } from "../../src/platform/clock.ts";
import { taipeiParts } from "../../src/platform/taipei-time.ts";
import { type SimulatedWorld, startSimulatedWorld } from "../../src/simulators/index.ts";
import { createTestDatabase, freePort, type TestDatabase } from "./postgres.ts";

/** Everything a gateway process needs and that outlives it: the database, the outside parties, their secrets. */
export interface OutsideWorld extends SimulatedWorld {
  database: TestDatabase;
  sql: postgres.Sql;
  /** Where the gateway must listen so that receipts reach it. */
  port: number;
  /** Environment of a gateway process on this world. */
  env: Record<string, string>;
  /** Puts the first bank at another port of loopback, e.g. of a proxy before it. */
  moveBank(port: number): Promise<void>;
}

export interface OutsideWorldOptions {
  /** Numbers of the present period, in one range that begins with AA10000000; 0: none. */
  numbers: number;
  /** SMS companies in use, the first preferred; default Every8d alone. */
  providers?: ("every8d" | "mitake")[];
  /** Where the database keeps its tables. */
  tablesFolder?: string;
}

/** The guide's year and month of now, e.g. `202601`. */
export function presentYearMonth(): string {
  const { year, month } = taipeiParts(new Date());
  return `${year}${String(month).padStart(2, "0")}`;
}

/** A configured production-like world: rows in the tables, secrets in a folder, simulators in this process. */
export async function startOutsideWorld(options: OutsideWorldOptions): Promise<OutsideWorld> {
  const { tablesFolder } = options;
  const database = await createTestDatabase(tablesFolder === undefined ? {} : { tablesFolder });
  const port = await freePort();
  const world = await startSimulatedWorld({
    clock: systemClock,
    gatewayUrl: `http://127.0.0.1:${port}`,
    banks: ["mega"],
  });
  const folder = await mkdtemp(join(tmpdir(), "gateway-world-"));
  for (const [name, content] of Object.entries(world.secrets)) await writeFile(join(folder, name), content ?? "");
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  await configure(sql, world, options);
  return {
    ...world,
    database,
    sql,
    port,
    env: { DATABASE_URL: database.url, SECRETS_DIR: folder, DATA_DIR: join(folder, "data") },
    moveBank: async (bankPort) => {
      const secret = join(folder, "banking-mega-credentials");
      const credentials: object = JSON.parse(await readFile(secret, "utf8"));
      await writeFile(secret, JSON.stringify({ ...credentials, sftp_port: bankPort }));
      await sql`UPDATE bank_configurations SET sftp_port = ${bankPort} WHERE bank_code = 'mega'`;
    },
    close: async () => {
      await world.close();
      await sql.end();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function configure(sql: postgres.Sql, world: SimulatedWorld, options: OutsideWorldOptions): Promise<void> {
  const { seller, url } = world.einvoicePlatform;
  await sql`INSERT INTO einvoice_sellers (ubn, name, address, config)
    VALUES (${seller.ubn}, ${seller.name}, ${seller.address}, ${sql.json({ baseUrl: url })})`;
  for (const { key, name, uploadPath, downloadPath, fileFormat, encoding, simulator } of world.banks) {
    await sql`INSERT INTO bank_configurations
        (bank_code, bank_name, sftp_host, sftp_port, upload_path, download_path, file_format, encoding, host_key_pins, poll_interval_seconds, stable_after_seconds)
      VALUES (${key}, ${name}, ${simulator.host}, ${simulator.port}, ${uploadPath}, ${downloadPath}, ${fileFormat}, ${encoding}, ${sql.json([simulator.hostKeyPin])}, 1, 0)`;
  }
  for (const [place, provider] of (options.providers ?? ["every8d"]).entries()) {
    await sql`INSERT INTO provider_configs (provider, config, priority, rate_limit, is_active)
      VALUES (${provider}, '{}', ${100 - place}, 10000, true)`;
  }
  if (options.numbers > 0) {
    await sql`INSERT INTO invoice_sequences (year_month, prefix, range_start, range_end, current_number, is_active)
      VALUES (${presentYearMonth()}, 'AA', 10000000, ${10_000_000 + options.numbers - 1}, 10000000, true)`;
  }
}
