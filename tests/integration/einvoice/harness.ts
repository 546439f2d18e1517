import { join } from "node:path";
import postgres from "postgres";
import { createEinvoice, type EinvoiceCapability, type EinvoiceOptions } from "../../../src/einvoice/index.ts";
import { type Clock, systemClock } from "../../../src/platform/clock.ts";
import type { CallContext } from "../../../src/platform/rpc.ts";
import {
  createEinvoicePlatformSimulator,
  type EinvoicePlatformSimulator,
} from "../../../src/simulators/einvoice-platform/index.ts";
import { createTestPlatform, type TestPlatform } from "../../support/platform.ts";
import { createTestDatabase } from "../../support/postgres.ts";

/** A database, the simulated platform, and as many gateway processes as a test starts. */
export interface EinvoiceWorld {
  sql: postgres.Sql;
  simulator: EinvoicePlatformSimulator;
  start(options?: GatewayOptions): Promise<TestGateway>;
  /** Inserts a range of the present period as the deployment guide does. */
  addRange(rangeStart: number, rangeEnd: number, options?: { prefix?: string; yearMonth?: string }): Promise<void>;
  /** Ends the gateways and empties the tables, for the next test of a file; the simulated platform remembers. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface GatewayOptions extends EinvoiceOptions {
  /** Whether its jobs run; default no. */
  runJobs?: boolean;
  clock?: Clock;
  withoutSecret?: boolean;
  /** Instead of the simulated platform's; may be changed while the gateway runs. */
  secrets?: Record<string, string>;
  withoutSeller?: boolean;
}

export interface TestGateway {
  platform: TestPlatform;
  einvoice: EinvoiceCapability;
  handlers: EinvoiceCapability["handlers"];
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 1_000;
/** Short waits, so that a test sees several rounds. */
const PACING = { baseMs: 20, maxMs: 200 };

export const yearMonthNow = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7).replace("-", "");

export async function createWorld(clock: Clock = systemClock): Promise<EinvoiceWorld> {
  const database = await createTestDatabase();
  const simulator = await createEinvoicePlatformSimulator({ clock });
  const sql = postgres(database.url, { max: 4, onnotice: () => {} });
  const gateways: TestGateway[] = [];

  async function start(options: GatewayOptions = {}): Promise<TestGateway> {
    const { runJobs, withoutSecret, withoutSeller, secrets, clock: own, ...rest } = options;
    const platform = createTestPlatform({
      url: database.url,
      clock: own ?? clock,
      secrets: secrets ?? (withoutSecret ? {} : { "einvoice-api-credentials": JSON.stringify(simulator.credentials) }),
    });
    const einvoice = createEinvoice(platform, {
      pollIntervalMs: 20,
      pacing: PACING,
      overrideBaseUrl: simulator.url,
      // A test that gives the time is not at the database's.
      ...((own ?? clock) !== systemClock && { clockDifferenceMaxMs: null }),
      ...(!withoutSeller && {
        defaultSeller: {
          ...simulator.seller,
          transport: "platform-json",
          config: { requestTimeoutMs: REQUEST_TIMEOUT_MS, paths: { void: "/withdraw" } },
        },
      }),
      ...rest,
    });
    await einvoice.start();
    if (runJobs) platform.jobs.start();
    const gateway: TestGateway = {
      platform,
      einvoice,
      handlers: einvoice.handlers,
      close: async () => {
        await platform.jobs.stop();
        await einvoice.stop();
        await platform.close();
      },
    };
    gateways.push(gateway);
    return gateway;
  }

  return {
    sql,
    simulator,
    start,
    addRange: async (rangeStart, rangeEnd, { prefix = "AA", yearMonth = yearMonthNow() } = {}) => {
      await sql`
        INSERT INTO invoice_sequences (year_month, prefix, range_start, range_end, current_number, is_active)
        VALUES (${yearMonth}, ${prefix}, ${rangeStart}, ${rangeEnd}, ${rangeStart}, true)`;
    },
    reset: async () => {
      await Promise.all(gateways.splice(0).map((gateway) => gateway.close()));
      await sql.unsafe(`DO $$ BEGIN EXECUTE (
        SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' CASCADE' FROM pg_tables
        WHERE schemaname = 'public' AND (tablename ~ '^(einvoice|invoice)' OR tablename IN ('leases', 'circuit_breakers'))
      ); END $$`);
    },
    close: async () => {
      await Promise.all(gateways.map((gateway) => gateway.close()));
      await simulator.close();
      await sql.end();
      await database.close();
    },
  };
}

/** A seller of Turnkey, whose roots are in a folder. */
export const turnkeySeller = (world: EinvoiceWorld, folder: string) => ({
  ...world.simulator.seller,
  transport: "turnkey",
  config: {
    storageFolder: join(folder, "storage"),
    numbersFolder: join(folder, "numbers"),
    stagingFolder: join(folder, "staging"),
    resultFolders: [join(folder, "results")],
  },
});

export function context(gateway: TestGateway, subject = "back-office"): CallContext {
  return { caller: { subject, role: "office_staff" }, requestId: "test", log: gateway.platform.log };
}

/** A consumer's printed invoice; one line of the given price. */
export const consumerInvoice = (idempotencyKey: string, unitPrice = 850) => ({
  idempotencyKey,
  buyer: { kind: "consumer" as const },
  lines: [{ description: "桶裝瓦斯 20 公斤", quantity: 1, unitPrice, taxType: "taxable" as const }],
});

/** The contents that the platform has seen per number; more than one for a number would be a wrong of ours. */
export function numbersWithSeveralContents(simulator: EinvoicePlatformSimulator): string[] {
  return simulator
    .records()
    .filter((record) => record.contents.length > 1)
    .map((record) => record.invoiceNo);
}
