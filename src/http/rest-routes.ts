import type { HttpAppDeps } from "./app.ts";
import type { Doors } from "./doors.ts";
import { toTrpcError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { createRequestContext } from "./request-context.ts";
import { type RestEndpoint, restEndpoints, restError } from "./rest.ts";
import { logFailure } from "./trpc.ts";

/** Adds the REST routes of the contract. The route of health answers by its own status and is added with the probes. */
export function addRestRoutes(doors: Doors, deps: HttpAppDeps): void {
  for (const endpoint of restEndpoints(deps.procedures)) {
    if (endpoint.procedure !== "system.health") addRestRoute(doors, deps, endpoint);
  }
}

function addRestRoute(doors: Doors, deps: HttpAppDeps, endpoint: RestEndpoint): void {
  doors.add(endpoint.method, `/api/v1${endpoint.path}`, async (request, exchange, params) => {
    exchange.route = endpoint.procedure;
    const started = performance.now();
    const response = await serveRest(deps, endpoint, request, params, exchange);
    deps.metrics.observe(endpoint.procedure, response.status, performance.now() - started);
    return response;
  });
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
    return Response.json(await endpoint.call(context, { params, address: request.url, body: () => request.text() }));
  } catch (error) {
    const response = restError(error, context, endpoint.procedure);
    if (response.status >= 500) logFailure(context.log, toTrpcError(error), endpoint.procedure);
    return response;
  }
}
