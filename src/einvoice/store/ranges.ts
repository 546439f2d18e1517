import type { NumberRangeInput } from "@luckygas/gateway-client";
import { and, asc, gt, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle, Tx } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { type KnownRange, partsOf, rangeProblems, toKnownRange } from "../rules/number-ranges.ts";
import { periodOfYearMonth, yearMonthsOf } from "../rules/period.ts";
import type { PeriodStock } from "../rules/stock.ts";
import { invoiceSequences } from "../tables.ts";

/** A row of `invoice_sequences`. */
export interface StoredRange extends KnownRange {
  id: number;
  /** The next number to give out; above `rangeEnd` when all are used. */
  nextNumber: number;
  isActive: boolean;
  /** Branch that the numbers were given to. */
  branchUbn: string | null;
}

function toStoredRange(row: typeof invoiceSequences.$inferSelect): StoredRange {
  return {
    id: row.id,
    period: periodOfYearMonth(row.yearMonth),
    prefix: row.prefix,
    rangeStart: row.rangeStart,
    rangeEnd: row.rangeEnd,
    nextNumber: row.currentNumber,
    isActive: row.isActive,
    branchUbn: row.branchUbn,
  };
}

/** Number ranges as rows; giving out their numbers is not here but in the issue store. */
export function createRangeStore(db: Drizzle) {
  async function readPeriods(tx: Tx, periods: readonly string[]): Promise<StoredRange[]> {
    const rows = await tx
      .select()
      .from(invoiceSequences)
      .where(inArray(invoiceSequences.yearMonth, periods.flatMap(yearMonthsOf)))
      .orderBy(asc(invoiceSequences.id));
    return rows.map(toStoredRange);
  }

  return {
    /**
     * Adds ranges, all or none, and returns them with their rows in the order given. One that is there already stays as it is.
     * Throws `invalid_input` naming the field of each range that breaks a rule.
     */
    add: (inputs: readonly NumberRangeInput[]): Promise<StoredRange[]> =>
      db.transaction(async (tx) => {
        // Two imports at once must not overlap each other; issuing waits for the moment this takes.
        await tx.execute(sql`LOCK TABLE ${invoiceSequences} IN SHARE ROW EXCLUSIVE MODE`);
        const ranges = inputs.map(toKnownRange);
        const periods = [...new Set(ranges.map((range) => range.period))];
        const known = await readPeriods(tx, periods);
        const problems = rangeProblems(ranges, known);
        if (problems.length > 0) {
          throw new OperationError("invalid_input", "the number ranges cannot be added", { fields: problems });
        }
        const added = ranges.filter((range) => partsOf(range, known).length === 0);
        if (added.length > 0) await tx.insert(invoiceSequences).values(added.map(toRow));
        const present = await readPeriods(tx, periods);
        return ranges.flatMap((range) => partsOf(range, present));
      }),

    /** In the order of their use, after an id, at most `limit`. */
    list: async (filter: { period?: string | undefined; afterId?: number | undefined }, limit: number) => {
      const rows = await db
        .select()
        .from(invoiceSequences)
        .where(
          and(
            filter.period ? inArray(invoiceSequences.yearMonth, yearMonthsOf(filter.period)) : undefined,
            filter.afterId === undefined ? undefined : gt(invoiceSequences.id, filter.afterId),
          ),
        )
        .orderBy(asc(invoiceSequences.id))
        .limit(limit);
      return rows.map(toStoredRange);
    },

    /** Numbers of the active ranges of a period: what is left, and all; and whether the period has any range at all. */
    stock: async (period: string): Promise<PeriodStock> => {
      const rows = await db.execute(sql`
        SELECT count(*)::int AS ranges,
          coalesce(sum(range_end - current_number + 1) FILTER (WHERE is_active), 0)::float8 AS numbers_left,
          coalesce(sum(range_end - range_start + 1) FILTER (WHERE is_active), 0)::float8 AS numbers_total
        FROM ${invoiceSequences} WHERE ${inArray(invoiceSequences.yearMonth, yearMonthsOf(period))}`);
      const { ranges, numbers_left, numbers_total } = stockSchema.parse(rows[0]);
      return { left: numbers_left, total: numbers_total, hasRange: ranges > 0 };
    },
  };
}

const stockSchema = z.object({ ranges: z.int(), numbers_left: z.int(), numbers_total: z.int() });

export type RangeStore = ReturnType<typeof createRangeStore>;

function toRow(range: KnownRange): typeof invoiceSequences.$inferInsert {
  const [yearMonth] = yearMonthsOf(range.period);
  const { prefix, rangeStart, rangeEnd } = range;
  return { yearMonth, prefix, rangeStart, rangeEnd, currentNumber: rangeStart };
}
