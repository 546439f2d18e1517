import { Registry } from "prom-client";
import { createBreakerFactory } from "../../src/platform/breaker.ts";
import type { Platform } from "../../src/platform/capability.ts";
import { type Clock, systemClock } from "../../src/platform/clock.ts";
import { openDatabase } from "../../src/platform/database.ts";
import { createHttpClient } from "../../src/platform/http-client.ts";
import { createJobRunner } from "../../src/platform/jobs.ts";
import { createLeases } from "../../src/platform/leases.ts";
import { createLog } from "../../src/platform/log.ts";
import { anyHost } from "../../src/platform/outbound-hosts.ts";
import { createFixedSecretStore, type SecretName } from "../../src/platform/secrets.ts";

export interface TestPlatformOptions {
  /** Address of a migrated database. */
  url: string;
  clock?: Clock;
  secrets?: Partial<Record<SecretName, string>>;
  publicBaseUrl?: string;
}

export interface TestPlatform extends Platform {
  /** Every line written so far: canary tests look for secrets in it. */
  logLines: string[];
  close(): Promise<void>;
}

/** The platform of one gateway process, on a test database. Two of them on one database stand for two processes. */
export function createTestPlatform(options: TestPlatformOptions): TestPlatform {
  const clock = options.clock ?? systemClock;
  const logLines: string[] = [];
  const log = createLog({ level: "DEBUG", clock, write: (line) => logLines.push(line) });
  const database = openDatabase({ address: { url: options.url }, connectionsMax: 10, hotConnectionsMax: 2 });
  const owner = crypto.randomUUID();
  const jobs = createJobRunner({ clock: systemClock, log });
  return {
    environment: "test",
    clock,
    database,
    log,
    logLines,
    registry: new Registry(),
    secrets: createFixedSecretStore(options.secrets ?? {}),
    breakers: createBreakerFactory(database.db, owner),
    leases: createLeases(database.db, owner),
    jobs,
    http: createHttpClient({ log, httpsOnly: false }),
    outbound: anyHost,
    publicBaseUrl: options.publicBaseUrl ?? "http://127.0.0.1:8080",
    close: async () => {
      await jobs.stop();
      await database.close();
    },
  };
}
