import { compose, type Gateway } from "./compose.ts";
import { ConfigError, readConfig } from "./config.ts";
import { DataFolderInUse } from "./platform/data-folder.ts";

/** Cloud Run kills a process 10 s after asking it to stop. */
const SHUTDOWN_MS = 9_000;

function stopOnSignals(gateway: Gateway): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    gateway.log.info(`Stopping after ${signal}`);
    const deadline = setTimeout(() => {
      gateway.log.error("The shutdown took too long; work in flight is picked up at the next start");
      process.exit(1);
    }, SHUTDOWN_MS);
    gateway.stop().then(
      () => {
        clearTimeout(deadline);
        process.exit(0);
      },
      (error: unknown) => {
        gateway.log.error("The shutdown failed", { error });
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
}

/** More failures than this in a minute are no passing fault: the process is better replaced. */
const LOST_FAILURES_MAX = 100;

/**
 * Failures that reach nobody's `catch`: the database's client (postgres 3.4.9) throws from a timer, `socket.write` of null,
 * when a connection breaks while it writes, and so would end the process whenever the database restarts. Every effect is
 * recorded before it is answered, so going on loses nothing; ending would fail every call in flight.
 */
function surviveLostFailures(gateway: Gateway): void {
  let sinceMs = 0;
  let count = 0;
  const note = (error: unknown) => {
    gateway.log.error("A failure reached nobody who could handle it", { error });
    if (performance.now() - sinceMs > 60_000) {
      sinceMs = performance.now();
      count = 0;
    }
    count += 1;
    if (count > LOST_FAILURES_MAX) process.exit(1);
  };
  process.on("unhandledRejection", note);
  process.on("uncaughtException", note);
}

/** What an operator can mend is told in a line; anything else with its stack. */
function describeStartFailure(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DataFolderInUse)
    return `The gateway cannot start.\n${error.message}`;
  return `The gateway cannot start.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

try {
  const gateway = await compose(readConfig(process.env));
  surviveLostFailures(gateway);
  stopOnSignals(gateway);
} catch (error) {
  process.stderr.write(`${describeStartFailure(error)}\n`);
  process.exit(1);
}
