import type { Config } from "../../src/config.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createLog, type Log } from "../../src/platform/log.ts";

/** The log of a script goes to standard error, so that its output stays what was asked for. */
export function scriptLog(config: Config): Log {
  return createLog({ level: config.logLevel, clock: systemClock, write: (line) => process.stderr.write(`${line}\n`) });
}
