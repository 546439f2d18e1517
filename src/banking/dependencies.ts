import type { Clock } from "../platform/clock.ts";
import type { Drizzle } from "../platform/database.ts";
import type { JobRunner } from "../platform/jobs.ts";
import type { Leases } from "../platform/leases.ts";
import type { Log } from "../platform/log.ts";
import type { SecretStore } from "../platform/secrets.ts";
import type { Banks } from "./banks.ts";
import type { BankLinks } from "./connectors/registry.ts";
import type { BankingMetrics } from "./metrics.ts";
import type { CredentialRefusals } from "./store/credential-refusals.ts";

/** What the operations and jobs of this capability work with; made once, in `index.ts`. */
export interface BankingDependencies {
  clock: Clock;
  db: Drizzle;
  log: Log;
  leases: Leases;
  jobs: JobRunner;
  secrets: SecretStore;
  banks: Banks;
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
  clean: "banking-clean-temporaries",
} as const;
