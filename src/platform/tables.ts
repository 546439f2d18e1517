import { sql } from "drizzle-orm";
import { bigint, bigserial, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Named leases and counted slots: `name` is held by `owner` until `until` (database clock). */
export const leases = pgTable(
  "leases",
  {
    name: text("name").primaryKey(),
    owner: text("owner").notNull(),
    until: instant("until").notNull(),
  },
  (table) => [index("leases_until_index").on(table.until)],
);

/** Memory of the circuit breakers, shared by all processes. All instants are of the database's clock. */
export const circuitBreakers = pgTable("circuit_breakers", {
  name: text("name").primaryKey(),
  /** Counted failures in a row since the last success. */
  failures: integer("failures").notNull().default(0),
  /** When it opened; null while closed. */
  openedAt: instant("opened_at"),
  /** Who holds the one probe of the half-open state, until when. */
  probeOwner: text("probe_owner"),
  probeUntil: instant("probe_until"),
});

/** What callers did, in the order it was recorded: each row carries the hash of the row before it. Never changed, never removed. */
export const auditEntries = pgTable(
  "audit_entries",
  {
    /** Without gaps: given by `audit_heads`, not by a sequence. */
    seq: bigint("seq", { mode: "number" }).primaryKey(),
    /** One call; its beginning and its end share it. */
    callId: uuid("call_id").notNull(),
    phase: text("phase", { enum: ["begun", "applied", "refused", "failed"] }).notNull(),
    at: instant("at").notNull(),
    actor: text("actor").notNull(),
    role: text("role"),
    action: text("action").notNull(),
    /** Id of what was acted on. */
    object: text("object"),
    requestId: text("request_id").notNull(),
    before: jsonb("before"),
    after: jsonb("after"),
    previousHash: text("previous_hash").notNull(),
    hash: text("hash").notNull(),
  },
  (table) => [
    index("audit_entries_object_index").on(table.object, table.seq),
    index("audit_entries_actor_index").on(table.actor, table.seq),
  ],
);

/** The end of the audit chain: its last number and hash. Locked while entries are added, so that there is one chain for all processes. */
export const auditHeads = pgTable("audit_heads", {
  name: text("name").primaryKey(),
  seq: bigint("seq", { mode: "number" }).notNull(),
  hash: text("hash").notNull(),
});

/**
 * Changes that were made in SQL by hand, as a trigger notes them (drizzle/append-only.sql): on their way into the audit
 * chain. Names of columns and a few plain states; never a person's data.
 */
export const manualChanges = pgTable(
  "manual_changes",
  {
    id: uuid("id").primaryKey().defaultRandom(),
    /** The order of the changes; those of one transaction have one instant. */
    number: bigserial("number", { mode: "number" }).notNull(),
    at: instant("at").notNull().defaultNow(),
    /** Who was signed in to the database, and with what program. */
    databaseUser: text("database_user").notNull(),
    program: text("program").notNull(),
    /** `insert`, `update`, `delete` or `truncate`. */
    operation: text("operation").notNull(),
    tableName: text("table_name").notNull(),
    rowKey: text("row_key"),
    /** Changed columns, in the order of their names. */
    columns: jsonb("columns").notNull(),
    before: jsonb("before"),
    after: jsonb("after"),
    /** When it was added to the chain. */
    recordedAt: instant("recorded_at"),
  },
  (table) => [index("manual_changes_open_index").on(table.number).where(sql`recorded_at IS NULL`)],
);

/** Attempts to sign in, counted over all processes. All instants are of the database's clock. */
export const loginGuards = pgTable("login_guards", {
  account: text("account").primaryKey(),
  /** Attempts since the last success. */
  failures: integer("failures").notNull().default(0),
  lockedUntil: instant("locked_until"),
});
