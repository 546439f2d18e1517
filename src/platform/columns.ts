import { text, timestamp } from "drizzle-orm/pg-core";

/** An instant (UTC, millisecond precision), read and written as a `Date`. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** Columns by which a job claims a row; they are judged by the database's clock. */
export const leaseColumns = () => ({
  leaseOwner: text("lease_owner"),
  leaseUntil: instant("lease_until"),
});
