import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { openDatabase } from "../../src/platform/database.ts";
import { migrate } from "../../src/platform/migrations.ts";

/** A private PostgreSQL server for this test process: own folder, free port, thrown away at the end. */
export interface TestServer {
  port: number;
  stop(): Promise<void>;
}

/** A fresh, migrated database on the private server. */
export interface TestDatabase {
  url: string;
  close(): Promise<void>;
}

/** The folder of the server's programs, or `undefined` when no PostgreSQL server is installed. */
export function postgresPrograms(): string | undefined {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(root, version, "bin")), "/usr/local/bin", "/opt/homebrew/bin"];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** PostgreSQL refuses to run as root: then it runs as the system's `postgres` user. */
export function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"]).stdout.toString().trim() || Number.NaN);
  const [uid, gid] = [id("-u"), id("-g")];
  if (Number.isNaN(uid) || Number.isNaN(gid)) throw new Error("running as root, and there is no user `postgres`");
  return { uid, gid };
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

export async function startPostgres(): Promise<TestServer> {
  const programs = postgresPrograms();
  if (!programs) throw new Error("PostgreSQL server is not installed (package postgresql)");
  const user = serverUser();
  const folder = await mkdtemp(join(tmpdir(), "gateway-postgres-"));
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const initdb = spawnSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "gateway", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
    { ...user, cwd: folder },
  );
  if (initdb.status !== 0) throw new Error(`initdb failed: ${initdb.stderr.toString()}`);
  const port = await freePort();
  const settings = [
    "-c",
    "max_connections=200",
    "-c",
    "shared_buffers=64MB",
    "-c",
    `unix_socket_directories=${folder}`,
  ];
  const postgresCommand = [
    join(programs, "postgres"),
    "-D",
    data,
    "-p",
    String(port),
    "-c",
    "listen_addresses=127.0.0.1",
    ...settings,
  ];
  const guard = spawn("/bin/sh", ["-c", GUARD, folder, ...postgresCommand], {
    ...user,
    cwd: "/",
    stdio: ["pipe", "ignore", "ignore"],
    // A group of its own: what ends the tests must not end the server before it has been told to.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => guard.once("exit", () => resolve()));
  guard.unref();
  await waitUntilReady(port);
  return {
    port,
    stop: async () => {
      guard.stdin?.end();
      await ended;
    },
  };
}

/**
 * Ends the server and removes its folder when its input closes: that happens also when the tests are killed, so that no
 * server is ever left behind. `$0` is the folder.
 */
const GUARD = '"$@" & server=$!; cat >/dev/null; kill -INT "$server"; wait "$server"; rm -rf "$0"';

async function waitUntilReady(port: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const sql = postgres(`postgres://gateway@127.0.0.1:${port}/postgres`, { max: 1, connect_timeout: 2 });
    try {
      await sql`SELECT 1`;
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      await sql.end();
    }
  }
}

let shared: Promise<TestServer> | undefined;

/** The server that all tests of this process share. */
export function sharedPostgres(): Promise<TestServer> {
  shared ??= startPostgres();
  return shared;
}

export interface TestDatabaseOptions {
  /** False leaves it empty. */
  migrated?: boolean;
  /** An empty folder where its tables are kept; by default they are where the server keeps all. */
  tablesFolder?: string;
}

/** A database of its own for one test file. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await sharedPostgres();
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = postgres(`postgres://gateway@127.0.0.1:${server.port}/postgres`, { max: 1 });
  const tablespace = options.tablesFolder === undefined ? "" : `TABLESPACE ${name}`;
  if (options.tablesFolder !== undefined) {
    const user = serverUser();
    if (user) await chown(options.tablesFolder, user.uid, user.gid);
    await admin.unsafe(`CREATE TABLESPACE ${name} LOCATION '${options.tablesFolder}'`);
  }
  await admin.unsafe(`CREATE DATABASE ${name} ${tablespace}`);
  const url = `postgres://gateway@127.0.0.1:${server.port}/${name}`;
  if (options.migrated !== false) {
    const database = openDatabase({ address: { url }, connectionsMax: 1, hotConnectionsMax: 0 });
    await migrate(database);
    await database.close();
  }
  return {
    url,
    close: async () => {
      await admin.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      if (tablespace !== "") await admin.unsafe(`DROP TABLESPACE ${name}`);
      await admin.end();
    },
  };
}
