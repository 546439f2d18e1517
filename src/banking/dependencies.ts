import type { Clock } from "../platform/clock.ts";
import type { Drizzle } from "../platform/database.ts";
import type { JobRunner } from "../platform/jobs.ts";
import type { Leases } from "../platform/leases.ts";
import type { Log } from "../platform/log.ts";
import type { SecretStore } from "../platform/secrets.ts";
import type { Bank, Banks } from "./banks.ts";
import type { BankLinks } from "./connectors/registry.ts";
import type { LayoutLibrary } from "./layout-library.ts";
import type { BankingMetrics } from "./metrics.ts";
import type { BankingCalendar } from "./rules/calendar/banking-calendar.ts";
import type { BankRows } from "./store/bank-rows.ts";
import type { CredentialRefusals } from "./store/credential-refusals.ts";
import type { StoredLayouts } from "./store/layouts.ts";

/** What the operations and jobs of this capability work with; made once, in `index.ts`. */
export interface BankingDependencies {
  clock: Clock;
  db: Drizzle;
  log: Log;
  leases: Leases;
  jobs: JobRunner;
  secrets: SecretStore;
  banks: Banks;
  layouts: LayoutLibrary;
  storedLayouts: StoredLayouts;
  bankRows: BankRows;
  /** The banking days of a bank as decided now. */
  calendarOf(bank: Bank): Promise<BankingCalendar>;
  links: BankLinks;
  refusals: CredentialRefusals;
  metrics: BankingMetrics;
  newId(): string;
  /** In [0, 1); spreads retries. */
  random(): number;
  /** Pause before the second try; doubles with every further one. */
  retryBaseMs: number;
  /** How long a claimed batch belongs to this process without renewal. */
  leaseMs: number;
}

export const jobNames = {
  transfer: "banking-transfer",
  poll: "banking-poll",
  reconcile: "banking-reconcile",
  absence: "banking-absence",
  clean: "banking-clean-temporaries",
} as const;
