import { expect } from "bun:test";
import type postgres from "postgres";
import { verifyAudit } from "../../../src/platform/audit-verify.ts";
import { openDatabase } from "../../../src/platform/database.ts";
import type { OutsideWorld } from "../../support/outside-world.ts";
import { waitFor } from "../../support/wait-for.ts";
import type { Told } from "./workload.ts";

/** Leases of killed processes run out within 90 s; then everything left behind is picked up, asked about and ended. */
export const SETTLE_MS = 300_000;

/** Waits until nothing is under way any more: every row is final, or waits for a person. */
export async function settle(sql: postgres.Sql): Promise<void> {
  let open: string[] = [];
  const isSettled = async () => {
    await endTheWaiting(sql);
    open = await underWay(sql);
    return open.length === 0;
  };
  await waitFor("everything to be settled", isSettled, SETTLE_MS).catch((error: unknown) => {
    throw new Error(`${String(error)}; still open: ${open.join(", ")}`);
  });
}

/**
 * A bank's breaker stays open for ten minutes, and batches wait for it. This test does not: it moves the opening back and
 * the batches forward.
 */
async function endTheWaiting(sql: postgres.Sql): Promise<void> {
  await sql`UPDATE circuit_breakers SET opened_at = opened_at - interval '10 minutes'
    WHERE opened_at > now() - interval '10 minutes'`;
  await sql`UPDATE bank_batches SET next_attempt_at = now()
    WHERE status = 'sending' AND next_attempt_at > now() + interval '2 minutes'`;
}

async function underWay(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ what: string }[]>`
    SELECT 'upload ' || id || ' ' || status AS what FROM einvoice_uploads WHERE status IN ('due', 'sending', 'unknown')
    UNION ALL SELECT 'batch ' || id || ' ' || status FROM bank_batches WHERE status IN ('sending', 'sent', 'acknowledged')
    UNION ALL SELECT 'message ' || id || ' ' || status || ' ' || coalesce(provider, '') FROM sms_messages
      WHERE status IN ('queued', 'deferred', 'dispatching', 'submitted', 'sent')
    LIMIT 20`;
  return rows.map(({ what }) => what);
}

/** What was found at the end, as counts; every difference is a failed expectation. */
export interface Counts {
  invoices: number;
  messages: Record<string, number>;
  batches: Record<string, number>;
  auditEntries: number;
}

/** Compares what callers were told, what the database holds and what the outside parties received. */
export async function compare(world: OutsideWorld, told: Told): Promise<Counts> {
  return {
    invoices: await compareInvoices(world, told),
    messages: await compareMessages(world, told),
    batches: await compareBatches(world, told),
    auditEntries: await checkAudit(world.database.url),
  };
}

async function compareInvoices({ sql, einvoicePlatform }: OutsideWorld, told: Told): Promise<number> {
  const invoices = await sql<{ key: string; number: string }[]>`
    SELECT idempotency_key AS key, number FROM invoices ORDER BY number`;
  const byKey = new Map(invoices.map(({ key, number }) => [key, number]));
  for (const [key, number] of told.invoices) expect({ key, number: byKey.get(key) }).toEqual({ key, number });
  // Unique and without gaps.
  const expected = invoices.map((_, index) => `AA${String(10_000_000 + index).padStart(8, "0")}`);
  expect(invoices.map(({ number }) => number)).toEqual(expected);
  // The platform has every invoice once, and no number with two contents.
  const records = einvoicePlatform.records();
  expect(records.length).toBe(invoices.length);
  const wrong = records.filter(({ contents, stored }) => contents.length !== 1 || stored === undefined);
  expect(wrong.map(({ invoiceNo }) => invoiceNo)).toEqual([]);
  return invoices.length;
}

async function compareMessages(world: OutsideWorld, told: Told): Promise<Record<string, number>> {
  const rows = await world.sql<{ id: string; status: string; reason: string | null }[]>`
    SELECT id, status, status_reason AS reason FROM sms_messages`;
  const messages = new Map(rows.map((row) => [row.id, row]));
  const handsets = [world.every8d.records(), world.mitake.records()];
  const problems: string[] = [];
  for (const [id, to] of told.messages) {
    const { status = "lost", reason = null } = messages.get(id) ?? {};
    const copies = handsets.reduce((sum, records) => sum + (records.get(`+886${to.slice(1)}`)?.length ?? 0), 0);
    // An unknown one may have reached its handset or not, but never twice, and says why it is unknown.
    const isRight = status === "unknown" ? copies <= 1 && reason !== null : status === "delivered" && copies === 1;
    if (!isRight) problems.push(`${id}: ${status} (${reason}), ${copies} copies`);
  }
  expect(problems).toEqual([]);
  return countBy(rows, ({ status }) => status);
}

async function compareBatches({ sql, banks }: OutsideWorld, told: Told): Promise<Record<string, number>> {
  const files = banks[0]?.simulator.records() ?? [];
  expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
  const debits = files.flatMap(({ transactions }) => transactions.map(({ transactionId }) => transactionId));
  expect(new Set(debits).size).toBe(debits.length);
  const presented = new Set(debits);
  const rows = await sql<{ id: string; key: string; status: string }[]>`
    SELECT id, idempotency_key AS key, status FROM bank_batches`;
  const batches = new Map(rows.map((row) => [row.id, row]));
  const problems = [...told.batches].flatMap((id) => {
    const { key = "", status = "lost" } = batches.get(id) ?? {};
    const isPresented = presented.has(`${key.slice("batch-".length)}-1`);
    // What is reconciled the bank has; what is held never left; of an indeterminate one nobody knows.
    const isRight =
      (status === "reconciled" && isPresented) || (status === "held" && !isPresented) || status === "indeterminate";
    return isRight ? [] : [`${id}: ${status}, ${isPresented ? "presented" : "not presented"}`];
  });
  expect(problems).toEqual([]);
  return countBy(rows, ({ status }) => status);
}

async function checkAudit(url: string): Promise<number> {
  const database = openDatabase({ address: { url }, connectionsMax: 1, hotConnectionsMax: 0 });
  try {
    const { problems, entries } = await verifyAudit(database.db);
    expect(problems).toEqual([]);
    return entries;
  } finally {
    await database.close();
  }
}

function countBy<T>(rows: readonly T[], nameOf: (row: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[nameOf(row)] = (counts[nameOf(row)] ?? 0) + 1;
  return counts;
}
