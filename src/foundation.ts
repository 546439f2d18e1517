import { ConfigError, type Config } from "./config.ts";
import { JWT_KEY_BYTES_MIN } from "./platform/auth.ts";
import { type DataFolder, lockDataFolder } from "./platform/data-folder.ts";
import { type Database, type DatabaseAddress, openDatabase } from "./platform/database.ts";
import { developmentKey } from "./platform/development-key.ts";
import { type EmbeddedDatabase, startEmbeddedDatabase } from "./platform/embedded-database.ts";
import type { Secret } from "./platform/secret.ts";
import {
  createFixedSecretStore,
  createFolderSecretStore,
  layerSecretStores,
  type SecretStore,
} from "./platform/secrets.ts";

const CONNECTIONS_MAX = 10;
const HOT_CONNECTIONS_MAX = 4;

export interface OpenedDatabase {
  database: Database;
  /** The schema of an embedded database is brought up to date by its only user; a server's by `scripts/migrate.ts`. */
  embedded: boolean;
  close(): Promise<void>;
}

/** Where secrets come from in this configuration; what the environment gives directly wins. */
export function configuredSecrets(config: Config): SecretStore {
  const fromEnvironment = createFixedSecretStore({ "jwt-secret-key": config.jwtSecretKey?.reveal() });
  return config.secretsDir
    ? layerSecretStores(fromEnvironment, createFolderSecretStore(config.secretsDir))
    : fromEnvironment;
}

/** The key that signs and verifies bearer tokens. Throws a `ConfigError` with the remedy when there is none or a weak one. */
export async function signingKey(config: Config, secrets = configuredSecrets(config)): Promise<Secret> {
  const key = await secrets.read("jwt-secret-key");
  if (key && Buffer.byteLength(key.reveal()) < JWT_KEY_BYTES_MIN) {
    throw new ConfigError(`secret jwt-secret-key: must have at least ${JWT_KEY_BYTES_MIN} bytes (HS256)`);
  }
  if (key) return key;
  if (config.environment === "production") {
    throw new ConfigError("JWT_SECRET_KEY: production needs it; set it from the secret jwt-secret-key (--set-secrets)");
  }
  return developmentKey(config.dataDir);
}

/** Opens the configured database, or the embedded one in the data folder, which is locked against other processes. */
export async function openConfiguredDatabase(config: Config, secrets = configuredSecrets(config)): Promise<OpenedDatabase> {
  if (config.database) {
    const address = await withPassword(config.database, secrets);
    const database = openDatabase({ address, connectionsMax: CONNECTIONS_MAX, hotConnectionsMax: HOT_CONNECTIONS_MAX });
    return { database, embedded: false, close: () => database.close() };
  }
  const folder = await lockDataFolder(config.dataDir);
  let engine: EmbeddedDatabase;
  try {
    engine = await startEmbeddedDatabase(folder.path);
  } catch (error) {
    await folder.release();
    throw error;
  }
  // One connection for everything: the embedded database is one session, and interleaved statements would collide in it.
  const database = openDatabase({ address: engine.address, connectionsMax: 1, hotConnectionsMax: 0 });
  return { database, embedded: true, close: () => closeEmbedded(database, engine, folder) };
}

async function closeEmbedded(database: Database, engine: EmbeddedDatabase, folder: DataFolder): Promise<void> {
  await database.close();
  await engine.close();
  await folder.release();
}

async function withPassword(address: DatabaseAddress, secrets: SecretStore): Promise<DatabaseAddress> {
  if ("url" in address || address.password !== undefined) return address;
  const password = await secrets.read("database-password");
  return password ? { ...address, password: password.reveal() } : address;
}
