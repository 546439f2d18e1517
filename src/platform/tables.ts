import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
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
