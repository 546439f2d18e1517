import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { einvoiceAttempts, einvoiceUploads, invoices } from "../tables.ts";
import { INVOICE_STATUS } from "./upload-status.ts";

export interface UploadCounts {
  open: number;
  unknown: number;
  rejected: number;
  overdue: number;
  /** Tried repeatedly, certainly without effect; one of the reasons. */
  stalled: number;
  stalledReason: string | null;
  oldestAgeSeconds: number;
}

export type Decision = "accepted" | "rejected" | "send_again";

const countsSchema = z.object({
  open: z.int(),
  unknown: z.int(),
  rejected: z.int(),
  overdue: z.int(),
  stalled: z.int(),
  stalled_reason: z.string().nullable(),
  oldest_age_seconds: z.number(),
});

const STALLED_SETBACKS = 2;

/** What people see of the uploads and decide about them. */
export function createUploadOversight(db: Drizzle) {
  return {
    /** A person's decision about an unknown upload; throws `state_not_allowed` for any other. */
    decide: (
      invoiceId: string,
      decision: { decision: Decision; attemptId: string; by: string; note: string },
    ): Promise<void> =>
      db.transaction(async (tx) => {
        const [upload] = await tx
          .select({ id: einvoiceUploads.id, status: einvoiceUploads.status })
          .from(einvoiceUploads)
          .where(and(eq(einvoiceUploads.invoiceId, invoiceId), eq(einvoiceUploads.position, 1)))
          .for("update");
        if (!upload) throw new OperationError("not_found", "there is no such invoice");
        if (upload.status !== "unknown") {
          throw new OperationError("state_not_allowed", "the outcome of this invoice's upload is not unknown", {
            reason: "not_unknown",
          });
        }
        const status = decision.decision === "send_again" ? "due" : decision.decision;
        const outcome = status === "due" ? "not_found" : status;
        await tx
          .update(einvoiceUploads)
          .set({
            status,
            reason: "decided_by_person",
            currentAttemptId: decision.attemptId,
            setbacks: 0,
            nextAttemptAt: sql`now()`,
            acceptedAt: status === "accepted" ? sql`now()` : null,
            leaseOwner: null,
            leaseUntil: null,
          })
          .where(eq(einvoiceUploads.id, upload.id));
        await tx.update(invoices).set({ status: INVOICE_STATUS[status] }).where(eq(invoices.id, invoiceId));
        await tx.insert(einvoiceAttempts).values({
          id: decision.attemptId,
          uploadId: upload.id,
          operation: "decide",
          finishedAt: sql`now()`,
          outcome,
          decidedBy: decision.by,
          note: decision.note,
        });
      }),

    /** How much waits; `now` is compared with the deadlines of the law. */
    counts: async (now: Date): Promise<UploadCounts> => {
      const rows = await db.execute(sql`
        SELECT count(*) FILTER (WHERE status <> 'rejected')::int AS open,
          count(*) FILTER (WHERE status = 'unknown')::int AS unknown,
          count(*) FILTER (WHERE status = 'rejected')::int AS rejected,
          count(*) FILTER (WHERE due_at <= ${now.toISOString()}::timestamptz)::int AS overdue,
          count(*) FILTER (WHERE status = 'due' AND setbacks >= ${STALLED_SETBACKS})::int AS stalled,
          max(reason) FILTER (WHERE status = 'due' AND setbacks >= ${STALLED_SETBACKS}) AS stalled_reason,
          coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE status <> 'rejected')), 0)::float8
            AS oldest_age_seconds
        FROM einvoice_uploads WHERE status <> 'accepted'`);
      const { oldest_age_seconds, stalled_reason, ...counts } = countsSchema.parse(rows[0]);
      return { ...counts, oldestAgeSeconds: oldest_age_seconds, stalledReason: stalled_reason };
    },
  };
}

export type UploadOversight = ReturnType<typeof createUploadOversight>;
