import { eq, sql } from "drizzle-orm";
import type { Drizzle } from "./database.ts";
import { fromNow } from "./leases.ts";
import { circuitBreakers } from "./tables.ts";

export type BreakerState = "closed" | "open" | "half_open";

/** Leave to make one call. Exactly one of the three is called afterwards. */
export interface BreakerPermit {
  /**
   * The provider answered as a living provider does: closes the breaker. What another process saw fail since this call began
   * stays counted until a later call succeeds.
   */
  success(): Promise<void>;
  /** A fault of the provider or of the way to it: counts, opens at the limit, re-opens after a failed probe. */
  failure(): Promise<void>;
  /** The outcome says nothing about the provider (bad recipient, our own fault): changes nothing but gives the probe back. */
  neutral(): Promise<void>;
}

export interface Breaker {
  readonly name: string;
  /** Leave to call, and whether the call is the probe of a half-open breaker. */
  enter(): Promise<{ permit: BreakerPermit; isProbe: boolean } | { refusedUntil: Date }>;
  state(): Promise<BreakerState>;
}

export interface BreakerOptions {
  name: string;
  /** Counted failures in a row that open it. */
  failuresToOpen: number;
  /** How long it stays open before one probe is let through. */
  openForMs: number;
  /** How long a probe may take; then another caller may probe. Half-open without traffic never closes by itself. */
  probeTimeoutMs: number;
  /** Called in the process whose failure opened it. */
  onOpen?(): void;
}

export interface BreakerFactory {
  create(options: BreakerOptions): Breaker;
}

interface BreakerRow {
  state: BreakerState;
  failures: number;
  refusedUntil: Date;
}

/**
 * Circuit breakers whose memory is a row: every process sees the same state, and a restart forgets nothing.
 * A library's breaker keeps its count in one process, so five processes would let five times as many failures through.
 */
export function createBreakerFactory(db: Drizzle, owner: string): BreakerFactory {
  const failing = new Set<string>();
  return { create: (options) => createBreaker({ db, owner, failing }, options) };
}

interface BreakerDeps {
  db: Drizzle;
  owner: string;
  /** Breakers to which this process has told a failure and no success since. */
  failing: Set<string>;
}

function createBreaker({ db, owner, failing }: BreakerDeps, options: BreakerOptions): Breaker {
  const table = circuitBreakers;
  const row = eq(table.name, options.name);
  const coolUntil = sql`(${table.openedAt} + ${options.openForMs} * interval '1 millisecond')`;

  async function read(): Promise<BreakerRow | undefined> {
    const [found] = await db
      .select({
        state: sql<BreakerState>`CASE WHEN ${table.openedAt} IS NULL THEN 'closed' WHEN ${coolUntil} > now() THEN 'open' ELSE 'half_open' END`,
        failures: table.failures,
        refusedUntil: sql`GREATEST(${coolUntil}, ${table.probeUntil}, now())`.mapWith(table.openedAt),
      })
      .from(table)
      .where(row);
    return found;
  }

  /** Takes the single probe of the half-open state; false when another caller has it. */
  async function takeProbe(mark: string): Promise<boolean> {
    const taken = await db
      .update(table)
      .set({ probeOwner: mark, probeUntil: fromNow(options.probeTimeoutMs) })
      .where(
        sql`${row} AND ${table.openedAt} IS NOT NULL AND ${coolUntil} <= now() AND (${table.probeUntil} IS NULL OR ${table.probeUntil} < now())`,
      )
      .returning({ name: table.name });
    return taken.length > 0;
  }

  /** Nothing is written while nothing has failed: a healthy provider costs no statement per call. */
  async function succeed(before: BreakerRow | undefined): Promise<void> {
    const hadFailures = before !== undefined && (before.failures > 0 || before.state !== "closed");
    if (!hadFailures && !failing.has(options.name)) return;
    failing.delete(options.name);
    try {
      await db
        .update(table)
        .set({ failures: 0, openedAt: null, probeOwner: null, probeUntil: null })
        .where(sql`${row} AND (${table.failures} > 0 OR ${table.openedAt} IS NOT NULL)`);
    } catch (error) {
      failing.add(options.name);
      throw error;
    }
  }

  async function fail(mark: string): Promise<void> {
    failing.add(options.name);
    const opened = await db.transaction(async (tx) => {
      await tx.insert(table).values({ name: options.name }).onConflictDoNothing();
      const [before] = await tx.select().from(table).where(row).for("update");
      if (!before) return false;
      const failures = before.failures + 1;
      // A failure that comes back late, from before the opening, must not lengthen it; a failed probe opens it anew.
      const probing = before.probeOwner === mark;
      const opens = probing || (before.openedAt === null && failures >= options.failuresToOpen);
      await tx
        .update(table)
        .set({
          failures,
          ...(opens && { openedAt: sql`now()` }),
          ...(probing && { probeOwner: null, probeUntil: null }),
        })
        .where(row);
      return opens;
    });
    if (opened) options.onOpen?.();
  }

  async function giveProbeBack(mark: string): Promise<void> {
    await db
      .update(table)
      .set({ probeOwner: null, probeUntil: null })
      .where(sql`${row} AND ${table.probeOwner} = ${mark}`);
  }

  const permit = (mark: string, before: BreakerRow | undefined): BreakerPermit => ({
    success: () => succeed(before),
    failure: () => fail(mark),
    neutral: () => giveProbeBack(mark),
  });

  return {
    name: options.name,
    enter: async () => {
      const mark = `${owner}/${crypto.randomUUID()}`;
      const current = await read();
      if (!current || current.state === "closed") return { permit: permit(mark, current), isProbe: false };
      if (current.state === "half_open" && (await takeProbe(mark))) {
        return { permit: permit(mark, current), isProbe: true };
      }
      return { refusedUntil: current.refusedUntil };
    },
    state: async () => (await read())?.state ?? "closed",
  };
}
