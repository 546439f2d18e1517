import { smsMessageTypes } from "@luckygas/gateway-client";
import type postgres from "postgres";
import { z } from "zod";
import { statusRanks } from "../rules/states.ts";

/** The transaction in which slots are counted and messages are given to providers. */
export type ClaimTx = postgres.TransactionSql;

const stateSchema = z.object({
  provider: z.string(),
  delivered: z.coerce.number(),
  total: z.coerce.number(),
  as_of_ms: z.coerce.number().nullable(),
  last_used_ms: z.coerce.number().nullable(),
  is_paused: z.coerce.boolean(),
});

export interface LockedProvider {
  provider: string;
  delivered: number;
  total: number;
  resultsAsOf: Date | undefined;
  lastUsedAt: Date | undefined;
  isPaused: boolean;
}

const ms = (value: number | null) => (value === null ? undefined : new Date(value));

/**
 * Locks the providers' rows until the transaction ends, always in the same order: whoever holds them is the only one that
 * gives out slots. Rows that do not exist yet are made.
 */
export async function lockProviders(tx: ClaimTx, providers: readonly string[]): Promise<LockedProvider[]> {
  const names = JSON.stringify([...providers].sort().map((provider) => ({ provider })));
  const lock = () => tx`
    SELECT provider, delivered, total, (extract(epoch FROM results_as_of) * 1000)::float8 AS as_of_ms,
      (extract(epoch FROM last_used_at) * 1000)::float8 AS last_used_ms,
      coalesce(paused_until > clock_timestamp(), false) AS is_paused
    FROM sms_provider_states
    WHERE provider IN (SELECT provider FROM json_to_recordset(${names}::text::json) AS wanted (provider text))
    ORDER BY provider FOR UPDATE`;
  let rows = await lock();
  if (rows.length < providers.length) {
    await tx`
      INSERT INTO sms_provider_states (provider)
      SELECT provider FROM json_to_recordset(${names}::text::json) AS wanted (provider text)
      ON CONFLICT (provider) DO NOTHING`;
    rows = await lock();
  }
  return rows.map((row) => {
    const { provider, delivered, total, as_of_ms, last_used_ms, is_paused } = stateSchema.parse(row);
    return { provider, delivered, total, resultsAsOf: ms(as_of_ms), lastUsedAt: ms(last_used_ms), isPaused: is_paused };
  });
}

/** The highest limit of a provider; above it there is none, and nothing needs to be counted. */
export const SLOTS_COUNTED_MAX = 10_000;

const usageSchema = z.object({ provider: z.string(), used: z.coerce.number(), in_flight: z.coerce.number() });

/**
 * Slots in use per provider. A slot is taken from before the call until 60 seconds after its end, so any 60 seconds as the
 * provider sees them hold at most as many calls as there are slots. By the time of the statement, which an index can be
 * searched for; the clock's would be read anew for every row.
 */
export async function countSlots(
  sql: postgres.Sql | ClaimTx,
  providers: readonly string[],
): Promise<Map<string, { used: number; inFlight: number }>> {
  if (providers.length === 0) return new Map();
  const names = JSON.stringify(providers.map((provider) => ({ provider })));
  const rows = await sql`
    SELECT wanted.provider,
      (SELECT count(*) FROM (SELECT 1 FROM sms_attempts a
        WHERE a.provider = wanted.provider AND a.slot_until > statement_timestamp() LIMIT ${SLOTS_COUNTED_MAX}::int) slot)::int AS used,
      (SELECT count(DISTINCT coalesce(a.call_id, a.id)) FROM sms_attempts a
        WHERE a.lease_until > statement_timestamp() AND a.state IN ('dispatching', 'unknown')
          AND a.provider = wanted.provider)::int AS in_flight
    FROM json_to_recordset(${names}::text::json) AS wanted (provider text)`;
  const usage = new Map<string, { used: number; inFlight: number }>();
  for (const row of rows) {
    const { provider, used, in_flight } = usageSchema.parse(row);
    usage.set(provider, { used, inFlight: in_flight });
  }
  return usage;
}

