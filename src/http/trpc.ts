import { type AppRouter, contract } from "@luckygas/gateway-client";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { OperationError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import { trpcRoute } from "./access-log.ts";
import type { HttpAppDeps } from "./app.ts";
import { createAppRouter } from "./app-router.ts";
import { retryAfterOf } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { createRequestContext } from "./request-context.ts";

/** Calls in one tRPC batch at most; the typed client keeps to it. */
const BATCH_CALLS_MAX = 20;

type ServeTrpc = (request: Request, exchange: Exchange) => Promise<Response>;

/** All procedures by tRPC's protocol, calls in batches included. */
export function createTrpcDoor(deps: HttpAppDeps): ServeTrpc {
  const router = createAppRouter(deps.procedures);
  return (request, exchange) => serveTrpc(deps, router, request, exchange);
}

async function serveTrpc(
  deps: HttpAppDeps,
  router: AppRouter,
  request: Request,
  exchange: Exchange,
): Promise<Response> {
  exchange.route = trpcRoute(exchange.path);
  const context = await createRequestContext(request, exchange, deps);
  const started = performance.now();
  const response = await fetchRequestHandler({
    endpoint: "/trpc",
    req: request,
    router,
    createContext: () => context,
    maxBatchSize: BATCH_CALLS_MAX,
    // Queries whose input must not stand in an address (a telephone number, a text) are sent as POST.
    allowMethodOverride: true,
    onError: ({ error, path }) => logFailure(context.log, error, path),
    responseMeta: ({ errors }) => {
      const waits = errors.flatMap((error) => retryAfterOf(error) ?? []);
      return waits.length === 0 ? {} : { headers: { "retry-after": String(Math.max(...waits)) } };
    },
  });
  deps.metrics.observe("trpc", response.status, performance.now() - started);
  return response;
}

/** Expected refusals are the caller's matter; only faults of ours are logged as errors. */
export function logFailure(
  log: Log,
  error: { code: string; cause?: unknown; message: string },
  path: string | undefined,
): void {
  if (error.code !== "INTERNAL_SERVER_ERROR" && error.code !== "SERVICE_UNAVAILABLE") return;
  if (error.cause instanceof OperationError && error.code === "SERVICE_UNAVAILABLE") return;
  log.error("A call failed", { ...serviceOf(path), procedure: path, error: error.cause ?? error });
}

/** The field by which lines of one capability are found. */
function serviceOf(procedure: string | undefined): { service?: string } {
  const router = procedure?.split(".")[0];
  return router === undefined || !(router in contract) ? {} : { service: router };
}
