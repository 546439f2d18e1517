import {
  type SmsMessageType,
  type SmsStatus,
  smsAttemptStates,
  smsMessageTypes,
  smsStatuses,
} from "@luckygas/gateway-client";
import type postgres from "postgres";
import { z } from "zod";
import { type ReceiptState, receiptStates, statusRanks } from "../rules/states.ts";
import type { receiptProcessing } from "../tables.ts";
import { beginIndexed } from "./indexed.ts";
import { lockMessages } from "./settle.ts";

export interface NewReceipt {
  id: string;
  /** SHA-256 that is equal for repetitions of the same receipt. */
  identity: string;
  provider: string;
  source: "callback" | "poll";
  providerMessageId: string;
  recipient: string;
  correlation: string | undefined;
  providerStatus: string;
  state: ReceiptState | undefined;
  failureClass: string | undefined;
  providerTime: string | undefined;
  receivedAt: Date;
}

/** Stores receipts in one commit; repetitions are left out. Returns how many were new. */
export async function insertReceipts(sql: postgres.Sql, receipts: readonly NewReceipt[]): Promise<number> {
  const rows = [...receipts]
    // Ordered, so that two processes storing the same receipts do not wait for each other in a circle.
    .sort((a, b) => (a.identity < b.identity ? -1 : 1))
    .map((receipt) => ({
      id: receipt.id,
      identity: receipt.identity,
      provider: receipt.provider,
      source: receipt.source,
      provider_message_id: receipt.providerMessageId,
      recipient: receipt.recipient,
      correlation: receipt.correlation ?? null,
      provider_status: receipt.providerStatus,
      state: receipt.state ?? null,
      failure_class: receipt.failureClass ?? null,
      provider_time: receipt.providerTime ?? null,
      received_at: receipt.receivedAt,
    }));
  const { count } = await sql`
    INSERT INTO sms_receipts (id, identity, provider, source, provider_message_id, recipient, correlation, provider_status,
      state, failure_class, provider_time, received_at, processing)
    SELECT row.*, 'pending' FROM json_to_recordset(${JSON.stringify(rows)}::text::json) AS row (id uuid, identity text,
      provider text, source text, provider_message_id text, recipient text, correlation uuid, provider_status text, state text,
      failure_class text, provider_time text, received_at timestamptz)
    ON CONFLICT (identity) DO NOTHING`;
  return count;
}

const pendingSchema = z.object({
  id: z.string(),
  provider: z.string(),
  provider_message_id: z.string(),
  recipient: z.string(),
  correlation: z.string().nullable(),
  state: z.enum(receiptStates).nullable(),
  failure_class: z.string().nullable(),
});

export interface PendingReceipt {
  id: string;
  provider: string;
  providerMessageId: string;
  recipient: string;
  correlation: string | undefined;
  state: ReceiptState | undefined;
  failureClass: string | undefined;
}

/** Takes receipts that wait to be applied, oldest first; others may take others at the same time. */
export async function lockPending(tx: postgres.TransactionSql, itemsMax: number): Promise<PendingReceipt[]> {
  const rows = await tx`
    SELECT id, provider, provider_message_id, recipient, correlation, state, failure_class FROM sms_receipts
    WHERE processing = 'pending' ORDER BY id LIMIT ${itemsMax}::int FOR UPDATE SKIP LOCKED`;
  return rows.map((row) => {
    const parsed = pendingSchema.parse(row);
    return {
      id: parsed.id,
      provider: parsed.provider,
      providerMessageId: parsed.provider_message_id,
      recipient: parsed.recipient,
      correlation: parsed.correlation ?? undefined,
      state: parsed.state ?? undefined,
      failureClass: parsed.failure_class ?? undefined,
    };
  });
}

const matchSchema = z.object({
  receipt_id: z.string(),
  attempt_id: z.string(),
  attempt_state: z.enum(smsAttemptStates),
  provider_message_id: z.string().nullable(),
  is_latest: z.coerce.boolean(),
  message_id: z.string(),
  recipient: z.string(),
  status: z.enum(smsStatuses),
  message_type: z.enum(smsMessageTypes),
});

/** An attempt a receipt may belong to, with its message; both as they are under the message's lock. */
export interface ReceiptMatch {
  receiptId: string;
  attemptId: string;
  attemptState: (typeof smsAttemptStates)[number];
  providerMessageId: string | undefined;
  /** No later attempt has been made. */
  isLatest: boolean;
  messageId: string;
  recipient: string;
  status: SmsStatus;
  messageType: SmsMessageType;
}