/** Attempts of a provider since an instant that may have reached it; for its daily limit. */
export async function countAttemptsSince(tx: ClaimTx, provider: string, since: Date): Promise<number> {
  // Ids rise with time (UUID version 7), so that the primary key finds the attempts of a day.
  const milliseconds = since.getTime().toString(16).padStart(12, "0");
  const first = `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7000-8000-000000000000`;
  const [row] = await tx`
    SELECT count(*)::int AS count FROM sms_attempts
    WHERE id >= ${first}::uuid AND provider = ${provider} AND state <> 'not_sent'`;
  return z.object({ count: z.coerce.number() }).parse(row).count;
}

const queuedSchema = z.object({
  id: z.string(),
  recipient: z.string(),
  text: z.string(),
  message_type: z.enum(smsMessageTypes),
  lane: z.coerce.number(),
  requested_provider: z.string().nullable(),
  segments: z.coerce.number(),
  attempts_count: z.coerce.number(),
  expires_ms: z.coerce.number(),
});

export interface QueuedMessage {
  id: string;
  recipient: string;
  text: string;
  messageType: z.output<typeof queuedSchema>["message_type"];
  lane: number;
  requestedProvider: string | undefined;
  segments: number;
  attemptsCount: number;
  expiresAt: Date;
}

/**
 * Locks queued messages of a lane that are still of use, the oldest first. Each queue (any provider, or one asked for) is
 * looked at by itself, so that the messages of a provider that is down do not stand in front of the others.
 */
export async function lockQueued(
  tx: ClaimTx,
  wanted: { lane: number; queues: readonly { queue: string; after: string }[]; now: Date; itemsMax: number },
): Promise<QueuedMessage[]> {
  const rows = await tx`
    SELECT m.* FROM json_to_recordset(${JSON.stringify(wanted.queues)}::text::json) AS wanted (queue text, after uuid)
    CROSS JOIN LATERAL (
      SELECT id, recipient, text, message_type, lane, requested_provider, segments, attempts_count,
        (extract(epoch FROM expires_at) * 1000)::float8 AS expires_ms
      FROM sms_messages
      WHERE queue = wanted.queue AND status = 'queued' AND lane = ${wanted.lane}::int AND id > wanted.after
        AND expires_at > ${wanted.now.toISOString()}::timestamptz AND text IS NOT NULL
      ORDER BY id LIMIT ${wanted.itemsMax}::int FOR UPDATE SKIP LOCKED
    ) m
    ORDER BY m.id LIMIT ${wanted.itemsMax}::int`;
  return rows.map((row) => {
    const parsed = queuedSchema.parse(row);
    return {
      id: parsed.id,
      recipient: parsed.recipient,
      text: parsed.text,
      messageType: parsed.message_type,
      lane: parsed.lane,
      requestedProvider: parsed.requested_provider ?? undefined,
      segments: parsed.segments,
      attemptsCount: parsed.attempts_count,
      expiresAt: new Date(parsed.expires_ms),
    };
  });
}

/** The providers that were tried for each of these messages. */
export async function findTried(tx: ClaimTx, messageIds: readonly string[]): Promise<Map<string, Set<string>>> {
  const tried = new Map<string, Set<string>>();
  if (messageIds.length === 0) return tried;
  const ids = JSON.stringify(messageIds.map((id) => ({ id })));
  const rows = await tx`
    SELECT a.message_id, a.provider FROM json_to_recordset(${ids}::text::json) AS wanted (id uuid)
    JOIN sms_attempts a ON a.message_id = wanted.id`;
  for (const row of rows) {
    const { message_id, provider } = z.object({ message_id: z.string(), provider: z.string() }).parse(row);
    tried.set(message_id, (tried.get(message_id) ?? new Set()).add(provider));
  }
  return tried;
}

export interface Placement {
  attemptId: string;
  messageId: string;
  provider: string;
  selectionReason: string;
  /** Attempts with the same id are handed over in one call. */
  callId: string | undefined;
  /** How long the call may take at most; afterwards the attempt counts as abandoned. */
  leaseMs: number;
}

