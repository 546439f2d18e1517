import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { sql } from "drizzle-orm";
import { readMigrationFiles } from "drizzle-orm/migrator";
import type { Database, DbOrTx, Tx } from "./database.ts";

/** Any fixed number; transactions that migrate take this lock, so that of several processes one migrates and the others wait. */
const MIGRATION_LOCK = 7_042_600_001;

/** The folder of generated SQL, found upward from this file: it is beside `src/` in the repository and beside `dist/` in the image. */
function migrationsFolder(): string {
  for (let folder = import.meta.dir; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, "drizzle");
    if (existsSync(join(candidate, "meta", "_journal.json"))) return candidate;
  }
  throw new Error("the drizzle/ folder with the migrations is missing beside the program");
}

/**
 * Brings the schema up to this version: forward only, all missing migrations in one transaction. Safe when several
 * processes do it at once. Returns how many were applied.
 */
export async function migrate(database: Database): Promise<number> {
  const migrations = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  return database.db.transaction(async (tx) => {
    await tx.execute(sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await tx.execute(sql`CREATE SCHEMA IF NOT EXISTS drizzle`);
    await tx.execute(
      sql`CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
    );
    const latest = await latestMigration(tx);
    const missing = migrations.filter((migration) => migration.folderMillis > latest);
    for (const migration of missing) {
      for (const statement of migration.sql) await tx.execute(sql.raw(statement));
      await tx.execute(
        sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${migration.hash}, ${migration.folderMillis})`,
      );
    }
    if (missing.length > 0) await protectAudit(tx);
    return missing.length;
  });
}

/** What the tables' descriptions cannot express: triggers that keep the audit chain append-only and note changes by hand. */
async function protectAudit(tx: Tx): Promise<void> {
  const statements = readFileSync(join(migrationsFolder(), "append-only.sql"), "utf8").split(
    "--> statement-breakpoint",
  );
  for (const statement of statements) await tx.execute(sql.raw(statement));
}

/** How many migrations of this version the database lacks. A database that is ahead (a newer version runs beside us) lacks none. */
export async function missingMigrations(database: Database): Promise<number> {
  const migrations = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  const [known] = await database.db.execute<{ present: boolean }>(
    sql`SELECT to_regclass('drizzle.__drizzle_migrations') IS NOT NULL AS present`,
  );
  if (!known?.present) return migrations.length;
  const latest = await latestMigration(database.db);
  return migrations.filter((migration) => migration.folderMillis > latest).length;
}

async function latestMigration(db: DbOrTx): Promise<number> {
  const [row] = await db.execute<{ latest: string | null }>(
    sql`SELECT max(created_at)::text AS latest FROM drizzle.__drizzle_migrations`,
  );
  return Number(row?.latest ?? 0);
}
