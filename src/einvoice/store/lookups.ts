import { and, eq, gt, isNull, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle } from "../../platform/database.ts";
import { fromNow } from "../../platform/leases.ts";
import type { LookupKind } from "../connectors/mof-lookup/client.ts";
import { einvoiceLookupSerials, einvoiceLookups, invoices } from "../tables.ts";

const KEPT_MS = 24 * 3_600_000;
/** Asked again this often at most, then forgotten. */
const ATTEMPTS_MAX = 20;
const PAUSE_MS = 60_000;
/** Longest pause; together the tries span more than half a day. */
const PAUSE_MS_MAX = 3_600_000;
/** How far back invoices are looked through for what turned out not to exist. */
const USED_WITHIN = "3 days";
const USES_MAX = 20;

const pendingSchema = z.object({ kind: z.enum(["carrier", "donation_code", "business"]), value: z.string() });

/** Where an invoice has a value. */
const VALUES: Record<LookupKind, SQL> = {
  carrier: sql`${invoices.content} -> 'carrier' ->> 'id'`,
  donation_code: sql`${invoices.content} ->> 'donationCode'`,
  business: sql`${invoices.content} -> 'buyer' ->> 'ubn'`,
};

/** What was found to exist, and what is to be asked again; judged by the database's clock. */
export function createLookupStore(db: Drizzle) {
  const isOf = (kind: LookupKind, value: string) =>
    and(eq(einvoiceLookups.kind, kind), eq(einvoiceLookups.value, value));

  return {
    /** Whether it was found to exist within the last 24 hours. */
    isKnown: async (kind: LookupKind, value: string): Promise<boolean> => {
      const rows = await db
        .select({ kind: einvoiceLookups.kind })
        .from(einvoiceLookups)
        .where(and(isOf(kind, value), gt(einvoiceLookups.existsUntil, sql`now()`)));
      return rows.length > 0;
    },

    keepPositive: async (kind: LookupKind, value: string): Promise<void> => {
      const existsUntil = fromNow(KEPT_MS);
      await db
        .insert(einvoiceLookups)
        .values({ kind, value, existsUntil, nextAttemptAt: null })
        .onConflictDoUpdate({
          target: [einvoiceLookups.kind, einvoiceLookups.value],
          set: { existsUntil, nextAttemptAt: null, attempts: 0 },
        });
    },

    /** Remembers that nobody could say, to ask again later. */
    askAgain: async (kind: LookupKind, value: string): Promise<void> => {
      await db
        .insert(einvoiceLookups)
        .values({ kind, value, nextAttemptAt: fromNow(PAUSE_MS), attempts: 1 })
        .onConflictDoUpdate({
          target: [einvoiceLookups.kind, einvoiceLookups.value],
          set: {
            nextAttemptAt: sql`now() + least(${PAUSE_MS} * power(2, ${einvoiceLookups.attempts}), ${PAUSE_MS_MAX})
              * interval '1 millisecond'`,
            attempts: sql`${einvoiceLookups.attempts} + 1`,
          },
        });
    },

    /** Numbers of the latest invoices that were issued with a value. */
    usedBy: async (kind: LookupKind, value: string): Promise<string[]> => {
      const rows = await db
        .select({ number: invoices.number })
        .from(invoices)
        .where(and(sql`${invoices.issuedAt} > now() - ${USED_WITHIN}::interval`, eq(VALUES[kind], value)))
        .limit(USES_MAX);
      return rows.map(({ number }) => number);
    },

    /** Negatives and what was asked in vain too often are forgotten. */
    forget: async (kind: LookupKind, value: string): Promise<void> => {
      await db.delete(einvoiceLookups).where(isOf(kind, value));
    },

    /** Takes what is to be asked again; it comes back only when it is unknown once more. What was found long ago is forgotten. */
    takePending: async (limit: number): Promise<z.output<typeof pendingSchema>[]> => {
      await db
        .delete(einvoiceLookups)
        .where(and(lt(einvoiceLookups.existsUntil, sql`now()`), isNull(einvoiceLookups.nextAttemptAt)));
      await db.delete(einvoiceLookups).where(lt(sql`${ATTEMPTS_MAX}::integer`, einvoiceLookups.attempts));
      const rows = await db.execute(sql`
        UPDATE einvoice_lookups l SET next_attempt_at = ${fromNow(PAUSE_MS)}
        FROM (SELECT kind, value FROM einvoice_lookups WHERE next_attempt_at <= now()
          ORDER BY next_attempt_at LIMIT ${limit} FOR UPDATE SKIP LOCKED) due
        WHERE l.kind = due.kind AND l.value = due.value
        RETURNING l.kind, l.value`);
      return z.array(pendingSchema).parse([...rows]);
    },

    /** The next serial number of a signed call, over all processes. */
    nextSerial: async (): Promise<number> => {
      const [row] = await db.insert(einvoiceLookupSerials).values({}).returning();
      if (!row) throw new Error("no serial number was given");
      await db.delete(einvoiceLookupSerials).where(lt(einvoiceLookupSerials.serial, row.serial));
      return row.serial;
    },
  };
}

export type LookupStore = ReturnType<typeof createLookupStore>;
