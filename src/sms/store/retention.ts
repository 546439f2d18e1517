import type postgres from "postgres";
import { z } from "zod";
import { firstIdOf } from "./id-order.ts";
import { beginIndexed } from "./indexed.ts";

const idSchema = z.object({ id: z.string() });
const cutSchema = z.object({ at: z.string(), ms: z.coerce.number() });

export interface Forgetting {
  /** Days since the last change after which a message is forgotten. */
  keepDays: number;
  /** Only ids after this one are looked at. */
  afterId: string;
  itemsMax: number;
}

/** What was removed, and up to where all is done; `undefined` when nothing more was found. */
export interface Forgotten {
  count: number;
  upTo: string | undefined;
}

/** Judged by the database's clock: a process whose clock is ahead must not forget what is young. */
async function cut(tx: postgres.TransactionSql, keepDays: number): Promise<{ at: string; firstId: string }> {
  const [row] = await tx`
    SELECT at::text, (extract(epoch FROM at) * 1000)::float8 AS ms
    FROM (SELECT statement_timestamp() - ${keepDays}::int * interval '1 day' AS at) past`;
  const { at, ms } = cutSchema.parse(row);
  return { at, firstId: firstIdOf(new Date(ms)) };
}

/**
 * Removes the oldest messages that have ended long enough ago, with their attempts and receipts, in one short transaction.
 * What still waits to be sent, or was changed lately, stays. Ids rise with time, so that the primary key finds them, and
 * what is removed lies at one end of the indexes that rise with it.
 */
export async function forgetMessages(sql: postgres.Sql, { keepDays, afterId, itemsMax }: Forgetting) {
  return beginIndexed(sql, async (tx): Promise<Forgotten> => {
    const { at, firstId } = await cut(tx, keepDays);
    const rows = await tx`
      SELECT id FROM sms_messages
      WHERE id > ${afterId}::uuid AND id < ${firstId}::uuid AND status NOT IN ('queued', 'deferred', 'dispatching')
        AND status_at < ${at}::timestamptz
      ORDER BY id LIMIT ${itemsMax}::int FOR UPDATE SKIP LOCKED`;
    const found = rows.map((row) => idSchema.parse(row));
    const ids = JSON.stringify(found);
    const wanted = tx`(SELECT id FROM json_to_recordset(${ids}::text::json) AS wanted (id uuid))`;
    if (found.length > 0) {
      await tx`DELETE FROM sms_receipts WHERE message_id IN ${wanted}`;
      await tx`DELETE FROM sms_attempts WHERE message_id IN ${wanted}`;
      await tx`DELETE FROM sms_messages WHERE id IN ${wanted}`;
    }
    return { count: found.length, upTo: found.length === itemsMax ? found.at(-1)?.id : undefined };
  });
}

/** Removes the oldest receipts that belong to no message. */
export async function forgetReceipts(sql: postgres.Sql, { keepDays, afterId, itemsMax }: Forgetting) {
  return beginIndexed(sql, async (tx): Promise<Forgotten> => {
    const { firstId } = await cut(tx, keepDays);
    const rows = await tx`
      DELETE FROM sms_receipts WHERE id IN (SELECT id FROM sms_receipts
        WHERE id > ${afterId}::uuid AND id < ${firstId}::uuid AND message_id IS NULL
        ORDER BY id LIMIT ${itemsMax}::int FOR UPDATE SKIP LOCKED)
      RETURNING id`;
    const ids = rows.map((row) => idSchema.parse(row).id).sort();
    return { count: ids.length, upTo: ids.length === itemsMax ? ids.at(-1) : undefined };
  });
}