/** Writes the attempts as `dispatching` and marks their messages. The caller commits before any provider is called. */
export async function insertAttempts(
  tx: ClaimTx,
  placements: readonly Placement[],
  options: { owner: string; now: Date; rateWindowMs: number },
): Promise<void> {
  const rows = placements.map((placement) => ({
    attempt_id: placement.attemptId,
    message_id: placement.messageId,
    provider: placement.provider,
    reason: placement.selectionReason,
    call_id: placement.callId,
    lease_ms: placement.leaseMs,
  }));
  await tx`
    WITH placed AS (
      SELECT * FROM json_to_recordset(${JSON.stringify(rows)}::text::json)
        AS row (attempt_id uuid, message_id uuid, provider text, reason text, call_id uuid, lease_ms int)
    ), used AS (
      UPDATE sms_provider_states SET last_used_at = clock_timestamp() WHERE provider IN (SELECT provider FROM placed)
    ), marked AS (
      UPDATE sms_messages m SET change_number = pg_current_xact_id()::text::bigint,
        status = 'dispatching', status_rank = ${statusRanks.dispatching}::int, status_reason = NULL,
        status_at = ${options.now.toISOString()}::timestamptz, provider = placed.provider,
        last_attempt_id = placed.attempt_id, attempts_count = m.attempts_count + 1
      FROM placed WHERE m.id = placed.message_id RETURNING placed.*, m.attempts_count
    )
    INSERT INTO sms_attempts (id, message_id, number, provider, state, selection_reason, started_at, call_id, lease_owner,
      lease_until, slot_until)
    SELECT attempt_id, message_id, attempts_count, provider, 'dispatching', reason,
      ${options.now.toISOString()}::timestamptz, call_id, ${options.owner}, clock_timestamp() + lease_ms * interval '1 millisecond',
      clock_timestamp() + (lease_ms + ${options.rateWindowMs}::int) * interval '1 millisecond'
    FROM marked`;
}

/** Puts messages aside that no provider can take now, so that they do not stand in front of others. */
export async function deferMessages(
  tx: ClaimTx,
  deferred: readonly { messageId: string; reason: string; dueAt: Date }[],
  now: Date,
): Promise<void> {
  const rows = deferred.map(({ messageId, reason, dueAt }) => ({ message_id: messageId, reason, due_at: dueAt }));
  await tx`
    UPDATE sms_messages m SET change_number = pg_current_xact_id()::text::bigint,
        status = 'deferred', status_rank = ${statusRanks.deferred}::int, status_reason = row.reason,
      status_at = ${now.toISOString()}::timestamptz, due_at = row.due_at
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS row (message_id uuid, reason text, due_at timestamptz)
    WHERE m.id = row.message_id`;
}

/** Ends messages that must not be sent. */
export async function suppressMessages(
  tx: ClaimTx,
  suppressed: readonly { messageId: string; reason: string }[],
  now: Date,
): Promise<void> {
  const rows = suppressed.map(({ messageId, reason }) => ({ message_id: messageId, reason }));
  await tx`
    UPDATE sms_messages m SET change_number = pg_current_xact_id()::text::bigint,
        status = 'suppressed', status_rank = ${statusRanks.suppressed}::int, status_reason = row.reason,
      status_at = ${now.toISOString()}::timestamptz, due_at = NULL
    FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS row (message_id uuid, reason text)
    WHERE m.id = row.message_id`;
}

/** Puts promotions that are queued in quiet hours off until their end. */
export async function deferPromotions(
  tx: ClaimTx,
  options: { lane: number; queues: readonly string[]; until: Date; now: Date; itemsMax: number },
): Promise<void> {
  const queues = JSON.stringify(options.queues.map((queue) => ({ queue })));
  await tx`
    UPDATE sms_messages SET change_number = pg_current_xact_id()::text::bigint,
        status = 'deferred', status_reason = 'quiet hours', status_at = ${options.now.toISOString()}::timestamptz,
      due_at = ${options.until.toISOString()}::timestamptz
    WHERE id IN (SELECT m.id FROM json_to_recordset(${queues}::text::json) AS wanted (queue text)
      CROSS JOIN LATERAL (
        SELECT id FROM sms_messages WHERE queue = wanted.queue AND status = 'queued' AND lane = ${options.lane}::int
        ORDER BY id LIMIT ${options.itemsMax}::int FOR UPDATE SKIP LOCKED
      ) m)`;
}
