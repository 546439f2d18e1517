import { eq, sql } from "drizzle-orm";
import type { Drizzle } from "./database.ts";
import { fromNow } from "./leases.ts";
import { loginGuards } from "./tables.ts";

/** Counts attempts to sign in, over all processes. */
export interface LoginGuard {
  /** Counts one attempt as failed before it is judged, so that attempts at the same moment are all counted. */
  enter(account: string): Promise<{ allowed: true } | { allowed: false; retryAfterSeconds: number }>;
  /** The attempt was right: everything is forgotten. */
  succeed(account: string): Promise<void>;
}

/** Wrong attempts that are free; from then on every further one locks the account for longer. */
const FREE_FAILURES = 5;
const FIRST_LOCK_MS = 30_000;
const LOCK_MS_MAX = 900_000;

/** Milliseconds for which an account is locked after this many wrong attempts in a row. */
export function lockMsAfter(failures: number): number {
  if (failures < FREE_FAILURES) return 0;
  return Math.min(LOCK_MS_MAX, FIRST_LOCK_MS * 2 ** Math.min(20, failures - FREE_FAILURES));
}

/** Rows and the database's clock decide, so that neither another process nor a restart gives further attempts. */
export function createLoginGuard(db: Drizzle): LoginGuard {
  const table = loginGuards;
  return {
    enter: (account) =>
      db.transaction(async (tx) => {
        await tx.insert(table).values({ account }).onConflictDoNothing();
        const [row] = await tx
          .select({
            failures: table.failures,
            lockedMs: sql<number>`coalesce(extract(epoch FROM ${table.lockedUntil} - now()) * 1000, 0)::float8`,
          })
          .from(table)
          .where(eq(table.account, account))
          .for("update");
        if (row && row.lockedMs > 0) return { allowed: false, retryAfterSeconds: Math.ceil(row.lockedMs / 1000) };
        const failures = (row?.failures ?? 0) + 1;
        const lockMs = lockMsAfter(failures);
        await tx
          .update(table)
          .set({ failures, lockedUntil: lockMs === 0 ? null : fromNow(lockMs) })
          .where(eq(table.account, account));
        return { allowed: true };
      }),
    succeed: async (account) => {
      await db.update(table).set({ failures: 0, lockedUntil: null }).where(eq(table.account, account));
    },
  };
}
