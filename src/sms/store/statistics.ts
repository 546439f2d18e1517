import { smsMessageTypes } from "@luckygas/gateway-client";
import type postgres from "postgres";
import { z } from "zod";
import { firstIdOf } from "./id-order.ts";

const rowSchema = z.object({
  day: z.string(),
  provider: z.string().nullable(),
  message_type: z.enum(smsMessageTypes),
  messages: z.coerce.number(),
  sent: z.coerce.number(),
  delivered: z.coerce.number(),
  failed: z.coerce.number(),
  unknown: z.coerce.number(),
  pending: z.coerce.number(),
  segments: z.coerce.number(),
  cost_micros: z.coerce.bigint(),
});
export type StatisticsRow = z.output<typeof rowSchema>;

export interface StatisticsFilter {
  /** Taipei days with the instants at which they begin and end. */
  days: readonly { day: string; from: Date; until: Date }[];
  provider: string | undefined;
  messageType: string | undefined;
}

/**
 * Messages by Taipei day, provider of the latest attempt and type. The cost is that of all attempts, so a message that was
 * sent twice has cost twice. Day by day, so that messages and attempts are read side by side in the order of their ids and
 * nothing is sorted.
 */
export async function readStatistics(sql: postgres.Sql, filter: StatisticsFilter): Promise<StatisticsRow[]> {
  const days = filter.days.map(({ day, from, until }) => ({ day, first: firstIdOf(from), next: firstIdOf(until) }));
  const rows = await sql.begin(async (tx) => {
    await tx`SELECT set_config('jit', 'off', true)`;
    return tx`
      SELECT wanted.day, counted.*
      FROM json_to_recordset(${JSON.stringify(days)}::text::json) AS wanted (day text, first uuid, next uuid)
      CROSS JOIN LATERAL (
        SELECT m.provider, m.message_type, count(*)::int AS messages,
          (count(*) FILTER (WHERE m.status IN ('submitted', 'sent', 'delivered', 'undelivered')
            OR (m.status = 'expired' AND m.attempts_count > 0)))::int AS sent,
          (count(*) FILTER (WHERE m.status = 'delivered'))::int AS delivered,
          (count(*) FILTER (WHERE m.status IN ('undelivered', 'expired', 'rejected')))::int AS failed,
          (count(*) FILTER (WHERE m.status = 'unknown'))::int AS unknown,
          (count(*) FILTER (WHERE m.status IN ('queued', 'deferred', 'dispatching')))::int AS pending,
          sum(m.segments)::int AS segments, coalesce(sum(cost.micros), 0)::text AS cost_micros
        FROM sms_messages m
        LEFT JOIN (SELECT a.message_id, sum(a.cost_micros) AS micros FROM sms_attempts a
          WHERE a.message_id >= wanted.first AND a.message_id < wanted.next GROUP BY a.message_id) cost ON cost.message_id = m.id
        WHERE m.id >= wanted.first AND m.id < wanted.next
          AND (${filter.provider ?? null}::text IS NULL OR m.provider = ${filter.provider ?? null}::text)
          AND (${filter.messageType ?? null}::text IS NULL OR m.message_type = ${filter.messageType ?? null}::text)
        GROUP BY m.provider, m.message_type
      ) counted
      ORDER BY wanted.day, counted.provider, counted.message_type`;
  });
  return rows.map((row) => rowSchema.parse(row));
}
