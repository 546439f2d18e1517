import { smsMessageTypes } from "@luckygas/gateway-client";
import type postgres from "postgres";
import { z } from "zod";

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
  /** First and last instant by which messages were taken; the last one is not included. */
  from: Date;
  until: Date;
  provider: string | undefined;
  messageType: string | undefined;
}

/** Ids rise with time (UUID version 7), so that the primary key finds the messages of a time. */
function firstIdOf(at: Date): string {
  const milliseconds = at.getTime().toString(16).padStart(12, "0");
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7000-8000-000000000000`;
}

/**
 * Messages by Taipei day, provider of the latest attempt and type. The cost is that of all attempts, so a message that was
 * sent twice has cost twice.
 */
export async function readStatistics(sql: postgres.Sql, filter: StatisticsFilter): Promise<StatisticsRow[]> {
  const rows = await sql`
    WITH message AS (
      SELECT m.*, (SELECT coalesce(sum(a.cost_micros), 0) FROM sms_attempts a WHERE a.message_id = m.id) AS cost_micros
      FROM sms_messages m
      WHERE m.id >= ${firstIdOf(filter.from)}::uuid AND m.id < ${firstIdOf(filter.until)}::uuid
        AND (${filter.provider ?? null}::text IS NULL OR m.provider = ${filter.provider ?? null}::text)
        AND (${filter.messageType ?? null}::text IS NULL OR m.message_type = ${filter.messageType ?? null}::text)
    )
    SELECT to_char(created_at AT TIME ZONE 'UTC' + interval '8 hours', 'YYYY-MM-DD') AS day, provider, message_type,
      count(*)::int AS messages,
      (count(*) FILTER (WHERE status IN ('submitted', 'sent', 'delivered', 'undelivered')
        OR (status = 'expired' AND attempts_count > 0)))::int AS sent,
      (count(*) FILTER (WHERE status = 'delivered'))::int AS delivered,
      (count(*) FILTER (WHERE status IN ('undelivered', 'expired', 'rejected')))::int AS failed,
      (count(*) FILTER (WHERE status = 'unknown'))::int AS unknown,
      (count(*) FILTER (WHERE status IN ('queued', 'deferred', 'dispatching')))::int AS pending,
      sum(segments)::int AS segments, sum(cost_micros)::text AS cost_micros
    FROM message GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
  return rows.map((row) => rowSchema.parse(row));
}
