import type { BatchStatus, TransferErrorType, VerificationLevel } from "@luckygas/gateway-client";
import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, or, sql } from "drizzle-orm";
import { z } from "zod";
import type { DbOrTx, Drizzle } from "../../platform/database.ts";
import { fromNow } from "../../platform/leases.ts";
import type { TransferStep } from "../connectors/port.ts";
import { bankBatches, bankTransferAttempts } from "../tables.ts";
import { type NewBatch, recordEvent } from "./batches.ts";

const stepsSchema = z.array(z.object({ step: z.string(), at: z.string(), outcome: z.string() }));
export type AttemptState = (typeof bankTransferAttempts.$inferSelect)["state"];
export type AttemptRow = Omit<typeof bankTransferAttempts.$inferSelect, "steps"> & { steps: TransferStep[] };

const due: BatchStatus[] = ["sending", "indeterminate"];

/** A batch that one worker has for itself until its lease runs out. */
export interface Claim {
  batchId: string;
  /** Written into the batch's lease; nobody else has it. */
  owner: string;
}

/** Banks with a transfer, or a look at what became of one, that is due and free. */
export async function banksWithDueTransfers(db: Drizzle, now: Date): Promise<string[]> {
  const rows = await db.selectDistinct({ bank: bankBatches.bankCode }).from(bankBatches).where(isDue(now));
  return rows.map((row) => row.bank);
}

const isDue = (now: Date) =>
  and(
    inArray(bankBatches.status, due),
    isNotNull(bankBatches.nextAttemptAt),
    sql`${bankBatches.nextAttemptAt} <= ${now.toISOString()}::timestamptz`,
    or(isNull(bankBatches.leaseUntil), lt(bankBatches.leaseUntil, sql`now()`)),
  );

/** Takes up to `limit` due batches of a bank, in one statement. */
export async function claimTransfers(
  db: Drizzle,
  options: { bank: string; owner: string; now: Date; leaseMs: number; limit: number },
): Promise<Claim[]> {
  const chosen = db
    .select({ id: bankBatches.id })
    .from(bankBatches)
    .where(and(eq(bankBatches.bankCode, options.bank), isDue(options.now)))
    .orderBy(asc(bankBatches.nextAttemptAt))
    .limit(options.limit)
    .for("update", { skipLocked: true });
  const rows = await db
    .update(bankBatches)
    .set({ leaseOwner: options.owner, leaseUntil: fromNow(options.leaseMs) })
    .where(inArray(bankBatches.id, chosen))
    .returning({ batchId: bankBatches.id });
  return rows.map(({ batchId }) => ({ batchId, owner: options.owner }));
}

const isMine = (claim: Claim) =>
  and(
    eq(bankBatches.id, claim.batchId),
    eq(bankBatches.leaseOwner, claim.owner),
    sql`${bankBatches.leaseUntil} >= now()`,
  );

/** False when the lease was lost: then the work must stop. */
export async function renewClaim(db: Drizzle, claim: Claim, leaseMs: number): Promise<boolean> {
  const kept = await db
    .update(bankBatches)
    .set({ leaseUntil: fromNow(leaseMs) })
    .where(isMine(claim))
    .returning({ id: bankBatches.id });
  return kept.length > 0;
}

export async function listAttempts(db: DbOrTx, batchId: string): Promise<AttemptRow[]> {
  const rows = await db
    .select()
    .from(bankTransferAttempts)
    .where(eq(bankTransferAttempts.batchId, batchId))
    .orderBy(asc(bankTransferAttempts.number));
  return rows.map((row) => ({ ...row, steps: stepsSchema.parse(row.steps) }));
}

/** The attempt exists before the bank is spoken to; false when the claim was lost meanwhile. */
export async function insertAttempt(
  db: Drizzle,
  claim: Claim,
  attempt: { number: number; temporaryName: string; startedAt: Date },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [mine] = await tx.select({ id: bankBatches.id }).from(bankBatches).where(isMine(claim)).for("update");
    if (!mine) return false;
    await tx
      .insert(bankTransferAttempts)
      .values({ ...attempt, batchId: claim.batchId, state: "writing", owner: claim.owner });
    return true;
  });
}

/**
 * Stores that the content at the bank is verified, before the final name is asked for. Only while the claim is held and the
 * batch still waits for its transfer; otherwise false, and the final name must not be asked for.
 */
