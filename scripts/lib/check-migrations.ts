/** Fails when the tables in the code and the generated migrations differ: run `bun run db:generate` then. */
import { cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");
const scratch = await mkdtemp(join(tmpdir(), "gateway-migrations-"));
try {
  await cp(join(root, "drizzle"), join(scratch, "drizzle"), { recursive: true });
  const config = join(scratch, "drizzle.config.json");
  await writeFile(
    config,
    JSON.stringify({ dialect: "postgresql", schema: `${root}/src/*/tables.ts`, out: join(scratch, "drizzle") }),
  );
  const run = Bun.spawnSync(["node_modules/.bin/drizzle-kit", "generate", "--config", config], { cwd: root });
  const before = await sqlFiles(join(root, "drizzle"));
  const after = await sqlFiles(join(scratch, "drizzle"));
  if (run.exitCode !== 0) console.error(run.stderr.toString() || run.stdout.toString());
  else if (before.length !== after.length)
    console.error("the tables differ from the migrations: run `bun run db:generate`");
  process.exitCode = run.exitCode === 0 && before.length === after.length ? 0 : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function sqlFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".sql"));
}
