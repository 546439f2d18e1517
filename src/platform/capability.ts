import type { RouterContract, serviceHealthSchema } from "@luckygas/gateway-client";
import type { Registry } from "prom-client";
import type { z } from "zod";
import type { BreakerFactory } from "./breaker.ts";
import type { Clock } from "./clock.ts";
import type { Database } from "./database.ts";
import type { HttpClient } from "./http-client.ts";
import type { JobRunner } from "./jobs.ts";
import type { Leases } from "./leases.ts";
import type { Log } from "./log.ts";
import type { OutboundHosts } from "./outbound-hosts.ts";
import type { Handlers } from "./rpc.ts";
import type { SecretStore } from "./secrets.ts";

export type Environment = "development" | "test" | "production";

export type ServiceHealth = z.output<typeof serviceHealthSchema>;

/** What every capability is built on; made once, in `compose.ts`. */
export interface Platform {
  environment: Environment;
  clock: Clock;
  database: Database;
  log: Log;
  registry: Registry;
  secrets: SecretStore;
  breakers: BreakerFactory;
  leases: Leases;
  jobs: JobRunner;
  http: HttpClient;
  /** Which hosts may be reached; the HTTP client asks by itself, other transports must. */
  outbound: OutboundHosts;
  /** Address under which providers reach this gateway, without a trailing slash; never taken from a request. */
  publicBaseUrl: string;
}

/** One house: its procedures, its health, its life. Its jobs are added to the runner when it is created. */
export interface Capability<R extends RouterContract> {
  handlers: Handlers<R>;
  /** From memory and the database; never calls a provider. Keys as in the health answer, e.g. `sms_every8d`. */
  health(): Promise<Record<string, ServiceHealth>>;
  start(): Promise<void>;
  /** Called after the jobs have stopped: hands back leases, closes connections. */
  stop(): Promise<void>;
}
