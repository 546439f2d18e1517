import { and, asc, eq, notInArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle, Tx } from "../../platform/database.ts";
import { OperationError } from "../../platform/errors.ts";
import { einvoiceAttempts, einvoiceUploads, invoices } from "../tables.ts";
import { INVOICE_STATUS, showStatus } from "./upload-status.ts";
import { dropWithdrawn } from "./withdrawn.ts";

export interface UploadCounts {
  open: number;
  unknown: number;
  rejected: number;
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
  stalled: z.int(),
  stalled_reason: z.string().nullable(),
  oldest_age_seconds: z.number(),
});

const STALLED_SETBACKS = 2;

/** What people see of the uploads and decide about them. */
export function createUploadOversight(db: Drizzle) {
  return {
    /** A person's decision about an unknown message, or one after the issue that was refused; throws `state_not_allowed` for any other. */
    decide: (
      invoiceId: string,
      decision: { decision: Decision; attemptId: string; by: string; note: string },
    ): Promise<void> =>
      db.transaction(async (tx) => {
        const upload = await firstOpen(tx, invoiceId);
        const isMendable = upload?.status === "rejected" && upload.kind !== "issue";
        if (!upload || (upload.status !== "unknown" && !isMendable)) {
          throw new OperationError("state_not_allowed", "the outcome of this invoice's upload is not unknown", {
            reason: "not_unknown",
          });
        }
        const status = decision.decision === "send_again" ? "due" : decision.decision;
        const outcome = status === "due" ? "not_found" : status;
        await tx.execute(sql`
          WITH settled AS (
            UPDATE einvoice_uploads SET status = ${status}, reason = 'decided_by_person',
              current_attempt_id = ${decision.attemptId}, setbacks = 0, next_attempt_at = now(),
              accepted_at = ${status === "accepted" ? sql`now()` : sql`NULL`}, lease_owner = NULL, lease_until = NULL
            WHERE id = ${upload.id}
            RETURNING invoice_id, allowance_id, kind, position
          ), ${showStatus("settled", INVOICE_STATUS[status])}
          SELECT 1`);
        if (status === "rejected") await dropWithdrawn(tx, upload.id);
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

    /** How much waits, and how it stands. */
    counts: async (): Promise<UploadCounts> => {
      const rows = await db.execute(sql`
        SELECT count(*) FILTER (WHERE status <> 'rejected')::int AS open,
          count(*) FILTER (WHERE status = 'unknown')::int AS unknown,
          count(*) FILTER (WHERE status = 'rejected')::int AS rejected,
          count(*) FILTER (WHERE status = 'due' AND setbacks >= ${STALLED_SETBACKS})::int AS stalled,
          max(reason) FILTER (WHERE status = 'due' AND setbacks >= ${STALLED_SETBACKS}) AS stalled_reason,
          coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE status <> 'rejected')), 0)::float8
            AS oldest_age_seconds
        FROM einvoice_uploads WHERE status NOT IN ('accepted', 'superseded')`);
      const { oldest_age_seconds, stalled_reason, ...counts } = countsSchema.parse(rows[0]);
      return { ...counts, oldestAgeSeconds: oldest_age_seconds, stalledReason: stalled_reason };
    },
  };
}

/** The message of an invoice that all later ones wait for, locked. */
async function firstOpen(tx: Tx, invoiceId: string) {
  const [invoice] = await tx.select({ id: invoices.id }).from(invoices).where(eq(invoices.id, invoiceId));
  if (!invoice) throw new OperationError("not_found", "there is no such invoice");
  const [upload] = await tx
    .select({ id: einvoiceUploads.id, status: einvoiceUploads.status, kind: einvoiceUploads.kind })
    .from(einvoiceUploads)
    .where(
      and(eq(einvoiceUploads.invoiceId, invoiceId), notInArray(einvoiceUploads.status, ["accepted", "superseded"])),
    )
    .orderBy(asc(einvoiceUploads.position))
    .limit(1)
    .for("update");
  return upload;
}

export type UploadOversight = ReturnType<typeof createUploadOversight>;
