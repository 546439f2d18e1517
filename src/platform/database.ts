import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { type BoundedClient, createBoundedClient } from "./database-client.ts";
import { createSocketOpener } from "./database-sockets.ts";

export type Drizzle = PostgresJsDatabase;
/** A transaction of drizzle; operations that must share one take it as a parameter. */
export type Tx = Parameters<Parameters<Drizzle["transaction"]>[0]>[0];
export type DbOrTx = Drizzle | Tx;

export interface Database {
  /** Drizzle, for everything usual. */
  db: Drizzle;
  /**
   * postgres.js for hand-written hot statements (group commits), beside drizzle. It speaks as drizzle's client does:
   * date and time values travel as text both ways, JSON parameters as JSON text with a cast (`${text}::jsonb`).
   * Never use it (or `db`) while holding a transaction of the other: the embedded database has a single connection.
   */
  hot: postgres.Sql;
  /** Answers when the database does; rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Address of a PostgreSQL server: a URL, or parts (a host that starts with `/` is a folder of Unix sockets). */
export type DatabaseAddress =
  | { url: string }
  | { host: string; port?: number; database: string; username: string; password?: string };

export interface DatabaseOptions {
  address: DatabaseAddress;
  /** Connections of drizzle's client. */
  connectionsMax: number;
  /** Connections of the hot client; 0 lets it share drizzle's (the embedded database is a single session). */
  hotConnectionsMax: number;
  /** Seconds until a connection attempt is given up; default 4. */
  connectTimeoutSeconds?: number;
  /** What one statement may take, waiting for a connection included; default 20 s. Scripts that build indexes take longer. */
  statementMsMax?: number;
}

export function openDatabase(options: DatabaseOptions): Database {
  const openSocket = createSocketOpener();
  const usual = connect({ ...options, openSocket }, options.connectionsMax);
  const hot = options.hotConnectionsMax === 0 ? usual : connect({ ...options, openSocket }, options.hotConnectionsMax);
  return {
    db: drizzle(usual.sql),
    hot: hot.sql,
    ping: async () => {
      await hot.sql`SELECT 1`;
    },
    close: async () => {
      await Promise.all([usual.end(), hot === usual ? undefined : hot.end()]);
    },
  };
}

type ClientOptions = DatabaseOptions & { openSocket: ReturnType<typeof createSocketOpener> };

function connect(options: ClientOptions, max: number): BoundedClient {
  return createBoundedClient({
    connect: () => {
      const client = openClient(options, max);
      // drizzle changes how its client writes and reads dates and JSON; all clients must speak alike.
      drizzle(client);
      return client;
    },
    statementMsMax: options.statementMsMax ?? STATEMENT_MS_MAX,
    endSeconds: END_SECONDS,
    isBroken: isConnectionBroken,
  });
}

/** How the gateway names itself to PostgreSQL; what any other program changes is noted as a change by hand. */
export const GATEWAY_PROGRAM = "luckygas-gateway";
const RECONNECT_SECONDS = 0.25;
/** Queries in flight may take this long when the database is closed. */
const END_SECONDS = 1.5;
/** A connection that breaks while it is being made is noticed only by this; calls and a shutdown wait for as long. */
const CONNECT_SECONDS = 4;

const STATEMENT_MS_MAX = 20_000;

function openClient(options: ClientOptions, max: number): postgres.Sql {
  const settings = {
    max,
    connect_timeout: options.connectTimeoutSeconds ?? CONNECT_SECONDS,
    idle_timeout: 60,
    // Seconds between attempts to connect: the client's own wait grows to 20 s, and calls would hang for as long.
    backoff: () => RECONNECT_SECONDS,
    onnotice: () => {},
    socket: options.openSocket,
    connection: { application_name: GATEWAY_PROGRAM },
  };
  const { address } = options;
  if ("url" in address) return postgres(address.url, settings);
  return postgres({
    ...settings,
    host: address.host,
    ...(address.port && { port: address.port }),
    database: address.database,
    username: address.username,
    ...(address.password !== undefined && { password: address.password }),
  });
}

const CONNECTION_ERRORS = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "DATABASE_SILENT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

const IN_USE_ERRORS = new Set(["CONNECTION_CLOSED", "CONNECT_TIMEOUT", "ECONNRESET", "EPIPE", "ETIMEDOUT"]);

/** Whether an error ended a connection in use, rather than that none could be made. */
function isConnectionBroken(error: unknown): boolean {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  return IN_USE_ERRORS.has(code) || code.startsWith("57P");
}

/** Whether an error says that the database cannot be reached or is going down (SQLSTATE classes 08, 57P, 53), rather than that a statement was wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = "code" in current && typeof current.code === "string" ? current.code : "";
    if (CONNECTION_ERRORS.has(code) || /^(08|57P|53)/.test(code)) return true;
  }
  return false;
}

/** SQLSTATE of a database error, found through drizzle's wrapping; `undefined` for other errors. */
export function sqlState(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof postgres.PostgresError) return current.code;
  }
  return undefined;
}

/** Name of the constraint that a statement broke, if it broke one. */
export function brokenConstraint(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof postgres.PostgresError) return current.constraint_name;
  }
  return undefined;
}
