import { smsMessageTypes } from "@luckygas/gateway-client";
import type postgres from "postgres";
import { z } from "zod";
import { statusRanks } from "../rules/states.ts";
import { countSlots, lockProviders } from "./claim.ts";
import { beginIndexed } from "./indexed.ts";
import { lockMessages } from "./settle.ts";

/** Queues deferred messages whose time has come. */
export async function queueDue(tx: postgres.TransactionSql, now: Date, itemsMax: number): Promise<void> {
  const at = now.toISOString();
  await tx`
    UPDATE sms_messages SET change_number = pg_current_xact_id()::text::bigint,
      status = 'queued', status_rank = ${statusRanks.queued}::int, due_at = NULL, status_at = ${at}::timestamptz
    WHERE id IN (SELECT id FROM sms_messages WHERE status = 'deferred' AND due_at <= ${at}::timestamptz
      ORDER BY due_at LIMIT ${itemsMax}::int FOR UPDATE SKIP LOCKED)`;
}

/** Whether anything is queued at all. */
export async function isAnythingQueued(sql: postgres.Sql): Promise<boolean> {
  const rows = await beginIndexed(sql, (tx) => tx`SELECT 1 FROM sms_messages WHERE status = 'queued' LIMIT 1`);
  return rows.length > 0;
}

/** Ends messages that were not sent while they were of use. */
export async function expireOverdue(
  sql: postgres.Sql,
  options: { now: Date; secretTypes: readonly string[]; itemsMax: number },
): Promise<number> {
  const now = options.now.toISOString();
  const secret = JSON.stringify(options.secretTypes.map((type) => ({ type })));
  const rows = await beginIndexed(
    sql,
    (tx) => tx`
    UPDATE sms_messages SET change_number = pg_current_xact_id()::text::bigint,
        status = 'expired', status_rank = ${statusRanks.expired}::int, due_at = NULL,
      status_at = ${now}::timestamptz,
      status_reason = 'not sent in time' || CASE WHEN status_reason IS NULL THEN '' ELSE ': ' || status_reason END,
      text = CASE WHEN message_type IN (SELECT type FROM json_to_recordset(${secret}::text::json) AS secret (type text))
        THEN NULL ELSE text END
    WHERE id IN (SELECT id FROM sms_messages
      WHERE status_rank = 0 AND status IN ('queued', 'deferred') AND expires_at <= ${now}::timestamptz
      ORDER BY expires_at LIMIT ${options.itemsMax}::int FOR UPDATE SKIP LOCKED)
    RETURNING id`,
  );
  return rows.length;
}

const idSchema = z.object({ id: z.string(), message_id: z.string() });

/**
 * Finds attempts whose process has died: the lease has run out and nothing was recorded. Whether the provider has the
 * message is not known, so they become `unknown`, to be asked about at once.
 */
export async function abandonLapsed(
  sql: postgres.Sql,
  options: { now: Date; rateWindowMs: number; itemsMax: number },
): Promise<number> {
  const now = options.now.toISOString();
  return beginIndexed(sql, async (tx) => {
    const lapsed = await tx`
      SELECT id, message_id FROM sms_attempts WHERE state = 'dispatching' AND lease_until < statement_timestamp()
      ORDER BY lease_until LIMIT ${options.itemsMax}::int`;
    if (lapsed.length === 0) return 0;
    const found = lapsed.map((row) => idSchema.parse(row));
    await lockMessages(
      tx,
      found.map(({ message_id }) => message_id),
    );
    const ids = JSON.stringify(found.map(({ id }) => ({ id })));
    const abandoned = await tx`
      WITH attempt AS (
        UPDATE sms_attempts SET state = 'unknown', outcome_class = 'ambiguous',
          outcome_reason = 'the process that was sending it ended', settled_at = ${now}::timestamptz,
          slot_until = lease_until + ${options.rateWindowMs}::int * interval '1 millisecond',
          lease_owner = NULL, lease_until = NULL, resolve_at = ${now}::timestamptz
        WHERE id IN (SELECT id FROM json_to_recordset(${ids}::text::json) AS wanted (id uuid))
          AND state = 'dispatching' AND lease_until < statement_timestamp()
        RETURNING id, message_id
      ), message AS (
        UPDATE sms_messages m SET change_number = pg_current_xact_id()::text::bigint,
        status = 'unknown', status_rank = ${statusRanks.unknown}::int,
          status_reason = 'the process that was sending it ended', status_at = ${now}::timestamptz
        FROM attempt WHERE m.id = attempt.message_id AND m.last_attempt_id = attempt.id AND m.status = 'dispatching'
      )
      SELECT id FROM attempt`;
    return abandoned.length;
  });
}

const unknownSchema = z.object({
  id: z.string(),
  message_id: z.string(),
  provider: z.string(),
  recipient: z.string(),
  text: z.string().nullable(),
  message_type: z.enum(smsMessageTypes),
  attempts_count: z.coerce.number(),
  resolve_count: z.coerce.number(),
  segments: z.coerce.number(),
  started_ms: z.coerce.number(),
  expires_ms: z.coerce.number(),
});

/** An attempt of unknown outcome that is to be asked about now. */
export interface UnresolvedAttempt {
  attemptId: string;
  messageId: string;
  provider: string;
  recipient: string;
  text: string | undefined;
  messageType: z.output<typeof unknownSchema>["message_type"];
  attemptsCount: number;
  /** How often it has been asked about, this time included. */
  resolveCount: number;
  segments: number;
  startedAt: Date;
  expiresAt: Date;
}

