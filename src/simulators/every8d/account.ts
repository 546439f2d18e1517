import { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { openJournal } from "../journal.ts";

const rowSchema = z.object({
  /** E.164. */
  mobile: z.string(),
  name: z.string(),
  recordNumber: z.string(),
  text: z.string(),
  points: z.number(),
});
const batchSchema = z.object({
  id: z.string(),
  subject: z.string(),
  /** Milliseconds; the time of sending, or that of acceptance for a scheduled batch. */
  acceptedAt: z.number(),
  scheduledFor: z.number().nullable(),
  rows: z.array(rowSchema),
});
const entrySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("batch"), batch: batchSchema }),
  z.object({ kind: z.literal("status"), batchId: z.string(), row: z.int(), status: z.string(), at: z.number() }),
  z.object({ kind: z.literal("reported"), batchId: z.string(), row: z.int() }),
]);
type Entry = z.output<typeof entrySchema>;
type StoredBatch = z.output<typeof batchSchema>;

export interface Row extends z.output<typeof rowSchema> {
  status: string;
  statusAt: Date | undefined;
  /** The callback for the present status was answered 200. */
  reported: boolean;
}
export interface Batch extends Omit<StoredBatch, "rows"> {
  rows: Row[];
}

/** One account at Every8d: its batches in order of acceptance, and its points. Remembers them in a journal. */
export interface Account {
  batches(): readonly Batch[];
  find(batchId: string): Batch | undefined;
  points(): number;
  /** Spends what is beyond so many points. */
  leavePoints(left: number): void;
  add(batch: StoredBatch): Batch;
  setStatus(batch: Batch, row: number, status: string): void;
  setReported(batch: Batch, row: number): void;
}

export const HANDED_TO_CARRIER = "0";
export const SCHEDULED = "300";
export const SCHEDULE_CANCELLED = "303";

export function openAccount(options: { clock: Clock; pointsAtStart: number; journalPath?: string }): Account {
  const journal = openJournal(entrySchema, options.journalPath);
  const batches = new Map<string, Batch>();
  let points = options.pointsAtStart;

  function apply(entry: Entry): void {
    if (entry.kind === "batch") {
      const status = entry.batch.scheduledFor === null ? HANDED_TO_CARRIER : SCHEDULED;
      const rows = entry.batch.rows.map((row) => ({ ...row, status, statusAt: undefined, reported: false }));
      batches.set(entry.batch.id, { ...entry.batch, rows });
      for (const row of rows) points -= row.points;
      return;
    }
    const row = batches.get(entry.batchId)?.rows[entry.row];
    if (!row) return;
    if (entry.kind === "reported") {
      row.reported = true;
      return;
    }
    if (entry.status === SCHEDULE_CANCELLED) points += row.points;
    Object.assign(row, { status: entry.status, statusAt: new Date(entry.at), reported: false });
  }
  function record(entry: Entry): void {
    journal.append(entry);
    apply(entry);
  }
  for (const entry of journal.earlier) apply(entry);

  const find = (batchId: string) => batches.get(batchId);
  return {
    batches: () => [...batches.values()],
    find,
    points: () => points,
    leavePoints: (left) => {
      points = left;
    },
    add: (batch) => {
      record({ kind: "batch", batch });
      const added = find(batch.id);
      if (!added) throw new Error("the batch was not kept");
      return added;
    },
    setStatus: (batch, row, status) =>
      record({ kind: "status", batchId: batch.id, row, status, at: options.clock.now().getTime() }),
    setReported: (batch, row) => record({ kind: "reported", batchId: batch.id, row }),
  };
}
