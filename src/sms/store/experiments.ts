import type postgres from "postgres";
import { z } from "zod";

const rowSchema = z.object({
  variant: z.string(),
  provider: z.string().nullable(),
  assigned: z.coerce.number(),
  sent: z.coerce.number(),
  delivered: z.coerce.number(),
  failed: z.coerce.number(),
  planned: z.coerce.number(),
  planned_delivered: z.coerce.number(),
  planned_failed: z.coerce.number(),
});

/** Messages of one variant through one provider (null: none yet). The planned ones are the first of the variant. */
export interface ExperimentCounts {
  variant: string;
  provider: string | undefined;
  assigned: number;
  sent: number;
  delivered: number;
  failed: number;
  planned: number;
  plannedDelivered: number;
  plannedFailed: number;
}

/**
 * Counts an experiment's messages. Those that no provider accepted do not count as sent; one whose receipt has not come by
 * `silentBefore` counts as failed, since it says nothing any more.
 */
export async function countExperiment(
  sql: postgres.Sql,
  experiment: string,
  options: { plannedPerVariant: number; silentBefore: Date },
): Promise<ExperimentCounts[]> {
  const rows = await sql`
    WITH message AS (
      SELECT variant, provider, id,
        status IN ('submitted', 'sent', 'unknown', 'delivered', 'undelivered')
          OR (status = 'expired' AND attempts_count > 0) AS was_sent,
        status = 'delivered' AS was_delivered,
        status IN ('undelivered', 'expired') OR (status IN ('submitted', 'sent', 'unknown')
          AND status_at < ${options.silentBefore.toISOString()}::timestamptz) AS has_failed
      FROM sms_messages WHERE experiment = ${experiment} AND variant IS NOT NULL
    ), ranked AS (
      SELECT *, was_sent AND count(*) FILTER (WHERE was_sent) OVER (PARTITION BY variant ORDER BY id)
        <= ${options.plannedPerVariant}::int AS is_planned
      FROM message
    )
    SELECT variant, provider, count(*)::int AS assigned,
      (count(*) FILTER (WHERE was_sent))::int AS sent,
      (count(*) FILTER (WHERE was_sent AND was_delivered))::int AS delivered,
      (count(*) FILTER (WHERE was_sent AND has_failed))::int AS failed,
      (count(*) FILTER (WHERE is_planned))::int AS planned,
      (count(*) FILTER (WHERE is_planned AND was_delivered))::int AS planned_delivered,
      (count(*) FILTER (WHERE is_planned AND has_failed))::int AS planned_failed
    FROM ranked GROUP BY variant, provider ORDER BY variant, provider`;
  return rows.map((row) => {
    const { provider, planned_delivered, planned_failed, ...counts } = rowSchema.parse(row);
    return {
      ...counts,
      provider: provider ?? undefined,
      plannedDelivered: planned_delivered,
      plannedFailed: planned_failed,
    };
  });
}