/** Finds the attempts by the echoed id or the provider's message id, and locks their messages. */
export async function lockMatches(
  tx: postgres.TransactionSql,
  receipts: readonly PendingReceipt[],
): Promise<ReceiptMatch[]> {
  const wanted = JSON.stringify(
    receipts.map(({ id, provider, providerMessageId, correlation }) => ({
      receipt_id: id,
      provider,
      provider_message_id: providerMessageId,
      correlation: correlation ?? null,
    })),
  );
  const find = () => tx`
    SELECT wanted.receipt_id, a.id AS attempt_id, a.state AS attempt_state, a.provider_message_id,
      a.id = m.last_attempt_id AS is_latest, m.id AS message_id,
      m.recipient, m.status, m.message_type
    FROM json_to_recordset(${wanted}::text::json) AS wanted (receipt_id uuid, provider text, provider_message_id text,
      correlation uuid)
    JOIN LATERAL (
      SELECT id, state, provider_message_id, message_id FROM sms_attempts
      WHERE id = wanted.correlation AND provider = wanted.provider
      UNION
      SELECT id, state, provider_message_id, message_id FROM sms_attempts
      WHERE provider = wanted.provider AND provider_message_id = wanted.provider_message_id
    ) a ON true
    JOIN sms_messages m ON m.id = a.message_id`;
  const messageIdSchema = z.object({ message_id: z.string() });
  await lockMessages(
    tx,
    (await find()).map((row) => messageIdSchema.parse(row).message_id),
  );
  // Read again: what was found before the lock may have changed while it was waited for.
  return (await find()).map((row) => {
    const parsed = matchSchema.parse(row);
    return {
      receiptId: parsed.receipt_id,
      attemptId: parsed.attempt_id,
      attemptState: parsed.attempt_state,
      providerMessageId: parsed.provider_message_id ?? undefined,
      isLatest: parsed.is_latest,
      messageId: parsed.message_id,
      recipient: parsed.recipient,
      status: parsed.status,
      messageType: parsed.message_type,
    };
  });
}

export interface ReceiptChanges {
  receipts: { id: string; processing: (typeof receiptProcessing)[number]; attemptId?: string; messageId?: string }[];
  /** Attempts that a receipt proves: the provider took them, or refused them after all. */
  attempts: { id: string; state: "accepted" | "rejected"; providerMessageId: string }[];
  /** Attempts whose fate is known, so that nobody needs to ask. */
  endedAttempts: string[];
  messages: { id: string; status: SmsStatus; clearsText: boolean }[];
}

/** Writes what the receipts have changed. The messages are locked by the caller. */
export async function applyReceiptChanges(
  tx: postgres.TransactionSql,
  changes: ReceiptChanges,
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const receipts = changes.receipts.map(({ id, processing, attemptId, messageId }) => ({
    id,
    processing,
    attempt_id: attemptId ?? null,
    message_id: messageId ?? null,
  }));
  await tx`
    UPDATE sms_receipts r SET processing = row.processing, attempt_id = row.attempt_id, message_id = row.message_id
    FROM json_to_recordset(${JSON.stringify(receipts)}::text::json) AS row (id uuid, processing text, attempt_id uuid,
      message_id uuid) WHERE r.id = row.id`;
  if (changes.attempts.length > 0) {
    const attempts = changes.attempts.map(({ id, state, providerMessageId }) => ({
      id,
      state,
      pid: providerMessageId,
    }));
    await tx`
      UPDATE sms_attempts a SET state = row.state, provider_message_id = coalesce(a.provider_message_id, row.pid),
        outcome_class = CASE row.state WHEN 'accepted' THEN 'accepted' ELSE 'account' END,
        outcome_reason = 'known by a delivery receipt', settled_at = ${at}::timestamptz, resolve_at = NULL,
        poll_at = CASE row.state WHEN 'accepted' THEN coalesce(a.poll_at, ${at}::timestamptz + interval '2 minutes') END
      FROM json_to_recordset(${JSON.stringify(attempts)}::text::json) AS row (id uuid, state text, pid text)
      WHERE a.id = row.id`;
  }
  if (changes.endedAttempts.length > 0) {
    const ended = JSON.stringify(changes.endedAttempts.map((id) => ({ id })));
    await tx`
      UPDATE sms_attempts SET poll_at = NULL
      WHERE id IN (SELECT id FROM json_to_recordset(${ended}::text::json) AS ended (id uuid))`;
  }
  if (changes.messages.length > 0) {
    const messages = changes.messages.map(({ id, status, clearsText }) => ({
      id,
      status,
      rank: statusRanks[status],
      clears_text: clearsText,
    }));
    await tx`
      UPDATE sms_messages m SET change_number = pg_current_xact_id()::text::bigint,
        status = row.status, status_rank = row.rank, status_reason = NULL,
        status_at = ${at}::timestamptz, due_at = NULL, text = CASE WHEN row.clears_text THEN NULL ELSE m.text END
      FROM json_to_recordset(${JSON.stringify(messages)}::text::json) AS row (id uuid, status text, rank smallint,
        clears_text boolean) WHERE m.id = row.id`;
  }
}

/** Puts receipts back in line whose message has become known since; only those of the last days are looked at. */
export async function requeueUnmatched(sql: postgres.Sql, receivedAfter: Date): Promise<number> {
  const requeued = await beginIndexed(
    sql,
    (tx) => tx`
    UPDATE sms_receipts r SET processing = 'pending'
    WHERE r.processing = 'unmatched' AND r.received_at > ${receivedAfter.toISOString()}::timestamptz
      AND EXISTS (SELECT 1 FROM sms_attempts a
        WHERE a.provider = r.provider AND (a.provider_message_id = r.provider_message_id OR a.id = r.correlation))
    RETURNING r.id`,
  );
  return requeued.length;
}
