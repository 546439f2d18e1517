import type { healthSchema } from "@luckygas/gateway-client";
import type { z } from "zod";
import type { ServiceHealth } from "../platform/capability.ts";
import type { Clock } from "../platform/clock.ts";
import type { Database } from "../platform/database.ts";

export type HealthReport = z.output<typeof healthSchema>;

export interface Health {
  /** From memory and the database; never by calling a provider. */
  report(): Promise<HealthReport>;
  /** Whether this process should get requests: the database answers and no shutdown has begun. */
  isReady(): Promise<boolean>;
  /** From now on `isReady` is false. */
  startDraining(): void;
}

export interface HealthDeps {
  clock: Clock;
  database: Database;
  capabilities: { health(): Promise<Record<string, ServiceHealth>> }[];
}

const PING_TIMEOUT_MS = 2_000;

export function createHealth(deps: HealthDeps): Health {
  let draining = false;

  async function databaseAnswers(): Promise<boolean> {
    const giveUp = new AbortController();
    try {
      return await Promise.race([
        deps.database.ping().then(() => true),
        deps.clock.sleep(PING_TIMEOUT_MS, giveUp.signal).then(() => false),
      ]);
    } catch {
      return false; // the reason is in the log of whoever needed the database
    } finally {
      giveUp.abort();
    }
  }

  return {
    report: async () => {
      if (!(await databaseAnswers())) {
        return {
          status: "unhealthy",
          services: { database: { status: "unhealthy", detail: "the database does not answer" } },
        };
      }
      const parts = await Promise.all(deps.capabilities.map((capability) => capability.health()));
      const services: Record<string, ServiceHealth> = Object.assign({ database: { status: "healthy" } }, ...parts);
      return { status: overall(services), services };
    },
    isReady: async () => !draining && (await databaseAnswers()),
    startDraining: () => {
      draining = true;
    },
  };
}

/** A provider that is down degrades the gateway; it still serves everything else. */
function overall(services: Record<string, ServiceHealth>): "healthy" | "degraded" {
  const bad = Object.values(services).some(({ status }) => status === "unhealthy" || status === "degraded");
  return bad ? "degraded" : "healthy";
}
