import type postgres from "postgres";
import { z } from "zod";
import { addResults, type DeliveryRecord, successRate } from "../rules/success-rate.ts";
import { lockProviders } from "./claim.ts";

/** Adds ended messages to a provider's fading record, and shows the rate in its row of `provider_configs`. */
export async function recordDeliveries(
  sql: postgres.Sql,
  provider: string,
  results: { delivered: number; total: number },
  now: Date,
): Promise<void> {
  await sql.begin(async (tx) => {
    const [locked] = await lockProviders(tx, [provider]);
    if (!locked) throw new Error("the provider's row was neither found nor made");
    const known: DeliveryRecord | undefined = locked.resultsAsOf && { ...locked, asOf: locked.resultsAsOf };
    const record = addResults(known, results, now);
    await tx`
      UPDATE sms_provider_states SET delivered = ${record.delivered}::float8, total = ${record.total}::float8,
        results_as_of = ${now.toISOString()}::timestamptz WHERE provider = ${provider}`;
    await tx`
      UPDATE provider_configs SET success_rate = ${successRate(record, now)}::float8 WHERE provider = ${provider}`;
  });
}

/** Adds to the counters of `provider_configs`. They serve operators at a glance; exact counts come from the attempts. */
export async function addTotals(
  sql: postgres.Sql,
  provider: string,
  totals: { sent: number; failed: number },
): Promise<void> {
  await sql`
    UPDATE provider_configs SET total_sent = total_sent + ${totals.sent}::int,
      total_failed = total_failed + ${totals.failed}::int WHERE provider = ${provider}`;
}

/** Sends nothing through a provider that asked us to slow down, for a while. */
export async function pauseProvider(sql: postgres.Sql, provider: string, pauseMs: number): Promise<void> {
  await sql`
    UPDATE sms_provider_states SET
      paused_until = greatest(paused_until, clock_timestamp() + ${pauseMs}::int * interval '1 millisecond')
    WHERE provider = ${provider}`;
}

const recordSchema = z.object({
  provider: z.string(),
  delivered: z.coerce.number(),
  total: z.coerce.number(),
  as_of_ms: z.coerce.number(),
});

/** The fading records of all providers that have any results. */
export async function readDeliveryRecords(sql: postgres.Sql): Promise<Map<string, DeliveryRecord>> {
  const rows = await sql`
    SELECT provider, delivered, total, (extract(epoch FROM results_as_of) * 1000)::float8 AS as_of_ms
    FROM sms_provider_states WHERE results_as_of IS NOT NULL`;
  return new Map(
    rows.map((row) => {
      const { provider, delivered, total, as_of_ms } = recordSchema.parse(row);
      return [provider, { delivered, total, asOf: new Date(as_of_ms) }];
    }),
  );
}