/** Takes unknown attempts that are due, and puts their next turn off, so that nobody else asks meanwhile. */
export async function claimUnresolved(
  sql: postgres.Sql,
  options: { now: Date; nextAt: Date; itemsMax: number },
): Promise<UnresolvedAttempt[]> {
  const now = options.now.toISOString();
  const rows = await beginIndexed(
    sql,
    (tx) => tx`
    WITH claimed AS (
      UPDATE sms_attempts SET resolve_at = ${options.nextAt.toISOString()}::timestamptz, resolve_count = resolve_count + 1
      WHERE id IN (SELECT id FROM sms_attempts WHERE state = 'unknown' AND resolve_at <= ${now}::timestamptz
        ORDER BY resolve_at LIMIT ${options.itemsMax}::int FOR UPDATE SKIP LOCKED)
      RETURNING id, message_id, provider, resolve_count, started_at
    )
    SELECT claimed.id, claimed.message_id, claimed.provider, claimed.resolve_count, m.recipient, m.text, m.message_type,
      m.attempts_count, m.segments, (extract(epoch FROM claimed.started_at) * 1000)::float8 AS started_ms,
      (extract(epoch FROM m.expires_at) * 1000)::float8 AS expires_ms
    FROM claimed JOIN sms_messages m ON m.id = claimed.message_id`,
  );
  return rows.map((row) => {
    const parsed = unknownSchema.parse(row);
    return {
      attemptId: parsed.id,
      messageId: parsed.message_id,
      provider: parsed.provider,
      recipient: parsed.recipient,
      text: parsed.text ?? undefined,
      messageType: parsed.message_type,
      attemptsCount: parsed.attempts_count,
      resolveCount: parsed.resolve_count,
      segments: parsed.segments,
      startedAt: new Date(parsed.started_ms),
      expiresAt: new Date(parsed.expires_ms),
    };
  });
}

/** Sets when an unknown attempt is asked about next; `undefined`: not any more. */
export async function setResolveAt(sql: postgres.Sql, attemptId: string, at: Date | undefined): Promise<void> {
  await sql`
    UPDATE sms_attempts SET resolve_at = ${at?.toISOString() ?? null}::timestamptz
    WHERE id = ${attemptId}::uuid AND state = 'unknown'`;
}

/**
 * Takes a slot for an attempt that is about to be repeated under its own idempotency key; false when the provider has none.
 * The repetition may be what sends the message, so it counts like a first call.
 */
export async function takeSlotAgain(
  sql: postgres.Sql,
  attempt: { attemptId: string; provider: string; rateLimit: number; inFlightMax: number },
  options: { leaseMs: number; rateWindowMs: number },
): Promise<boolean> {
  return beginIndexed(sql, async (tx) => {
    await lockProviders(tx, [attempt.provider]);
    const { used, inFlight } = (await countSlots(tx, [attempt.provider])).get(attempt.provider) ?? {
      used: 0,
      inFlight: 0,
    };
    if (used >= attempt.rateLimit || inFlight >= attempt.inFlightMax) return false;
    const taken = await tx`
      UPDATE sms_attempts SET lease_until = clock_timestamp() + ${options.leaseMs}::int * interval '1 millisecond',
        slot_until = clock_timestamp() + (${options.leaseMs}::int + ${options.rateWindowMs}::int) * interval '1 millisecond'
      WHERE id = ${attempt.attemptId}::uuid AND state = 'unknown'
      RETURNING id`;
    return taken.length > 0;
  });
}

/** Whether a provider's message id stands with another attempt to the same number already; a batch has one id for many numbers. */
export async function isClaimedByOther(
  sql: postgres.Sql,
  provider: string,
  providerMessageId: string,
  attemptId: string,
): Promise<boolean> {
  const rows = await sql`
    SELECT 1 FROM sms_attempts a JOIN sms_messages m ON m.id = a.message_id
    WHERE a.provider = ${provider} AND a.provider_message_id = ${providerMessageId} AND a.id <> ${attemptId}::uuid
      AND m.recipient = (SELECT own.recipient FROM sms_messages own JOIN sms_attempts mine ON mine.message_id = own.id
        WHERE mine.id = ${attemptId}::uuid)
    LIMIT 1`;
  return rows.length > 0;
}

const lateSchema = z.object({
  id: z.string(),
  provider: z.string(),
  provider_message_id: z.string(),
  recipient: z.string(),
  poll_count: z.coerce.number(),
});

/** An accepted message whose receipt is late. */
export interface LateMessage {
  attemptId: string;
  provider: string;
  providerMessageId: string;
  recipient: string;
}

/** Takes late messages of one provider that are due; their next turn is put off, doubling from two minutes, eight times. */
export async function claimLate(
  sql: postgres.Sql,
  options: { provider: string; now: Date; itemsMax: number },
): Promise<LateMessage[]> {
  const now = options.now.toISOString();
  const rows = await beginIndexed(
    sql,
    (tx) => tx`
    WITH claimed AS (
      UPDATE sms_attempts SET poll_count = poll_count + 1,
        poll_at = CASE WHEN poll_count >= 8 THEN NULL
          ELSE ${now}::timestamptz + (interval '2 minutes' * power(2, poll_count + 1)) END
      WHERE id IN (SELECT id FROM sms_attempts
        WHERE poll_at <= ${now}::timestamptz AND provider = ${options.provider} AND provider_message_id IS NOT NULL
        ORDER BY poll_at LIMIT ${options.itemsMax}::int FOR UPDATE SKIP LOCKED)
      RETURNING id, message_id, provider, provider_message_id, poll_count
    )
    SELECT claimed.id, claimed.provider, claimed.provider_message_id, claimed.poll_count, m.recipient
    FROM claimed JOIN sms_messages m ON m.id = claimed.message_id`,
  );
  return rows.map((row) => {
    const { id, provider, provider_message_id, recipient } = lateSchema.parse(row);
    return { attemptId: id, provider, providerMessageId: provider_message_id, recipient };
  });
}
