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
/** Health is asked without a token: however often it is asked, the database is asked once in this time. */
const KEPT_MS = 1_000;

/** One look at a time, shared by all who ask meanwhile and for a while after. A look that failed is not kept. */
function shared<T>(look: () => Promise<T>, keptMs: number): () => Promise<T> {
  let latest: { outcome: Promise<T>; untilMs: number } | undefined;
  return () => {
    if (latest && performance.now() < latest.untilMs) return latest.outcome;
    const mine = { outcome: look(), untilMs: Number.POSITIVE_INFINITY };
    latest = mine;
    mine.outcome.then(
      () => {
        mine.untilMs = performance.now() + keptMs;
      },
      () => {
        if (latest === mine) latest = undefined;
      },
    );
    return mine.outcome;
  };
}

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

  const ping = shared(databaseAnswers, 0);

  async function look(): Promise<HealthReport> {
    if (!(await ping())) {
      return {
        status: "unhealthy",
        services: { database: { status: "unhealthy", detail: "the database does not answer" } },
      };
    }
    const parts = await Promise.all(deps.capabilities.map((capability) => capability.health()));
    const services: Record<string, ServiceHealth> = Object.assign({ database: { status: "healthy" } }, ...parts);
    return { status: overall(services), services };
  }

  return {
    report: shared(look, KEPT_MS),
    isReady: async () => !draining && (await ping()),
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
