import { and, asc, eq, inArray, isNull, or } from "drizzle-orm";
import { brokenConstraint, type Drizzle, type Tx } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { holdsUnused, remainders } from "../rules/branch-numbers.ts";
import { yearMonthsOf } from "../rules/period.ts";
import { einvoiceBranchNumbers, einvoiceUploads, invoiceSequences } from "../tables.ts";
import { type StoredBranchNumbers, storedBranchNumbersSchema } from "./content-schema.ts";

/** Who gives which numbers to which branch. */
export interface BranchRequest {
  callerSubject: string;
  idempotencyKey: string;
  requestHash: string;
  sellerUbn: string;
  branchUbn: string;
  period: string;
  prefix: string;
  beginNumber: number;
  endNumber: number;
  /** Whether the transport carries E0401; else a person files it. */
  isCarried: boolean;
  now: Date;
  dueAt: Date;
}

/** Numbers given to a branch, with their message and its state; `null` where none is sent. */
export type AssignedNumbers = StoredBranchNumbers & { messageId: string | null; uploadStatus: string | null };

const refusal = (reason: string, message: string) => new OperationError("state_not_allowed", message, { reason });
const reused = () =>
  new OperationError("conflict", "this idempotencyKey was used for something else; use a new one", {
    reason: "idempotency_key_reused",
  });

/** Numbers that a head office gives to branches (E0401): taken out of its own ranges and told to the platform in one transaction. */
export function createBranchNumberStore(db: Drizzle, newId: () => string) {
  async function known(tx: Drizzle | Tx, request: BranchRequest): Promise<AssignedNumbers | undefined> {
    const [row] = await tx
      .select({
        numbers: einvoiceBranchNumbers,
        messageId: einvoiceUploads.id,
        uploadStatus: einvoiceUploads.status,
      })
      .from(einvoiceBranchNumbers)
      .leftJoin(einvoiceUploads, eq(einvoiceUploads.invoiceId, einvoiceBranchNumbers.id))
      .where(
        and(
          eq(einvoiceBranchNumbers.callerSubject, request.callerSubject),
          eq(einvoiceBranchNumbers.idempotencyKey, request.idempotencyKey),
        ),
      );
    if (!row) return undefined;
    if (row.numbers.requestHash !== request.requestHash) throw reused();
    const { messageId, uploadStatus } = row;
    return { ...storedBranchNumbersSchema.parse(row.numbers), messageId, uploadStatus };
  }

  async function once(request: BranchRequest): Promise<AssignedNumbers> {
    return db.transaction(async (tx) => {
      const ranges = await lockRanges(tx, request);
      // Under the lock, so that two calls with one key see each other.
      const before = await known(tx, request);
      if (before) return before;
      const range = ranges.find((row) => holdsUnused(ownRange(row), request));
      if (!range) throw notFree(request);
      await split(tx, range, request);
      const id = newId();
      const { callerSubject, idempotencyKey, requestHash, sellerUbn, branchUbn, period, prefix } = request;
      const { beginNumber, endNumber, isCarried, now, dueAt } = request;
      const { rangeStart, rangeEnd } = range;
      await tx.insert(einvoiceBranchNumbers).values({
        id,
        sellerUbn,
        branchUbn,
        period,
        prefix,
        rangeStart,
        rangeEnd,
        beginNumber,
        endNumber,
        isByHand: !isCarried,
        callerSubject,
        idempotencyKey,
        requestHash,
      });
      if (isCarried) {
        await tx
          .insert(einvoiceUploads)
          .values({ id: newId(), invoiceId: id, kind: "branch_numbers", position: 1, actedAt: now, dueAt });
      }
      const assigned = await known(tx, request);
      if (!assigned) throw new Error("numbers that were given away cannot be found");
      return assigned;
    });
  }

  return {
    /**
     * Takes unused numbers out of one of the seller's ranges; the same key and request again changes nothing. Throws `state_not_allowed`
     * when no range holds them all unused, and `conflict`.
     */
    assign: async (request: BranchRequest): Promise<AssignedNumbers> => {
      try {
        return await once(request);
      } catch (error) {
        // Two calls with one key at once: the other one has written.
        if (brokenConstraint(error) !== "einvoice_branch_numbers_idempotency_unique") throw error;
        const assigned = await known(db, request);
        if (assigned) return assigned;
        throw error;
      }
    },
  };
}

export type BranchNumberStore = ReturnType<typeof createBranchNumberStore>;

type RangeRow = typeof invoiceSequences.$inferSelect;
const ownRange = ({ rangeStart, rangeEnd, currentNumber }: RangeRow) => ({
  rangeStart,
  rangeEnd,
  nextNumber: currentNumber,
});

const notFree = ({ prefix, period }: BranchRequest) =>
  refusal(
    "numbers_not_free",
    `no active range of the track ${prefix} in period ${period} holds all of these numbers unused; see listNumberRanges`,
  );

/** The seller's own ranges of the track, locked: issuing waits. */
function lockRanges(tx: Tx, request: BranchRequest): Promise<RangeRow[]> {
  return tx
    .select()
    .from(invoiceSequences)
    .where(
      and(
        inArray(invoiceSequences.yearMonth, yearMonthsOf(request.period)),
        eq(invoiceSequences.prefix, request.prefix),
        eq(invoiceSequences.isActive, true),
        isNull(invoiceSequences.branchUbn),
        or(isNull(invoiceSequences.sellerUbn), eq(invoiceSequences.sellerUbn, request.sellerUbn)),
      ),
    )
    .orderBy(asc(invoiceSequences.id))
    .for("update");
}

/** The row keeps the first part that stays, or becomes the branch's where none does; the other parts become rows. */
async function split(tx: Tx, range: RangeRow, { beginNumber, endNumber, branchUbn }: BranchRequest): Promise<void> {
  const [kept, ...others] = remainders(ownRange(range), { beginNumber, endNumber });
  const isThisRow = eq(invoiceSequences.id, range.id);
  if (!kept) {
    await tx.update(invoiceSequences).set({ isActive: false, branchUbn }).where(isThisRow);
    return;
  }
  const { rangeStart, rangeEnd, nextNumber } = kept;
  await tx.update(invoiceSequences).set({ rangeStart, rangeEnd, currentNumber: nextNumber }).where(isThisRow);
  const { yearMonth, prefix, sellerUbn } = range;
  const shared = { yearMonth, prefix, sellerUbn };
  const given = { rangeStart: beginNumber, rangeEnd: endNumber, currentNumber: beginNumber };
  await tx.insert(invoiceSequences).values([
    { ...shared, ...given, isActive: false, branchUbn },
    ...others.map((part) => ({
      ...shared,
      rangeStart: part.rangeStart,
      rangeEnd: part.rangeEnd,
      currentNumber: part.nextNumber,
    })),
  ]);
}
