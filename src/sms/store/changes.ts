import { smsMessageTypes, smsStatuses } from "@luckygas/gateway-client";
import type postgres from "postgres";
import { z } from "zod";

/** A place in the order of changes: the number of the transaction, and the message within it. */
export interface Position {
  number: number;
  messageId: string;
}

const changeSchema = z.object({
  id: z.string(),
  change_number: z.coerce.number(),
  status: z.enum(smsStatuses),
  status_reason: z.string().nullable(),
  status_ms: z.coerce.number(),
  message_type: z.enum(smsMessageTypes),
  provider: z.string().nullable(),
  recipient: z.string(),
  caller_subject: z.string(),
});

/** A message and the state it has come to. */
export interface Change {
  position: Position;
  messageId: string;
  status: z.output<typeof changeSchema>["status"];
  statusReason: string | null;
  statusAt: Date;
  messageType: z.output<typeof changeSchema>["message_type"];
  provider: string | null;
  recipient: string;
  callerSubject: string;
}

export interface ChangePage {
  changes: Change[];
  /** Everything up to here has been seen. */
  seenUpTo: Position;
  /** There may be more at once. */
  isFull: boolean;
}

const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** The end of the order: every transaction that began before has ended, so nothing can come in before it any more. */
export async function presentPosition(sql: postgres.Sql): Promise<Position> {
  const [row] = await sql`SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS number`;
  return { number: z.object({ number: z.coerce.number() }).parse(row).number - 1, messageId: LAST_ID };
}

/** The changes after a position, in order. A message that changed more than once is told once, as it is now. */
export async function readChanges(sql: postgres.Sql, after: Position, itemsMax: number): Promise<ChangePage> {
  const present = await presentPosition(sql);
  const rows = await sql`
    SELECT id, change_number, status, status_reason, (extract(epoch FROM status_at) * 1000)::float8 AS status_ms, message_type,
      provider, recipient, caller_subject
    FROM sms_messages
    WHERE (change_number, id) > (${after.number}::bigint, ${after.messageId}::uuid) AND change_number <= ${present.number}::bigint
    ORDER BY change_number, id LIMIT ${itemsMax}::int`;
  const changes = rows.map((row) => toChange(changeSchema.parse(row)));
  const isFull = changes.length === itemsMax;
  return { changes, isFull, seenUpTo: (isFull ? changes.at(-1)?.position : undefined) ?? later(present, after) };
}

function toChange(row: z.output<typeof changeSchema>): Change {
  return {
    position: { number: row.change_number, messageId: row.id },
    messageId: row.id,
    status: row.status,
    statusReason: row.status_reason,
    statusAt: new Date(row.status_ms),
    messageType: row.message_type,
    provider: row.provider,
    recipient: row.recipient,
    callerSubject: row.caller_subject,
  };
}

export function isAfter(one: Position, other: Position): boolean {
  return one.number > other.number || (one.number === other.number && one.messageId > other.messageId);
}

export const later = (one: Position, other: Position) => (isAfter(one, other) ? one : other);
