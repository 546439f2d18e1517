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

/**
 * A promise that nobody waited for has failed, e.g. inside the database's client when connections break. Every effect is
 * recorded before it is answered, so going on loses nothing; ending would fail the calls in flight for it.
 */
function surviveLostPromises(gateway: Gateway): void {
  process.on("unhandledRejection", (error) => gateway.log.error("A failure was heard by nobody", { error }));
}

/** What an operator can mend is told in a line; anything else with its stack. */
function describeStartFailure(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DataFolderInUse)
    return `The gateway cannot start.\n${error.message}`;
  return `The gateway cannot start.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

try {
  const gateway = await compose(readConfig(process.env));
  surviveLostPromises(gateway);
  stopOnSignals(gateway);
} catch (error) {
  process.stderr.write(`${describeStartFailure(error)}\n`);
  process.exit(1);
}
