import { reconciliationDifferenceSchema } from "@luckygas/gateway-client";
import { and, asc, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle } from "../../platform/database.ts";
import { fromNow } from "../../platform/leases.ts";
import { einvoiceReconciliations, invoices } from "../tables.ts";
import { type StoredInvoice, storedInvoiceSchema } from "./content-schema.ts";

const numberSpanSchema = z.object({ prefix: z.string(), rangeStart: z.int(), rangeEnd: z.int() });

/** Where a run looks for invoices that are not ours. Of `numbers` the first `asked` of the spans were asked about so far. */
const lookedAtSchema = z.discriminatedUnion("method", [
  z.object({ method: z.literal("none") }),
  z.object({ method: z.literal("list"), invoices: z.int() }),
  z.object({
    method: z.literal("numbers"),
    spans: z.array(numberSpanSchema),
    asked: z.int(),
    /** Whether the spans are all that was never given out, and every answer was usable so far. */
    isComplete: z.boolean(),
  }),
]);
export type LookedAt = z.output<typeof lookedAtSchema>;

const runSchema = z.object({
  id: z.string(),
  sellerUbn: z.string(),
  day: z.string(),
  status: z.enum(["running", "done"]),
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
  cursor: z.string().nullable(),
  invoices: z.int(),
  checked: z.int(),
  open: z.int(),
  unanswered: z.int(),
  differences: z.array(reconciliationDifferenceSchema),
  /** Null until the invoices are through. */
  lookedAt: lookedAtSchema.nullable(),
});

/** A comparison of one day, finished or under way. */
export type ReconciliationRun = z.output<typeof runSchema>;

/** How far a run has come. */
export type ReconciliationProgress = Pick<
  ReconciliationRun,
  "cursor" | "invoices" | "checked" | "open" | "unanswered" | "differences" | "lookedAt" | "status"
>;

/** Comparisons as rows: claimed by lease, and resumed from their cursor by another process when one dies. */
export function createReconciliationStore(db: Drizzle, owner: string) {
  async function one(condition: SQL | undefined): Promise<ReconciliationRun | undefined> {
    const [row] = await db
      .select()
      .from(einvoiceReconciliations)
      .where(condition)
      .orderBy(desc(einvoiceReconciliations.id))
      .limit(1);
    return row && runSchema.parse(row);
  }

  return {
    latest: (sellerUbn: string, day: string) =>
      one(and(eq(einvoiceReconciliations.sellerUbn, sellerUbn), eq(einvoiceReconciliations.day, day))),

    /** Begins a run, unless one of the same day is under way: then that one. */
    begin: async (run: { id: string; sellerUbn: string; day: string; startedAt: Date }): Promise<void> => {
      await db.insert(einvoiceReconciliations).values(run).onConflictDoNothing();
    },

    /** Takes the oldest run that nobody works on. */
    claim: async (leaseMs: number): Promise<ReconciliationRun | undefined> => {
      const rows = await db.execute(sql`
        UPDATE einvoice_reconciliations SET lease_owner = ${owner}, lease_until = ${fromNow(leaseMs)}
        WHERE id IN (SELECT id FROM einvoice_reconciliations
          WHERE status = 'running' AND (lease_until IS NULL OR lease_until < now())
          ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id`);
      const [row] = z.array(z.object({ id: z.string() })).parse([...rows]);
      return row && one(eq(einvoiceReconciliations.id, row.id));
    },

    /** Writes down how far a held run has come. False when the lease was lost: then the work stops. */
    record: async (id: string, progress: ReconciliationProgress, leaseMs: number, now: Date): Promise<boolean> => {
      const isDone = progress.status === "done";
      const rows = await db
        .update(einvoiceReconciliations)
        .set({
          ...progress,
          finishedAt: isDone ? now : null,
          leaseUntil: isDone ? null : fromNow(leaseMs),
          leaseOwner: isDone ? null : owner,
        })
        .where(and(eq(einvoiceReconciliations.id, id), eq(einvoiceReconciliations.leaseOwner, owner)))
        .returning({ id: einvoiceReconciliations.id });
      return rows.length > 0;
    },

    /** Hands a run back to whoever comes next. */
    release: async (id: string): Promise<void> => {
      await db
        .update(einvoiceReconciliations)
        .set({ leaseOwner: null, leaseUntil: null })
        .where(and(eq(einvoiceReconciliations.id, id), eq(einvoiceReconciliations.leaseOwner, owner)));
    },

    /** Invoices issued between two instants, in that order. */
    invoicesOf: async (
      sellerUbn: string,
      span: { from: Date; before: Date; afterId: string | null },
      limit: number,
    ): Promise<StoredInvoice[]> => {
      const rows = await db
        .select()
        .from(invoices)
        .where(
          and(
            eq(invoices.sellerUbn, sellerUbn),
            gte(invoices.issuedAt, span.from),
            lt(invoices.issuedAt, span.before),
            span.afterId === null
              ? undefined
              : sql`(${invoices.issuedAt}, ${invoices.id}) > (SELECT issued_at, id FROM invoices WHERE id = ${span.afterId})`,
          ),
        )
        .orderBy(asc(invoices.issuedAt), asc(invoices.id))
        .limit(limit);
      return rows.map((row) => storedInvoiceSchema.parse(row));
    },

    /** Which of these numbers have no invoice here in a period. */
    notOurs: async (sellerUbn: string, period: string, numbers: readonly string[]): Promise<string[]> => {
      if (numbers.length === 0) return [];
      const rows = await db
        .select({ number: invoices.number })
        .from(invoices)
        .where(
          and(eq(invoices.sellerUbn, sellerUbn), eq(invoices.period, period), inArray(invoices.number, [...numbers])),
        );
      const ours = new Set(rows.map(({ number }) => number));
      return numbers.filter((number) => !ours.has(number));
    },
  };
}

export type ReconciliationStore = ReturnType<typeof createReconciliationStore>;
