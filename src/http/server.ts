import { systemClock } from "../platform/clock.ts";
import { createHttpApp, type HttpAppDeps } from "./app.ts";
import { REQUEST_BODY_BYTES_MAX } from "./body-limit.ts";

/** Quiet connections are closed after this; a live stream pings more often. */
const IDLE_SECONDS = 60;

export interface HttpServer {
  /** Bound address, e.g. `http://127.0.0.1:8080`. */
  url: string;
  /** From now on every answer asks its client to connect anew, which leads it to another process. */
  startDraining(): void;
  /** Stops accepting and waits for the requests in flight; what has not ended after `msMax` is cut off. */
  stop(msMax: number): Promise<void>;
}

export function startHttpServer(deps: HttpAppDeps, listen: { host: string; port: number }): HttpServer {
  const app = createHttpApp(deps);
  let draining = false;
  const server = Bun.serve({
    hostname: listen.host,
    port: listen.port,
    idleTimeout: IDLE_SECONDS,
    // A backstop only: `limitBody` answers with the documented error long before.
    maxRequestBodySize: 8 * REQUEST_BODY_BYTES_MAX,
    fetch: async (request, bun) => {
      const response = await app(request, () => bun.requestIP(request)?.address);
      if (draining) response.headers.set("connection", "close");
      return response;
    },
  });
  return {
    url: server.url.origin,
    startDraining: () => {
      draining = true;
    },
    stop: async (msMax) => {
      draining = true;
      const giveUp = new AbortController();
      const late = systemClock.sleep(msMax, giveUp.signal);
      // Resolves when the last answer is out; idle connections are none of its business.
      await Promise.race([server.stop(), late]);
      giveUp.abort();
      await server.stop(true);
    },
  };
}
