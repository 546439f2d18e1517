import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { freePort, serverUser } from "./postgres.ts";
import { waitFor } from "./wait-for.ts";

export interface PgBouncer {
  /** The database's address through the pooler. */
  url: string;
  /** Transactions that the pooler has handed to the server. */
  transactions(): Promise<number>;
  close(): Promise<void>;
}

export function pgbouncerProgram(): string | undefined {
  return ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find((path) => existsSync(path));
}

/** A private PgBouncer in transaction mode before a database, with fewer server connections than its clients want. */
export async function startPgBouncer(databaseUrl: string, serverConnections: number): Promise<PgBouncer> {
  const program = pgbouncerProgram();
  if (!program) throw new Error("PgBouncer is not installed (package pgbouncer)");
  const target = new URL(databaseUrl);
  const user = serverUser();
  const folder = await mkdtemp(join(tmpdir(), "gateway-pgbouncer-"));
  await chmod(folder, 0o755);
  if (user) await chown(folder, user.uid, user.gid);
  const port = await freePort();
  await writeFile(join(folder, "users.txt"), `"${target.username}" ""\n`);
  await writeFile(
    join(folder, "pgbouncer.ini"),
    `[databases]
* = host=${target.hostname} port=${target.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${folder}/users.txt
admin_users = ${target.username}
pool_mode = transaction
default_pool_size = ${serverConnections}
max_client_conn = 200
`,
  );
  const child = spawn(program, [join(folder, "pgbouncer.ini")], { ...user, cwd: "/", stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const through = new URL(databaseUrl);
  through.port = String(port);
  const admin = new URL(through);
  admin.pathname = "/pgbouncer";
  const console = postgres(admin.href, { max: 1, fetch_types: false, prepare: false, onnotice: () => {} });
  const stats = async () => console.unsafe("SHOW STATS");
  await waitFor("PgBouncer to answer", () =>
    stats().then(
      () => true,
      () => false,
    ),
  );
  // Named prepared statements need PgBouncer 1.21; without them any version will do.
  through.searchParams.set("prepare", "false");
  return {
    url: through.href,
    transactions: async () => {
      const row = (await stats()).find(({ database }) => `/${database}` === target.pathname);
      return Number(row?.total_xact_count ?? 0);
    },
    close: async () => {
      await console.end({ timeout: 1 });
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
