import type postgres from "postgres";

const HOUR_MS = 60 * 60 * 1000;

/** Counts one message of a limited caller in the present hour, over all processes; false when the hour is used up. */
export async function countForSender(
  sql: postgres.Sql,
  subject: string,
  options: { now: Date; perHourMax: number },
): Promise<boolean> {
  const hour = new Date(Math.floor(options.now.getTime() / HOUR_MS) * HOUR_MS).toISOString();
  const rows = await sql`
    INSERT INTO sms_sender_counts AS c (subject, hour, count) VALUES (${subject}, ${hour}::timestamptz, 1)
    ON CONFLICT (subject, hour) DO UPDATE SET count = c.count + 1 WHERE c.count < ${options.perHourMax}::int
    RETURNING count`;
  return rows.length > 0;
}

/** Forgets hours that have passed. */
export async function forgetSenderCounts(sql: postgres.Sql, before: Date): Promise<void> {
  await sql`DELETE FROM sms_sender_counts WHERE hour < ${before.toISOString()}::timestamptz`;
}
