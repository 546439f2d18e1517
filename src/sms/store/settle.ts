import type { SmsAttemptState, SmsOutcomeClass, SmsStatus } from "@luckygas/gateway-client";
import type postgres from "postgres";
import { z } from "zod";
import { statusRanks } from "../rules/states.ts";
import { beginIndexed } from "./indexed.ts";

/** The end of one attempt, and what it makes of its message. */
export interface Settlement {
  attemptId: string;
  messageId: string;
  state: Exclude<SmsAttemptState, "dispatching">;
  outcomeClass: SmsOutcomeClass;
  outcomeReason: string | undefined;
  providerCode: string | undefined;
  providerMessageId: string | undefined;
  /** Millionths of NT$. */
  costMicros: bigint | undefined;
  /** The slot is given back at once, because the provider never saw the message. */
  freesSlot: boolean;
  /** When to ask for its outcome, or for its late receipt. */
  resolveAt: Date | undefined;
  pollAt: Date | undefined;
  next: {
    status: SmsStatus;
    reason: string | undefined;
    /** With `deferred`: when it is queued again. */
    dueAt: Date | undefined;
    /** The text is a secret that is not needed any more. */
    clearsText: boolean;
  };
}

/** What a settlement did: the message's new status, or `undefined` where something better was known already. */
export interface Settled {
  attemptId: string;
  /** False when the attempt had been settled otherwise before. */
  attemptChanged: boolean;
  status: SmsStatus | undefined;
}

const settledSchema = z.object({ attempt_id: z.string(), changed: z.enum(["attempt", "message"]) });

/**
 * Settles attempts in one transaction. An attempt that a receipt has proved to be accepted stays so; a message that is
 * further already is not moved back; and only the message's latest attempt may queue it again or end it.
 */
export async function settleAttempts(
  sql: postgres.Sql,
  settlements: readonly Settlement[],
  options: { now: Date; rateWindowMs: number },
): Promise<Settled[]> {
  const rows = JSON.stringify(settlements.map(toRow));
  const now = options.now.toISOString();
  const results = await beginIndexed(sql, async (tx) => {
    await lockMessages(
      tx,
      settlements.map(({ messageId }) => messageId),
    );
    return tx`
      WITH row AS (
        SELECT * FROM json_to_recordset(${rows}::text::json) AS row (attempt_id uuid, message_id uuid, state text, class text,
          reason text, code text, provider_message_id text, cost_micros bigint, frees_slot boolean, resolve_at timestamptz,
          poll_at timestamptz, next_status text, next_rank smallint, next_reason text, due_at timestamptz, clears_text boolean)
      ), attempt AS (
        UPDATE sms_attempts a SET
          state = row.state, outcome_class = row.class, outcome_reason = row.reason, provider_code = row.code,
          provider_message_id = coalesce(a.provider_message_id, row.provider_message_id), cost_micros = row.cost_micros,
          settled_at = coalesce(a.settled_at, ${now}::timestamptz), lease_owner = NULL, lease_until = NULL,
          slot_until = CASE WHEN row.frees_slot THEN NULL
            ELSE clock_timestamp() + ${options.rateWindowMs}::int * interval '1 millisecond' END,
          resolve_at = row.resolve_at,
          poll_at = CASE WHEN m.status_rank >= ${statusRanks.undelivered}::int THEN NULL ELSE row.poll_at END
        FROM row JOIN sms_messages m ON m.id = row.message_id
        WHERE a.id = row.attempt_id AND (a.state IN ('dispatching', 'unknown') OR row.state = 'accepted')
        RETURNING row.*
      ), freed AS (
        UPDATE sms_attempts a SET lease_owner = NULL, lease_until = NULL,
          slot_until = clock_timestamp() + ${options.rateWindowMs}::int * interval '1 millisecond'
        FROM row WHERE a.id = row.attempt_id AND a.state = 'accepted' AND row.state <> 'accepted'
      ), message AS (
        UPDATE sms_messages m SET change_number = pg_current_xact_id()::text::bigint,
        status = row.next_status, status_rank = row.next_rank, status_reason = row.next_reason,
          status_at = ${now}::timestamptz, due_at = row.due_at, text = CASE WHEN row.clears_text THEN NULL ELSE m.text END
        FROM attempt row
        WHERE m.id = row.message_id AND CASE row.state
          WHEN 'accepted' THEN m.status_rank < row.next_rank
          ELSE m.status IN ('dispatching', 'unknown') AND m.last_attempt_id = row.attempt_id END
        RETURNING row.attempt_id
      )
      SELECT attempt_id, 'attempt' AS changed FROM attempt UNION ALL SELECT attempt_id, 'message' FROM message`;
  });
  const changed = { attempt: new Set<string>(), message: new Set<string>() };
  for (const row of results.map((row) => settledSchema.parse(row))) changed[row.changed].add(row.attempt_id);
  return settlements.map(({ attemptId, next }) => ({
    attemptId,
    attemptChanged: changed.attempt.has(attemptId),
    status: changed.message.has(attemptId) ? next.status : undefined,
  }));
}

function toRow(settlement: Settlement): object {
  const { next } = settlement;
  return {
    attempt_id: settlement.attemptId,
    message_id: settlement.messageId,
    state: settlement.state,
    class: settlement.outcomeClass,
    reason: settlement.outcomeReason ?? null,
    code: settlement.providerCode ?? null,
    provider_message_id: settlement.providerMessageId ?? null,
    cost_micros: settlement.costMicros?.toString() ?? null,
    frees_slot: settlement.freesSlot,
    resolve_at: settlement.resolveAt ?? null,
    poll_at: settlement.pollAt ?? null,
    next_status: next.status,
    next_rank: statusRanks[next.status],
    next_reason: next.reason ?? null,
    due_at: next.dueAt ?? null,
    clears_text: next.clearsText,
  };
}

/**
 * Locks messages until the transaction ends. Whoever changes several messages, or attempts of them, locks the messages
 * first and in this order, so that no two transactions wait for each other in a circle.
 */
export async function lockMessages(tx: postgres.TransactionSql, messageIds: readonly string[]): Promise<void> {
  const ids = JSON.stringify(messageIds.map((id) => ({ id })));
  await tx`
    SELECT id FROM sms_messages WHERE id IN (SELECT id FROM json_to_recordset(${ids}::text::json) AS wanted (id uuid))
    ORDER BY id FOR UPDATE`;
}
