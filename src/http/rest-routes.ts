import type { Elysia } from "elysia";
import type { HttpAppDeps } from "./app.ts";
import { toTrpcError } from "./errors.ts";
import type { Exchange, Exchanges } from "./exchange.ts";
import { createRequestContext } from "./request-context.ts";
import { type RestEndpoint, restEndpoints, restError } from "./rest.ts";
import { logFailure } from "./trpc.ts";

/** Adds the REST routes of the contract. The route of health answers by its own status and is added with the probes. */
export function addRestRoutes(app: Elysia, deps: HttpAppDeps, exchanges: Exchanges): void {
  for (const endpoint of restEndpoints(deps.router)) {
    if (endpoint.procedure !== "system.health") addRestRoute(app, deps, endpoint, exchanges);
  }
}

function addRestRoute(app: Elysia, deps: HttpAppDeps, endpoint: RestEndpoint, exchanges: Exchanges): void {
  const serve = async ({ request, params }: { request: Request; params: Record<string, string> }) => {
    const exchange = exchanges.of(request);
    exchange.route = endpoint.procedure;
    const started = performance.now();
    const response = await serveRest(deps, endpoint, request, params, exchange);
    deps.metrics.observe(endpoint.procedure, response.status, performance.now() - started);
    return response;
  };
  const path = `/api/v1${endpoint.path}`;
  if (endpoint.method === "GET") app.get(path, serve, { parse: "none" });
  else app.post(path, serve, { parse: "none" });
}

async function serveRest(
  deps: HttpAppDeps,
  endpoint: RestEndpoint,
  request: Request,
  params: Record<string, string>,
  exchange: Exchange,
): Promise<Response> {
  const context = await createRequestContext(request, exchange, deps);
  try {
    const query = new URL(request.url).searchParams;
    return Response.json(await endpoint.call(context, { params, query, body: () => request.text() }));
  } catch (error) {
    const response = restError(error, context, endpoint.procedure);
    if (response.status >= 500) logFailure(context.log, toTrpcError(error), endpoint.procedure);
    return response;
  }
}
