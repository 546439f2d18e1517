import { and, eq, lt, sql } from "drizzle-orm";
import type { Drizzle } from "./database.ts";
import { leases } from "./tables.ts";

/** A name held by this process until its time runs out. Whoever does not renew loses it. */
export interface Lease {
  readonly name: string;
  /** Extends the lease; false when it was lost meanwhile, and then the work under it must stop. */
  renew(ttlMs: number): Promise<boolean>;
  release(): Promise<void>;
}

/** Leases live in rows and are judged by the database's clock, so that processes with different clocks agree. */
export interface Leases {
  /** This process; also written into the lease columns of claimed rows. */
  readonly owner: string;
  /** Takes a name that nobody holds; `undefined` when somebody does. */
  acquire(name: string, ttlMs: number): Promise<Lease | undefined>;
  /** Takes one of `slots` places of a resource, counted over all processes; `undefined` when all are taken. */
  acquireSlot(resource: string, slots: number, ttlMs: number): Promise<Lease | undefined>;
}

/** The database's clock, `ms` milliseconds from now. */
export const fromNow = (ms: number) => sql<Date>`(now() + ${ms} * interval '1 millisecond')`;

export function createLeases(db: Drizzle, owner: string): Leases {
  async function acquire(name: string, ttlMs: number): Promise<Lease | undefined> {
    // Each acquisition has a mark of its own: a process cannot renew a lease that it lost and another part of it took again.
    const mark = `${owner}/${crypto.randomUUID()}`;
    const taken = await db
      .insert(leases)
      .values({ name, owner: mark, until: fromNow(ttlMs) })
      .onConflictDoUpdate({
        target: leases.name,
        set: { owner: mark, until: fromNow(ttlMs) },
        setWhere: lt(leases.until, sql`now()`),
      })
      .returning({ name: leases.name });
    return taken.length > 0 ? lease(db, name, mark) : undefined;
  }

  return {
    owner,
    acquire,
    acquireSlot: async (resource, slots, ttlMs) => {
      const first = Math.floor(Math.random() * slots);
      for (let tried = 0; tried < slots; tried += 1) {
        const held = await acquire(`${resource}#${(first + tried) % slots}`, ttlMs);
        if (held) return held;
      }
      return undefined;
    },
  };
}

function lease(db: Drizzle, name: string, mark: string): Lease {
  const mine = and(eq(leases.name, name), eq(leases.owner, mark));
  return {
    name,
    renew: async (ttlMs) => {
      const renewed = await db
        .update(leases)
        .set({ until: fromNow(ttlMs) })
        .where(and(mine, sql`${leases.until} >= now()`))
        .returning({ name: leases.name });
      return renewed.length > 0;
    },
    release: async () => {
      await db.delete(leases).where(mine);
    },
  };
}

/**
 * Works under a lease that is renewed for as long as the work takes, so that a short lease is enough and the work of a
 * process that died is taken over soon. `signal` aborts when the lease was lost meanwhile. Releases it in the end.
 */
export async function workUnder<T>(lease: Lease, ttlMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const lost = new AbortController();
  const renew = async () => {
    // A database that does not answer for a whole term has let the lease run out.
    if (!(await lease.renew(ttlMs))) lost.abort();
  };
  const timer = setInterval(() => void renew().catch(() => {}), ttlMs / 3);
  try {
    return await work(lost.signal);
  } finally {
    clearInterval(timer);
    await lease.release();
  }
}
