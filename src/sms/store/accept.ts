import type { SmsEncoding, SmsMessageType } from "@luckygas/gateway-client";
import type postgres from "postgres";
import { z } from "zod";
import { statusRanks } from "../rules/states.ts";
import { beginIndexed } from "./indexed.ts";

/** A checked message, ready to be stored. */
export interface NewMessage {
  id: string;
  callerSubject: string;
  idempotencyKey: string;
  /** SHA-256 of the canonical input, hexadecimal. */
  requestHash: string;
  /** E.164. */
  recipient: string;
  text: string;
  messageType: SmsMessageType;
  lane: number;
  requestedProvider: string | undefined;
  encoding: SmsEncoding;
  units: number;
  segments: number;
  expiresAt: Date;
  createdAt: Date;
  /** `deferred`: not before `dueAt`. */
  status: "queued" | "deferred";
  statusReason: string | undefined;
  dueAt: Date | undefined;
  template: { code: string; variant: string; experiment: string | undefined } | undefined;
}

/** `conflict`: the key was used with another body. `repeated`: it was used with this one, and gave that message. */
export type AcceptResult =
  | { kind: "accepted" }
  | { kind: "repeated"; id: string; createdAt: Date; expiresAt: Date }
  | { kind: "conflict" };

const existingSchema = z.object({
  id: z.string(),
  subject: z.string(),
  key: z.string(),
  hash: z.string(),
  created_ms: z.coerce.number(),
  expires_ms: z.coerce.number(),
});

/**
 * Stores messages in one statement, which is one commit. A key that exists already is not stored again, and the result
 * says what stands under it. Gives one result per message, in order.
 */
export async function insertMessages(sql: postgres.Sql, messages: readonly NewMessage[]): Promise<AcceptResult[]> {
  // Two processes that insert the same keys take them in the same order, so that neither waits for the other in a circle.
  const rows = [...messages].sort(
    (a, b) => compare(a.callerSubject, b.callerSubject) || compare(a.idempotencyKey, b.idempotencyKey),
  );
  const { count } = await sql`
    INSERT INTO sms_messages (id, caller_subject, idempotency_key, request_hash, recipient, text, message_type, lane,
      requested_provider, queue, encoding, units, segments, status, status_rank, status_reason, status_at, due_at, expires_at,
      created_at, template_code, variant, experiment)
    SELECT id, subject, key, hash, recipient, text, type, lane, provider, coalesce(provider, ''), encoding, units, segments,
      status, ${statusRanks.queued}::int, reason, created_at, due_at, expires_at, created_at, template, variant, experiment
    FROM json_to_recordset(${JSON.stringify(rows.map(toRow))}::text::json) AS row (
      id uuid, subject text, key text, hash text, recipient text, text text, type text, lane smallint, provider text,
      encoding text, units int, segments int, created_at timestamptz, expires_at timestamptz, status text, reason text,
      due_at timestamptz, template text, variant text, experiment text)
    ON CONFLICT (caller_subject, idempotency_key) DO NOTHING`;
  if (count === messages.length) return messages.map(() => ({ kind: "accepted" }));
  const existing = await findByKeys(sql, messages);
  return messages.map((message) => resultOf(existing, message));
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function toRow(message: NewMessage): object {
  return {
    id: message.id,
    subject: message.callerSubject,
    key: message.idempotencyKey,
    hash: message.requestHash,
    recipient: message.recipient,
    text: message.text,
    type: message.messageType,
    lane: message.lane,
    provider: message.requestedProvider ?? null,
    encoding: message.encoding,
    units: message.units,
    segments: message.segments,
    created_at: message.createdAt,
    expires_at: message.expiresAt,
    status: message.status,
    reason: message.statusReason,
    due_at: message.dueAt,
    template: message.template?.code,
    variant: message.template?.variant,
    experiment: message.template?.experiment,
  };
}

interface Key {
  callerSubject: string;
  idempotencyKey: string;
}

async function findByKeys(sql: postgres.Sql, keys: readonly Key[]): Promise<z.output<typeof existingSchema>[]> {
  const wanted = keys.map(({ callerSubject, idempotencyKey }) => ({ subject: callerSubject, key: idempotencyKey }));
  const rows = await beginIndexed(
    sql,
    (tx) => tx`
    SELECT m.id, m.caller_subject AS subject, m.idempotency_key AS key, m.request_hash AS hash,
      (extract(epoch FROM m.created_at) * 1000)::float8 AS created_ms,
      (extract(epoch FROM m.expires_at) * 1000)::float8 AS expires_ms
    FROM json_to_recordset(${JSON.stringify(wanted)}::text::json) AS wanted (subject text, key text)
    JOIN sms_messages m ON m.caller_subject = wanted.subject AND m.idempotency_key = wanted.key`,
  );
  return rows.map((row) => existingSchema.parse(row));
}

function resultOf(existing: z.output<typeof existingSchema>[], message: NewMessage): AcceptResult {
  const found = existing.find((row) => row.subject === message.callerSubject && row.key === message.idempotencyKey);
  if (!found) throw new Error("a message was neither stored nor found under its key");
  if (found.id === message.id) return { kind: "accepted" };
  if (found.hash !== message.requestHash) return { kind: "conflict" };
  const { id, created_ms, expires_ms } = found;
  return { kind: "repeated", id, createdAt: new Date(created_ms), expiresAt: new Date(expires_ms) };
}

/** What stands under a caller's key, compared with a request; `undefined` when nothing does. */
export async function findAccepted(
  sql: postgres.Sql,
  request: Pick<NewMessage, "callerSubject" | "idempotencyKey" | "requestHash">,
): Promise<Exclude<AcceptResult, { kind: "accepted" }> | undefined> {
  const [found] = await findByKeys(sql, [request]);
  if (!found) return undefined;
  if (found.hash !== request.requestHash) return { kind: "conflict" };
  return {
    kind: "repeated",
    id: found.id,
    createdAt: new Date(found.created_ms),
    expiresAt: new Date(found.expires_ms),
  };
}
