/** Brings the database's schema up to this version: `bun scripts/migrate.ts`. Safe to run from several places at once. */

import { ConfigError, readConfig } from "../src/config.ts";
import { configuredSecrets, openConfiguredDatabase } from "../src/foundation.ts";
import { DataFolderInUse } from "../src/platform/data-folder.ts";
import { migrate } from "../src/platform/migrations.ts";
import { scriptLog } from "./lib/script-log.ts";

/** An index over years of rows takes its time; the migration job itself is ended after as long. */
const STATEMENT_MS_MAX = 15 * 60_000;

try {
  const config = readConfig(process.env);
  const secrets = configuredSecrets(config, scriptLog(config));
  const opened = await openConfiguredDatabase(config, secrets, { statementMsMax: STATEMENT_MS_MAX });
  try {
    const applied = await migrate(opened.database);
    console.log(applied === 0 ? "The schema is up to date." : `Applied ${applied} migration(s).`);
  } finally {
    await opened.close();
  }
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof DataFolderInUse;
  console.error(expected ? error.message : error);
  process.exit(1);
}
