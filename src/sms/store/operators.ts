import type postgres from "postgres";
import { statusRanks } from "../rules/states.ts";
import { beginIndexed } from "./indexed.ts";
import { lockMessages } from "./settle.ts";

/** Queues a message again although nobody knows whether its attempt went out; false when it has moved on or is overdue. */
export async function resendUnresolved(
  sql: postgres.Sql,
  attempt: { attemptId: string; messageId: string },
  now: Date,
): Promise<boolean> {
  const at = now.toISOString();
  const rows = await sql`
    UPDATE sms_messages SET change_number = pg_current_xact_id()::text::bigint,
        status = 'queued', status_rank = ${statusRanks.queued}::int, status_at = ${at}::timestamptz,
      status_reason = 'sent again: a second copy is preferred to a loss'
    WHERE id = ${attempt.messageId}::uuid AND status = 'unknown' AND last_attempt_id = ${attempt.attemptId}::uuid
      AND expires_at > ${at}::timestamptz AND text IS NOT NULL
    RETURNING id`;
  return rows.length > 0;
}

/** Cancels a message that no provider has been given; false when it does not wait any more. */
export async function cancelWaiting(
  sql: postgres.Sql,
  messageId: string,
  options: { now: Date; clearsText: boolean },
): Promise<boolean> {
  const rows = await sql`
    UPDATE sms_messages SET change_number = pg_current_xact_id()::text::bigint,
        status = 'cancelled', status_rank = ${statusRanks.cancelled}::int, due_at = NULL,
      status_reason = 'cancelled by the caller', status_at = ${options.now.toISOString()}::timestamptz,
      text = CASE WHEN ${options.clearsText ? 1 : 0}::int = 1 THEN NULL ELSE text END
    WHERE id = ${messageId}::uuid AND status IN ('queued', 'deferred')
    RETURNING id`;
  return rows.length > 0;
}

/** Queues (or defers) a message again that has ended without delivery; false when it has not, or its text is gone. */
export async function retryEnded(
  sql: postgres.Sql,
  messageId: string,
  next: { status: "queued" | "deferred"; dueAt: Date | undefined; expiresAt: Date; now: Date },
): Promise<boolean> {
  const rows = await sql`
    UPDATE sms_messages SET change_number = pg_current_xact_id()::text::bigint,
        status = ${next.status}, status_rank = ${statusRanks.queued}::int, due_at = ${next.dueAt?.toISOString() ?? null}::timestamptz,
      status_reason = 'sent again by a person', status_at = ${next.now.toISOString()}::timestamptz,
      expires_at = ${next.expiresAt.toISOString()}::timestamptz
    WHERE id = ${messageId}::uuid AND status IN ('undelivered', 'expired', 'rejected') AND text IS NOT NULL
    RETURNING id`;
  return rows.length > 0;
}

export interface Decision {
  outcome: "was_sent" | "was_not_sent";
  resend: boolean;
  settledBy: string;
  note: string;
  now: Date;
  /** New end of its useful life, when it is sent again. */
  expiresAt: Date;
}

const TARGETS = {
  sent: { status: "sent", attemptState: "accepted", outcomeClass: "accepted" },
  rejected: { status: "rejected", attemptState: "not_sent", outcomeClass: "not_sent" },
  queued: { status: "queued", attemptState: "not_sent", outcomeClass: "not_sent" },
} as const;

/** Writes a person's decision about an unknown message and its unknown attempts; false when it is not unknown any more. */
export async function settleByHand(sql: postgres.Sql, messageId: string, decision: Decision): Promise<boolean> {
  const target = TARGETS[decision.outcome === "was_sent" ? "sent" : decision.resend ? "queued" : "rejected"];
  const at = decision.now.toISOString();
  return sql.begin(async (tx) => {
    await lockMessages(tx, [messageId]);
    const changed = await tx`
      UPDATE sms_messages SET change_number = pg_current_xact_id()::text::bigint,
        status = ${target.status}, status_rank = ${statusRanks[target.status]}::int,
        status_at = ${at}::timestamptz, status_reason = 'settled by a person',
        expires_at = CASE WHEN ${target.status} = 'queued' THEN ${decision.expiresAt.toISOString()}::timestamptz ELSE expires_at END
      WHERE id = ${messageId}::uuid AND status = 'unknown' AND (text IS NOT NULL OR ${target.status} <> 'queued')
      RETURNING id`;
    if (changed.length === 0) return false;
    await tx`
      UPDATE sms_attempts SET state = ${target.attemptState}, outcome_class = ${target.outcomeClass},
        settled_by = ${decision.settledBy}, settle_note = ${decision.note}, settled_at = ${at}::timestamptz, resolve_at = NULL
      WHERE message_id = ${messageId}::uuid AND state = 'unknown'`;
    return true;
  });
}

/** Forgets one-time codes of unknown attempts once they are of no use to anybody. */
export async function clearSecretTexts(
  sql: postgres.Sql,
  options: { secretTypes: readonly string[]; expiredBefore: Date; itemsMax: number },
): Promise<number> {
  const types = JSON.stringify(options.secretTypes.map((type) => ({ type })));
  const rows = await beginIndexed(
    sql,
    (tx) => tx`
    UPDATE sms_messages SET text = NULL
    WHERE id IN (SELECT id FROM sms_messages
      WHERE status = 'unknown' AND text IS NOT NULL AND expires_at < ${options.expiredBefore.toISOString()}::timestamptz
        AND message_type IN (SELECT type FROM json_to_recordset(${types}::text::json) AS secret (type text))
      LIMIT ${options.itemsMax}::int FOR UPDATE SKIP LOCKED)
    RETURNING id`,
  );
  return rows.length;
}