export async function markVerified(
  db: Drizzle,
  claim: Claim,
  attempt: { number: number; verification: VerificationLevel; steps: TransferStep[]; at: Date },
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [mine] = await tx.select({ status: bankBatches.status }).from(bankBatches).where(isMine(claim)).for("update");
    if (mine?.status !== "sending") return false;
    const changed = await tx
      .update(bankTransferAttempts)
      .set({ state: "verified", verification: attempt.verification, verifiedAt: attempt.at, steps: attempt.steps })
      .where(
        and(
          eq(bankTransferAttempts.batchId, claim.batchId),
          eq(bankTransferAttempts.number, attempt.number),
          eq(bankTransferAttempts.state, "writing"),
        ),
      )
      .returning({ number: bankTransferAttempts.number });
    return changed.length > 0;
  });
}

export interface AttemptChange {
  number: number;
  state: AttemptState;
  steps: TransferStep[];
  verification?: VerificationLevel;
  errorType?: TransferErrorType | null;
  temporaryRemoved?: boolean;
  finishedAt?: Date;
}

/**
 * Ends a round of work: the attempt as it stands, the batch as it follows from it, the lease given back. A batch that
 * another one has taken over, or that was answered by the bank meanwhile, keeps its state; the attempt is recorded anyhow.
 */
export async function settleRound(
  db: Drizzle,
  claim: Claim,
  attempt: AttemptChange | undefined,
  batch: Partial<NewBatch>,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx
      .select({ status: bankBatches.status, isMine: sql<boolean>`${isMine(claim)}` })
      .from(bankBatches)
      .where(eq(bankBatches.id, claim.batchId))
      .for("update");
    if (attempt) await writeAttempt(tx, claim.batchId, attempt);
    if (!row) return;
    // That a file arrived stays true, whoever found it out.
    const applies = due.includes(row.status) && (row.isMine || attempt?.state === "sent");
    if (!applies && !row.isMine) return;
    await tx
      .update(bankBatches)
      .set({ ...(applies && batch), ...(row.isMine && { leaseOwner: null, leaseUntil: null }) })
      .where(eq(bankBatches.id, claim.batchId));
    if (applies && batch.status !== row.status) await recordEvent(tx, claim.batchId, batch);
  });
}

/** States that no later report of a lost worker may change. */
const finalStates: AttemptState[] = ["sent", "failed"];

/** Writes an attempt that is not final yet; the batch and its lease stay as they are. */
export async function writeAttempt(db: DbOrTx, batchId: string, { number, ...change }: AttemptChange): Promise<void> {
  await db
    .update(bankTransferAttempts)
    .set(change)
    .where(
      and(
        eq(bankTransferAttempts.batchId, batchId),
        eq(bankTransferAttempts.number, number),
        sql`${bankTransferAttempts.state} NOT IN (${sql.join(
          finalStates.map((state) => sql`${state}`),
          sql`, `,
        )})`,
      ),
    );
}

/** What a decision from elsewhere (a reply of the bank, a person) makes of the open attempts of a batch. */
export async function decideOpenAttempts(
  db: DbOrTx,
  batchId: string,
  state: "sent" | "failed",
  at: Date,
): Promise<void> {
  await db
    .update(bankTransferAttempts)
    .set({ state, finishedAt: at })
    .where(
      and(
        eq(bankTransferAttempts.batchId, batchId),
        inArray(bankTransferAttempts.state, ["verified", "indeterminate"]),
      ),
    );
}

export async function markTemporaryRemoved(db: DbOrTx, batchId: string, number: number): Promise<void> {
  await db
    .update(bankTransferAttempts)
    .set({ temporaryRemoved: true })
    .where(and(eq(bankTransferAttempts.batchId, batchId), eq(bankTransferAttempts.number, number)));
}

/** Failed attempts whose temporary file may lie at the bank, of batches that nobody works on; the latest first. */
export function listStaleTemporaries(
  db: Drizzle,
  bank: string,
  limit: number,
): Promise<{ batchId: string; number: number; temporaryName: string }[]> {
  return db
    .select({
      batchId: bankTransferAttempts.batchId,
      number: bankTransferAttempts.number,
      temporaryName: bankTransferAttempts.temporaryName,
    })
    .from(bankTransferAttempts)
    .innerJoin(bankBatches, eq(bankBatches.id, bankTransferAttempts.batchId))
    .where(
      and(
        eq(bankBatches.bankCode, bank),
        eq(bankTransferAttempts.state, "failed"),
        eq(bankTransferAttempts.temporaryRemoved, false),
        or(isNull(bankBatches.leaseUntil), lt(bankBatches.leaseUntil, sql`now()`)),
      ),
    )
    .orderBy(desc(bankTransferAttempts.startedAt))
    .limit(limit);
}
