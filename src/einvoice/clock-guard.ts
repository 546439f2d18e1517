import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Clock } from "../platform/clock.ts";
import type { Drizzle } from "../platform/database.ts";
import { OperationError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";

/** How far this process's clock may be from the database's; a clock that is kept by NTP is off by far less than a second. */
export const CLOCK_DIFFERENCE_MAX_MS = 60_000;
/** How long a measurement serves. */
const KEEP_MS = 5_000;

/** Compares this process's clock with the database's, which all processes share: time of issue and period must not hang on one wrong clock. */
export interface ClockGuard {
  /** Milliseconds by which this process is ahead of the database, negative when behind; what the way to the database takes is not counted. */
  differenceMs(): Promise<number>;
  /** Whether a difference is too much to issue by. */
  isTooFar(differenceMs: number): boolean;
  /** Throws `provider_unavailable`, so that the caller repeats, at best with another process. */
  check(): Promise<void>;
}

interface Deps {
  db: Drizzle;
  clock: Clock;
  log: Log;
  /** Set by `differenceMs`, in seconds. */
  onMeasured(seconds: number): void;
}

interface Measurement {
  differenceMs: number;
  clockMs: number;
  takenMs: number;
}

export function createClockGuard(deps: Deps, maxMs: number): ClockGuard {
  let latest: Measurement | undefined;
  let measuring: Promise<Measurement> | undefined;
  const isTooFar = (differenceMs: number) => Math.abs(differenceMs) > maxMs;

  /** Old, or taken before the clock was set. */
  function isStale({ clockMs, takenMs }: Measurement): boolean {
    const passedMs = performance.now() - takenMs;
    return passedMs > KEEP_MS || isTooFar(deps.clock.now().getTime() - clockMs - passedMs);
  }

  async function measured(): Promise<Measurement> {
    if (latest && !isStale(latest)) return latest;
    measuring ??= measure(deps).finally(() => {
      measuring = undefined;
    });
    const measurement = await measuring;
    if (isTooFar(measurement.differenceMs) && !(latest && isTooFar(latest.differenceMs))) {
      deps.log.error(`Nothing is issued: ${inWords(measurement.differenceMs)}`, {
        service: "einvoice",
        error_type: "ClockDiffers",
      });
    }
    latest = measurement;
    deps.onMeasured(measurement.differenceMs / 1000);
    return measurement;
  }

  const differenceMs = async () => (await measured()).differenceMs;

  return {
    differenceMs,
    isTooFar,
    check: async () => {
      const difference = await differenceMs();
      if (!isTooFar(difference)) return;
      throw new OperationError("provider_unavailable", `${inWords(difference)}; set the clocks right`, {
        reason: "clock_differs",
      });
    },
  };
}

const nowSchema = z.object({ epoch_ms: z.coerce.number() });

/** The least difference that what was read allows: the database's answer was written at some instant between both readings. */
async function measure({ db, clock }: Deps): Promise<Measurement> {
  const beforeMs = clock.now().getTime();
  const rows = await db.execute(sql`SELECT extract(epoch FROM clock_timestamp()) * 1000 AS epoch_ms`);
  const clockMs = clock.now().getTime();
  const takenMs = performance.now();
  const { epoch_ms: databaseMs } = nowSchema.parse(rows[0]);
  const differenceMs = Math.max(0, beforeMs - databaseMs) + Math.min(0, clockMs - databaseMs);
  return { differenceMs, clockMs, takenMs };
}

/** What a person reads of a difference. */
export function inWords(differenceMs: number): string {
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  return `the clock of this process is ${seconds} s ${differenceMs > 0 ? "ahead of" : "behind"} the database's`;
}
