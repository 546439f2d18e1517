import { contract } from "@luckygas/gateway-client";
import { Elysia } from "elysia";
import type { Registry } from "prom-client";
import type { Authenticator } from "../platform/auth.ts";
import { OperationError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Secret } from "../platform/secret.ts";
import { logAccess } from "./access-log.ts";
import { limitBody, REQUEST_BODY_BYTES_MAX, WEBHOOK_BODY_BYTES_MAX } from "./body-limit.ts";
import { createConsole } from "./console.ts";
import { preflight, setCorsHeaders } from "./cors.ts";
import { createDoors } from "./doors.ts";
import { createExchange, createExchanges, type Exchange, type Exchanges } from "./exchange.ts";
import type { Health } from "./health.ts";
import type { HttpMetrics } from "./metrics.ts";
import { createDocumentation } from "./openapi.ts";
import { probes } from "./probes.ts";
import type { Procedures } from "./procedures.ts";
import { restError } from "./rest.ts";
import { addRestRoutes } from "./rest-routes.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { createTrpcDoor } from "./trpc.ts";
import { addWebhookRoutes, type SmsWebhooks, WEBHOOK_PATH } from "./webhooks.ts";

export interface HttpAppDeps {
  procedures: Procedures;
  authenticator: Authenticator;
  webhooks: SmsWebhooks;
  health: Health;
  registry: Registry;
  metrics: HttpMetrics;
  log: Log;
  metricsToken: Secret | undefined;
  corsOrigins: string[];
  publicBaseUrl: string;
  /** Gives traces their full name. */
  gcpProjectId?: string | undefined;
}

export type HttpApp = (request: Request, remoteAddress?: () => string | undefined) => Promise<Response>;

/** The whole HTTP surface as a function; the server and the tests drive the same one. `extend` may add hooks before the routes. */
export function createHttpApp(deps: HttpAppDeps, extend?: (app: Elysia) => void): HttpApp {
  const exchanges = createExchanges();
  // Routes are added one by one, not chained: nothing here needs Elysia's own route types.
  const app = new Elysia();
  extend?.(app);
  addRoutes(app, deps, exchanges);
  const doors = createDoors();
  addWebhookRoutes(doors, deps);
  addRestRoutes(doors, deps);

  async function answer(request: Request, exchange: Exchange): Promise<Response> {
    try {
      const isWebhook = exchange.path.startsWith(WEBHOOK_PATH);
      const limited = await limitBody(request, isWebhook ? WEBHOOK_BODY_BYTES_MAX : REQUEST_BODY_BYTES_MAX);
      const entered = doors.enter(limited, exchange);
      if (entered) return await entered;
      exchanges.set(limited, exchange);
      return await app.handle(limited);
    } catch (error) {
      return failure(deps.log, error, exchange);
    }
  }

  return async (request, remoteAddress = () => undefined) => {
    const started = performance.now();
    const exchange = createExchange(request, remoteAddress, deps.gcpProjectId);
    const response = await answer(request, exchange);
    response.headers.set("x-request-id", exchange.requestId);
    setSecurityHeaders(response.headers, { https: deps.publicBaseUrl.startsWith("https:") });
    setCorsHeaders(response.headers, request.headers.get("origin"), deps.corsOrigins);
    logAccess(deps.log, exchange, request.method, response.status, performance.now() - started);
    return response;
  };
}

/** An error outside any procedure. A body over the limit has a status of its own, for proxies and plain HTTP clients. */
function failure(log: Log, error: unknown, { requestId, path }: Exchange): Response {
  const tooLarge = error instanceof OperationError && error.options.reason === "body_too_large";
  if (!(error instanceof OperationError)) log.error("A request failed", { error, request_id: requestId });
  const response = restError(error, { requestId }, path);
  return tooLarge ? new Response(response.body, { status: 413, headers: response.headers }) : response;
}

function addRoutes(app: Elysia, deps: HttpAppDeps, exchanges: Exchanges): void {
  app.onError(({ request, error, code }) => {
    const exchange = exchanges.of(request);
    if (code !== "NOT_FOUND") return failure(deps.log, error, exchange);
    return restError(
      new OperationError("not_found", "no such address; see /api/v1 and /trpc"),
      exchange,
      exchange.path,
    );
  });
  const trpc = createTrpcDoor(deps);
  // `parse: "none"`: the adapter reads the body itself; a body read by anyone before it would fail the call.
  app.all("/trpc/*", ({ request }) => trpc(request, exchanges.of(request)), { parse: "none" });
  const answering = (route: string, answer: (request: Request) => Response | Promise<Response>) => {
    return ({ request }: { request: Request }) => {
      exchanges.of(request).route = route;
      return answer(request);
    };
  };
  app.options(
    "*",
    answering("(preflight)", (request) => preflight(request, deps.corsOrigins)),
  );
  for (const [route, answer] of Object.entries(probes(deps))) app.get(route, answering(route, answer));
  const documentation = createDocumentation(contract, { serverUrl: deps.publicBaseUrl });
  app.get("/api/v1/openapi.json", answering("/api/v1/openapi.json", documentation.document));
  app.get("/docs", answering("/docs", documentation.page));
  const page = createConsole();
  for (const path of ["/console", "/console/*"]) app.get(path, answering("/console", page.answer));
}
