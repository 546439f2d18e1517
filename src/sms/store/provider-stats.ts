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

/** A turn to ask a provider for its credit. */
export interface CreditTurn {
  /** The last answer is old enough. */
  isDue: boolean;
  wasLow: boolean;
  write(credit: string, isLow: boolean): Promise<void>;
}

/** Whether it is time to ask a provider for its credit, and how to record the answer. */
export async function recordCredit(
  sql: postgres.Sql,
  provider: string,
  options: { now: Date; askEveryMs: number },
): Promise<CreditTurn> {
  const dueBefore = new Date(options.now.getTime() - options.askEveryMs).toISOString();
  const [row] = await sql`
    SELECT is_credit_low, coalesce(credit_at <= ${dueBefore}::timestamptz, true) AS is_due
    FROM sms_provider_states WHERE provider = ${provider}`;
  const state = z.object({ is_credit_low: z.boolean(), is_due: z.boolean() }).optional().parse(row);
  return {
    isDue: state?.is_due ?? true,
    wasLow: state?.is_credit_low ?? false,
    write: async (credit, isLow) => {
      await sql`
        INSERT INTO sms_provider_states (provider, credit, credit_at, is_credit_low)
        VALUES (${provider}, ${credit}::numeric, ${options.now.toISOString()}::timestamptz, ${isLow ? 1 : 0}::int::boolean)
        ON CONFLICT (provider) DO UPDATE SET credit = excluded.credit, credit_at = excluded.credit_at,
          is_credit_low = excluded.is_credit_low`;
    },
  };
}

/** What is left at the providers, as they last said. */
export interface Credit {
  /** Decimal. */
  credit: string;
  at: Date;
  isLow: boolean;
}

export async function readCredits(sql: postgres.Sql): Promise<Map<string, Credit>> {
  const rows = await sql`
    SELECT provider, trim_scale(credit)::text AS credit, (extract(epoch FROM credit_at) * 1000)::float8 AS at_ms,
      is_credit_low AS is_low
    FROM sms_provider_states WHERE credit IS NOT NULL`;
  const schema = z.object({ provider: z.string(), credit: z.string(), at_ms: z.coerce.number(), is_low: z.boolean() });
  return new Map(
    rows.map((row) => {
      const { provider, credit, at_ms, is_low } = schema.parse(row);
      return [provider, { credit, at: new Date(at_ms), isLow: is_low }];
    }),
  );
}
