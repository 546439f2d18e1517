import { and, eq, inArray, sql } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle } from "../../platform/database.ts";
import { fromNow } from "../../platform/leases.ts";
import type { GivenByProvider } from "../connectors/port.ts";
import type { EinvoiceDocument } from "../rules/document.ts";
import type { UploadStep } from "../rules/upload-state.ts";
import { einvoiceUploads } from "../tables.ts";
import { readDocuments } from "./documents.ts";
import { INVOICE_STATUS, showStatus } from "./upload-status.ts";
import { dropWithdrawn } from "./withdrawn.ts";

/** A message held by this process. */
export interface ClaimedUpload {
  id: string;
  document: EinvoiceDocument;
  status: "due" | "sent" | "unknown";
  reason: string | null;
  setbacks: number;
  /** When it was last sent; null when it never was. */
  sentAt: Date | null;
}

/** The outcome of a call, as the attempt keeps it. */
export interface AttemptResult {
  outcome: "accepted" | "rejected" | "unknown" | "not_applied" | "not_found" | "pending";
  reason: string | null;
  providerCode: string | null;
  providerMessage: string | null;
  httpStatus: number | null;
  given?: GivenByProvider;
}

const claimedSchema = z.object({
  id: z.string(),
  status: z.enum(["due", "sent", "unknown"]),
  reason: z.string().nullable(),
  setbacks: z.int(),
  sent_ms: z.number().nullable(),
});

/** Messages as rows: claimed by lease, attempted in the open, settled once. Waits and leases are judged by the database's clock. */
export function createUploadStore(db: Drizzle, owner: string) {
  return {
    /**
     * Takes up to `limit` messages whose time has come, the nearest deadline first. A message waits until all before it about the same
     * number are accepted or superseded.
     */
    claim: async (limit: number, leaseMs: number): Promise<ClaimedUpload[]> => {
      const rows = await db.execute(sql`
        WITH ready AS MATERIALIZED (
          SELECT id FROM einvoice_uploads c
          WHERE status IN ('due', 'sent', 'unknown') AND next_attempt_at <= now()
            AND (lease_until IS NULL OR lease_until < now())
            AND (position = 1 OR NOT EXISTS (
              SELECT 1 FROM einvoice_uploads p WHERE p.invoice_id = c.invoice_id AND p.position < c.position
                AND p.status NOT IN ('accepted', 'superseded')))
          ORDER BY due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
        )
        UPDATE einvoice_uploads u SET lease_owner = ${owner}, lease_until = ${fromNow(leaseMs)}
        FROM ready WHERE u.id = ready.id
        RETURNING u.id, u.status, u.reason, u.setbacks,
          (SELECT (extract(epoch FROM max(started_at)) * 1000)::float8 FROM einvoice_attempts a
            WHERE a.upload_id = u.id AND a.operation = 'submit') AS sent_ms`);
      const claimed = z.array(claimedSchema).parse([...rows]);
      if (claimed.length === 0) return [];
      const documents = await readDocuments(
        db,
        inArray(
          einvoiceUploads.id,
          claimed.map((row) => row.id),
        ),
      );
      return claimed.flatMap(({ sent_ms, ...row }) => {
        const document = documents.get(row.id);
        return document ? [{ ...row, sentAt: sent_ms === null ? null : new Date(sent_ms), document }] : [];
      });
    },

    /** Hands a message back untouched, to be looked at again after `waitMs`. */
    defer: async (id: string, waitMs: number): Promise<void> => {
      await db
        .update(einvoiceUploads)
        .set({ nextAttemptAt: fromNow(waitMs), leaseOwner: null, leaseUntil: null })
        .where(and(eq(einvoiceUploads.id, id), eq(einvoiceUploads.leaseOwner, owner)));
    },

    /** Writes down that a call is about to be made. False when the lease or the state was lost: then it must not be made. */
    beginAttempt: async (
      upload: ClaimedUpload,
      attempt: { id: string; operation: "submit" | "find" },
      leaseMs: number,
    ): Promise<boolean> => {
      const isSubmit = attempt.operation === "submit";
      const rows = await db.execute(sql`
        WITH held AS (
          UPDATE einvoice_uploads SET current_attempt_id = ${attempt.id}, lease_until = ${fromNow(leaseMs)},
            status = ${isSubmit ? "sending" : upload.status}, attempts = attempts + ${isSubmit ? 1 : 0}
          WHERE id = ${upload.id} AND status = ${upload.status} AND lease_owner = ${owner} AND lease_until > now()
          RETURNING id, invoice_id, allowance_id, kind, position
        ), interrupted AS (
          UPDATE einvoice_attempts SET finished_at = now(), outcome = 'unknown', reason = 'interrupted'
          FROM held WHERE upload_id = held.id AND finished_at IS NULL
        ), ${showStatus("held", isSubmit ? INVOICE_STATUS.sending : INVOICE_STATUS[upload.status])}
        INSERT INTO einvoice_attempts (id, upload_id, operation)
        SELECT ${attempt.id}::uuid, held.id, ${attempt.operation} FROM held RETURNING id`);
      return rows.length > 0;
    },

    /**
     * Writes down how a call ended. The message moves only when this attempt is still its current one; a call that came back after
     * another process took over leaves its truth in the attempt alone.
     */
    settle: async (uploadId: string, attemptId: string, step: UploadStep, result: AttemptResult): Promise<void> => {
      const isProgress = step.status === "accepted" || step.status === "rejected";
      await db.execute(sql`
        WITH settled AS (
          UPDATE einvoice_uploads SET status = ${step.status}, reason = ${step.reason},
            provider_code = ${result.providerCode}, provider_message = ${result.providerMessage},
            next_attempt_at = ${fromNow(step.waitMs)}, setbacks = ${isProgress ? sql`0` : sql`setbacks + 1`},
            accepted_at = ${step.status === "accepted" ? sql`now()` : sql`NULL`}, lease_owner = NULL, lease_until = NULL
          WHERE id = ${uploadId} AND current_attempt_id = ${attemptId} AND status IN ('sending', 'sent', 'unknown')
          RETURNING invoice_id, allowance_id, kind, position
        ), ${showStatus("settled", INVOICE_STATUS[step.status], result.given)}
        UPDATE einvoice_attempts SET finished_at = now(), outcome = ${result.outcome}, reason = ${result.reason},
          provider_code = ${result.providerCode}, http_status = ${result.httpStatus}
        WHERE id = ${attemptId}`);
      // A statement of its own: a withdrawal that was being written meanwhile must be seen.
      if (step.status === "rejected") await dropWithdrawn(db, uploadId);
    },

    /** Messages that a dead process left in the middle of a call become unknown. Returns how many. */
    recoverInterrupted: async (): Promise<number> => {
      const rows = await db.execute(sql`
        WITH lost AS (
          UPDATE einvoice_uploads SET status = 'unknown', reason = 'interrupted', next_attempt_at = now(),
            lease_owner = NULL, lease_until = NULL
          WHERE status = 'sending' AND lease_until < now()
          RETURNING invoice_id, allowance_id, kind, position, current_attempt_id
        ), ${showStatus("lost", INVOICE_STATUS.unknown)}
        UPDATE einvoice_attempts SET finished_at = now(), outcome = 'unknown', reason = 'interrupted'
        FROM lost WHERE einvoice_attempts.id = lost.current_attempt_id AND finished_at IS NULL
        RETURNING einvoice_attempts.id`);
      return rows.length;
    },
  };
}

export type UploadStore = ReturnType<typeof createUploadStore>;
