import { messageKinds } from "@luckygas/gateway-client";
import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Drizzle, Tx } from "../../platform/database.ts";
import { invalidInput, OperationError } from "../../platform/errors.ts";
import { remediesOf } from "../rules/remedies.ts";
import { einvoiceAttempts, einvoiceUploads } from "../tables.ts";
import { INVOICE_STATUS, showStatus } from "./upload-status.ts";
import { dropWithdrawn } from "./withdrawn.ts";

const messageSchema = z.object({
  id: z.string(),
  kind: z.enum([...messageKinds, "unused_numbers", "branch_numbers"]),
  status: z.enum(["due", "sending", "sent", "unknown", "accepted", "rejected", "superseded"]),
  invoice_id: z.string().nullable(),
  number: z.string().nullable(),
  period: z.string(),
  attempts: z.int(),
  due_ms: z.number(),
  next_ms: z.number(),
  reason: z.string().nullable(),
  provider_code: z.string().nullable(),
});
/** A message, whatever it is about. */
export type RepairedMessage = z.output<typeof messageSchema>;

export interface MessageDecision {
  decision: "accepted" | "rejected" | "send_again";
  /** Of an accepted allowance. */
  allowanceNumber?: string | undefined;
  attemptId: string;
  by: string;
  note: string;
}

const notAllowed = (reason: string, message: string) => new OperationError("state_not_allowed", message, { reason });

/** What people do about messages that do not come to their end by themselves; each decision is an attempt in the message's history. */
export function createMessageRepairStore(db: Drizzle) {
  const read = async (id: string): Promise<RepairedMessage> => {
    const rows = await db.execute(sql`
      SELECT u.id, u.kind, u.status, i.id AS invoice_id, i.number, coalesce(i.period, r.period, b.period) AS period, u.attempts,
        (extract(epoch FROM u.due_at) * 1000)::float8 AS due_ms,
        (extract(epoch FROM u.next_attempt_at) * 1000)::float8 AS next_ms, u.reason, u.provider_code
      FROM einvoice_uploads u
      LEFT JOIN invoices i ON i.id = u.invoice_id
      LEFT JOIN einvoice_number_reports r ON r.id = u.invoice_id
      LEFT JOIN einvoice_branch_numbers b ON b.id = u.invoice_id
      WHERE u.id = ${id}`);
    const [row] = rows;
    if (!row) throw new OperationError("not_found", "there is no such message");
    return messageSchema.parse(row);
  };

  return {
    read,

    /** Queues a refused message again. Throws `not_found`, and `state_not_allowed` when it was not refused. */
    resend: async (id: string, by: { attemptId: string; by: string; note: string }): Promise<void> => {
      await db.transaction(async (tx) => {
        const { kind, status } = await lock(tx, id);
        if (!remediesOf({ kind, status }).includes("resend")) {
          throw notAllowed(
            "not_rejected",
            `only a message that the platform refused is sent again; this one is ${status}`,
          );
        }
        await move(tx, id, { ...by, decision: "send_again" });
      });
    },

    /** Ends a message that waits for an answer or was refused. Throws `not_found`, `state_not_allowed`, `invalid_input`. */
    settle: async (id: string, decision: MessageDecision): Promise<void> => {
      await db.transaction(async (tx) => {
        const { kind, status } = await lock(tx, id);
        if (!remediesOf({ kind, status }).includes("settle")) {
          throw notAllowed("not_unknown", `the outcome of this message is not in doubt: it is ${status}`);
        }
        const isNumbered = kind === "allowance" && decision.decision === "accepted";
        if (decision.allowanceNumber !== undefined && !isNumbered) {
          throw invalidInput("allowanceNumber", "is only for an allowance that the provider has accepted");
        }
        await move(tx, id, decision);
      });
    },
  };
}

export type MessageRepairStore = ReturnType<typeof createMessageRepairStore>;

/** The message, locked. Whatever precedes it is accepted or superseded, else it would still be waiting. */
async function lock(tx: Tx, id: string) {
  const [row] = await tx
    .select({ kind: einvoiceUploads.kind, status: einvoiceUploads.status })
    .from(einvoiceUploads)
    .where(eq(einvoiceUploads.id, id))
    .for("update");
  if (!row) throw new OperationError("not_found", "there is no such message");
  return messageSchema.pick({ kind: true, status: true }).parse(row);
}

async function move(tx: Tx, id: string, decision: MessageDecision): Promise<void> {
  const { allowanceNumber, attemptId } = decision;
  const status = decision.decision === "send_again" ? "due" : decision.decision;
  const given = allowanceNumber === undefined ? {} : { allowanceNumber };
  await tx.execute(sql`
    WITH settled AS (
      UPDATE einvoice_uploads SET status = ${status}, reason = 'decided_by_person', current_attempt_id = ${attemptId},
        setbacks = 0, next_attempt_at = now(), accepted_at = ${status === "accepted" ? sql`now()` : sql`NULL`},
        provider_code = NULL, provider_message = NULL, lease_owner = NULL, lease_until = NULL
      WHERE id = ${id}
      RETURNING invoice_id, allowance_id, kind, position
    ), ${showStatus("settled", INVOICE_STATUS[status], given)}
    SELECT 1`);
  if (status === "rejected") await dropWithdrawn(tx, id);
  await tx.insert(einvoiceAttempts).values({
    id: attemptId,
    uploadId: id,
    operation: "decide",
    finishedAt: sql`now()`,
    outcome: status === "due" ? "not_found" : status,
    decidedBy: decision.by,
    note: decision.note,
  });
}
