import { and, asc, eq, inArray, isNull, or, sql } from "drizzle-orm";
import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import type { Drizzle, Tx } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { reportDueAt } from "../rules/deadlines.ts";
import { nextPeriod, periodStart, yearMonthsOf } from "../rules/period.ts";
import { countNumbers, unusedNumbers } from "../rules/unused-numbers.ts";
import { einvoiceNumberReports, einvoiceUploads, invoiceSequences, invoices } from "../tables.ts";
import { storedReportSchema } from "./content-schema.ts";

/** A track's report with the state of its message; `null` where none is sent. */
export type NumberReport = z.output<typeof storedReportSchema> & { uploadStatus: string | null };

interface Deps {
  db: Drizzle;
  clock: Clock;
  newId(): string;
}

const refusal = (reason: string, message: string) => new OperationError("state_not_allowed", message, { reason });

/** Reports of unused numbers (E0402): computed once per period, and frozen. */
export function createNumberReportStore({ db, clock, newId }: Deps) {
  async function read(tx: Drizzle | Tx, sellerUbn: string, period: string): Promise<NumberReport[]> {
    const rows = await tx
      .select({ report: einvoiceNumberReports, uploadStatus: einvoiceUploads.status })
      .from(einvoiceNumberReports)
      .leftJoin(einvoiceUploads, eq(einvoiceUploads.invoiceId, einvoiceNumberReports.id))
      .where(and(eq(einvoiceNumberReports.sellerUbn, sellerUbn), eq(einvoiceNumberReports.period, period)))
      .orderBy(asc(einvoiceNumberReports.prefix));
    return rows.map(({ report, uploadStatus }) => ({ ...storedReportSchema.parse(report), uploadStatus }));
  }

  return {
    /**
     * The reports of a closed period, made now unless they were made before; a message is queued for each where the transport carries it.
     * From then on no range of the period can serve. Throws `state_not_allowed` while the period is open, or when numbers and invoices do
     * not add up.
     */
    report: (sellerUbn: string, period: string, isCarried: boolean): Promise<NumberReport[]> =>
      db.transaction(async (tx) => {
        const now = clock.now();
        if (now < periodStart(nextPeriod(period))) {
          throw refusal("period_open", `the period ${period} has not ended: its numbers may still be used`);
        }
        const ranges = await lockRanges(tx, sellerUbn, period);
        const known = await read(tx, sellerUbn, period);
        if (known.length > 0) return known;
        if (ranges.length === 0) throw refusal("no_number_range", `there is no number range of the period ${period}`);
        await checkSums(tx, ranges);
        const dueAt = reportDueAt(period);
        for (const [prefix, left] of unusedNumbers(ranges.map(leftOver))) {
          const id = newId();
          const isByHand = !isCarried;
          await tx.insert(einvoiceNumberReports).values({ id, sellerUbn, period, prefix, ranges: left, isByHand });
          if (left.length === 0 || isByHand) continue;
          await tx
            .insert(einvoiceUploads)
            .values({ id: newId(), invoiceId: id, kind: "unused_numbers", position: 1, actedAt: now, dueAt });
        }
        await tx
          .update(invoiceSequences)
          .set({ isActive: false })
          .where(
            inArray(
              invoiceSequences.id,
              ranges.map((range) => range.id),
            ),
          );
        return read(tx, sellerUbn, period);
      }),

    read: (sellerUbn: string, period: string) => read(db, sellerUbn, period),
  };
}

export type NumberReportStore = ReturnType<typeof createNumberReportStore>;

type RangeRow = typeof invoiceSequences.$inferSelect;

const leftOver = ({ prefix, rangeEnd, currentNumber }: RangeRow) => ({ prefix, rangeEnd, nextNumber: currentNumber });

function lockRanges(tx: Tx, sellerUbn: string, period: string): Promise<RangeRow[]> {
  return tx
    .select()
    .from(invoiceSequences)
    .where(
      and(
        inArray(invoiceSequences.yearMonth, yearMonthsOf(period)),
        or(sql`${invoiceSequences.sellerUbn} IS NULL`, eq(invoiceSequences.sellerUbn, sellerUbn)),
        // What a branch was given it uses and reports itself.
        isNull(invoiceSequences.branchUbn),
      ),
    )
    .orderBy(asc(invoiceSequences.id))
    .for("update");
}

const sumSchema = z.object({ used: z.int() });

/** Issued and unused numbers together are the allotted ones; else a report would be untrue. */
async function checkSums(tx: Tx, ranges: RangeRow[]): Promise<void> {
  const ids = ranges.map((range) => range.id);
  const rows = await tx.select({ used: sql`count(*)::int` }).from(invoices).where(inArray(invoices.sequenceId, ids));
  const { used } = sumSchema.parse(rows[0]);
  const given = countNumbers(ranges.map((range): [number, number] => [range.rangeStart, range.currentNumber - 1]));
  if (used !== given) {
    throw refusal(
      "numbers_do_not_add_up",
      `${given} numbers were given out by invoice_sequences and ${used} invoices have them; a row was changed by hand`,
    );
  }
}
