import type { bankingContract } from "@luckygas/gateway-client";
import type { Capability, Platform } from "../platform/capability.ts";
import type { Log } from "../platform/log.ts";
import type { BankConfiguration } from "./bank-row.ts";
import { type BankOverride, type Banks, createBanks } from "./banks.ts";
import { type BankLinks, createBankLinks } from "./connectors/registry.ts";
import type { SftpTimeouts } from "./connectors/sftp/config.ts";
import type { BankingDependencies } from "./dependencies.ts";
import { addBankingJobs } from "./jobs.ts";
import { createLayoutLibrary, type LayoutEntry } from "./layout-library.ts";
import { createBankingMetrics } from "./metrics.ts";
import { banksHealth } from "./operations/bank-status.ts";
import { createBankingHandlers } from "./router.ts";
import { createBankingCalendar } from "./rules/calendar/banking-calendar.ts";
import { createBankRows } from "./store/bank-rows.ts";
import { readCalendars } from "./store/calendar-days.ts";
import { createCredentialRefusals } from "./store/credential-refusals.ts";
import { createStoredLayouts } from "./store/layouts.ts";

export type { BankConfiguration } from "./bank-row.ts";
export type { BankOverride } from "./banks.ts";
export { type LayoutEntry, readLayoutFolder } from "./layout-library.ts";

export type BankingCapability = Capability<typeof bankingContract>;

export interface BankingOptions {
  /** Banks used where `bank_configurations` has no row for them. */
  defaultBanks?: readonly BankConfiguration[];
  /** Addresses and host keys that replace those of the configuration, by bank. */
  overrides?: Readonly<Record<string, BankOverride>>;
  /** Layouts from files, beside the built-in ones and those of the table; `readLayoutFolder` reads them. */
  layoutFiles?: readonly LayoutEntry[];
  timeouts?: Partial<SftpTimeouts>;
  /** The circuit breaker of each bank. Default 3 failures, 600 s. */
  breaker?: { failuresToOpen: number; openForMs: number };
  /** How long a claimed transfer belongs to this process without renewal. Default 20 s. */
  leaseMs?: number;
  /** False: nothing is fetched by itself, only by `pollInbound`. */
  polls?: boolean;
  /** Pause before the second try of a transfer; doubles with every further one. Default 1 s. */
  retryBaseMs?: number;
  /** Pause between two looks for banks whose poll is due. Default 5 s. */
  pollTickMs?: number;
  /** Ids that rise with time. Default UUID version 7. */
  newId?(): string;
}

const LEASE_MS = 20_000;
const RETRY_BASE_MS = 1_000;
const POLL_TICK_MS = 5_000;
/** Within the time that Cloud Run leaves after SIGTERM. */
const DRAIN_MS = 4_000;

/** The capability banking: payment files that arrive once, replies that add up. Its jobs are added to the platform's runner. */
export function createBanking(platform: Platform, options: BankingOptions = {}): BankingCapability {
  const { clock, database, secrets, leases, jobs } = platform;
  const log = platform.log.child({ service: "banking" });
  const metrics = createBankingMetrics(platform.registry);
  const bankRows = createBankRows(database.db);
  const storedLayouts = createStoredLayouts(database.db);
  const layouts = createLayoutLibrary(storedLayouts, options.layoutFiles ?? []);
  const banks = createBanks({
    rows: bankRows,
    secrets,
    layouts,
    defaults: options.defaultBanks ?? [],
    overrides: options.overrides ?? {},
  });
  const refusals = createCredentialRefusals(database.db);
  const links = createBankLinks({
    platform,
    banks,
    metrics,
    refusals,
    timeouts: options.timeouts,
    breaker: options.breaker,
  });
  const deps: BankingDependencies = {
    clock,
    db: database.db,
    log,
    leases,
    jobs,
    secrets,
    banks,
    layouts,
    storedLayouts,
    bankRows,
    calendarOf: async ({ key, row }) => {
      const { entriesOf, holidays } = await readCalendars(database.db);
      return createBankingCalendar(entriesOf(key), row.cutoffTime, holidays);
    },
    links,
    refusals,
    metrics,
    newId: options.newId ?? (() => Bun.randomUUIDv7()),
    random: Math.random,
    leaseMs: options.leaseMs ?? LEASE_MS,
    retryBaseMs: options.retryBaseMs ?? RETRY_BASE_MS,
  };
  const workers = addBankingJobs(deps, {
    polls: options.polls ?? true,
    pollTickMs: options.pollTickMs ?? POLL_TICK_MS,
  });

  return {
    handlers: createBankingHandlers(deps),
    health: () => banksHealth(deps),
    start: async () => {
      for (const { key, isActive, problem } of await banks.list()) {
        if (isActive && problem !== undefined) log.warn(`Bank ${key} is disabled: ${problem}`, { bank_code: key });
      }
      // Told, not waited for: no handshake with a bank depends on it.
      tellAlgorithms(links, banks, log).catch((error: unknown) =>
        log.warn("SSH algorithms could not be probed", { error }),
      );
    },
    stop: async () => {
      // What is still on the wire then is found again when its lease has run out.
      await Promise.race([workers.drain(), clock.sleep(DRAIN_MS)]);
      await links.close();
    },
  };
}

async function tellAlgorithms({ algorithms }: BankLinks, banks: Banks, log: Log): Promise<void> {
  const { working, missing } = await algorithms.tryCiphers();
  const missed = missing.length > 0 ? `; missing in this runtime: ${missing.join(", ")}` : "";
  log.info(`SSH ciphers that work: ${working.join(", ")}${missed}`);
  for (const { key, bank } of await banks.list()) {
    const unusable = bank ? await algorithms.tryLegacy(bank.row.legacyAlgorithms) : [];
    if (unusable.length === 0) continue;
    log.error(`Bank ${key}: algorithms that do not work in this runtime: ${unusable.join(", ")}`, { bank_code: key });
  }
}
