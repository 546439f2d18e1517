import { timingSafeEqual } from "node:crypto";
import { type AppRouter, contract } from "@luckygas/gateway-client";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { Elysia } from "elysia";
import type { Registry } from "prom-client";
import type { Authenticator } from "../platform/auth.ts";
import { systemClock } from "../platform/clock.ts";
import { OperationError } from "../platform/errors.ts";
import type { Log } from "../platform/log.ts";
import type { Secret } from "../platform/secret.ts";
import type { WebhookHandler } from "../platform/webhook.ts";
import { logAccess, type RequestInfo, trpcRoute } from "./access-log.ts";
import { limitBody, REQUEST_BODY_BYTES_MAX, WEBHOOK_BODY_BYTES_MAX } from "./body-limit.ts";
import { createConsole } from "./console.ts";
import { retryAfterOf, toTrpcError } from "./errors.ts";
import type { Health } from "./health.ts";
import type { HttpMetrics } from "./metrics.ts";
import { createDocumentation } from "./openapi.ts";
import { createRequestContext, type RequestContext, requestIdOf, traceFields } from "./request-context.ts";
import { type RestEndpoint, restEndpoints, restError } from "./rest.ts";
import { setSecurityHeaders } from "./security-headers.ts";

/** Calls in one tRPC batch at most; the typed client keeps to it. */
const BATCH_CALLS_MAX = 20;
/** Quiet connections are closed after this; a live stream pings more often. */
const IDLE_SECONDS = 60;

/** Takers of delivery receipts, by provider. */
export type SmsWebhooks = Readonly<Record<string, WebhookHandler>>;

export interface HttpServerDeps {
  router: AppRouter;
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

export interface HttpServer {
  /** Bound address, e.g. `http://127.0.0.1:8080`. */
  url: string;
  /** From now on every answer asks its client to connect anew, which leads it to another process. */
  startDraining(): void;
  /** Stops accepting and waits for the requests in flight; what has not ended after `msMax` is cut off. */
  stop(msMax: number): Promise<void>;
}

export function startHttpServer(deps: HttpServerDeps, listen: { host: string; port: number }): HttpServer {
  const app = createHttpApp(deps);
  let draining = false;
  const server = Bun.serve({
    hostname: listen.host,
    port: listen.port,
    idleTimeout: IDLE_SECONDS,
    // A backstop only: `limitBody` answers with the documented error long before.
    maxRequestBodySize: 8 * REQUEST_BODY_BYTES_MAX,
    fetch: async (request, bun) => {
      const response = await app(request, bun.requestIP(request)?.address);
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

export type HttpApp = (request: Request, remoteAddress?: string) => Promise<Response>;

/** What is known of each request while it is served. */
type Infos = WeakMap<Request, RequestInfo>;

const WEBHOOK_PATH = "/api/v1/webhooks/";

/** The whole HTTP surface as a function; the server and the tests drive the same one. `extend` may add hooks before the routes. */
export function createHttpApp(deps: HttpServerDeps, extend?: (app: Elysia) => void): HttpApp {
  const infos: Infos = new WeakMap();
  // Routes are added one by one, not chained: nothing here needs Elysia's own route types.
  const elysia = new Elysia();
  extend?.(elysia);
  const app = routes(elysia, deps, infos);
  return async (request, remoteAddress) => {
    const started = performance.now();
    const requestId = requestIdOf(request);
    const path = new URL(request.url).pathname;
    const trace = traceFields(request.headers, deps.gcpProjectId);
    const info: RequestInfo = { requestId, route: "(unknown)", remoteAddress, trace };
    const served = (response: Response) => {
      finish(deps, request, requestId, response);
      logAccess(deps.log, info, request.method, response.status, performance.now() - started);
      return response;
    };
    try {
      const bytesMax = path.startsWith(WEBHOOK_PATH) ? WEBHOOK_BODY_BYTES_MAX : REQUEST_BODY_BYTES_MAX;
      const limited = await limitBody(request, bytesMax);
      limited.headers.set("x-request-id", requestId);
      infos.set(limited, info);
      return served(await app.handle(limited));
    } catch (error) {
      return served(failure(deps, error, requestId, path));
    }
  };
}

/** An error outside any procedure. A body over the limit has a status of its own, for proxies and plain HTTP clients. */
function failure(deps: HttpServerDeps, error: unknown, requestId: string, path: string): Response {
  const tooLarge = error instanceof OperationError && error.options.reason === "body_too_large";
  if (!(error instanceof OperationError)) deps.log.error("A request failed", { error, request_id: requestId });
  const response = restError(error, { requestId }, path);
  return tooLarge ? new Response(response.body, { status: 413, headers: response.headers }) : response;
}

function finish(deps: HttpServerDeps, request: Request, requestId: string, response: Response): void {
  response.headers.set("x-request-id", requestId);
  setSecurityHeaders(response.headers, { https: deps.publicBaseUrl.startsWith("https:") });
  const origin = request.headers.get("origin");
  if (origin !== null && deps.corsOrigins.includes(origin)) {
    response.headers.set("access-control-allow-origin", origin);
    response.headers.append("vary", "origin");
    response.headers.set("access-control-expose-headers", "x-request-id, retry-after");
    response.headers.set("cross-origin-resource-policy", "cross-origin");
  }
}

/** The context of a call, and what it tells the access line. */
async function contextOf(deps: HttpServerDeps, request: Request, infos: Infos): Promise<RequestContext> {
  const context = await createRequestContext(request, requestIdOf(request), deps);
  const info = infos.get(request);
  if (info && context.caller) info.caller = context.caller;
  return context;
}

/** Notes which route a request took. */
function takeRoute(infos: Infos, request: Request, route: string): void {
  const info = infos.get(request);
  if (info) info.route = route;
}

function routes(app: Elysia, deps: HttpServerDeps, infos: Infos): Elysia {
  const documentation = createDocumentation(contract, { serverUrl: deps.publicBaseUrl });
  app.onError(({ request, error, code }) => {
    const requestId = requestIdOf(request);
    const path = new URL(request.url).pathname;
    if (code !== "NOT_FOUND") return failure(deps, error, requestId, path);
    return restError(new OperationError("not_found", "no such address; see /api/v1 and /trpc"), { requestId }, path);
  });
  // `parse: "none"`: the adapter reads the body itself; a body read by anyone before it would fail the call.
  app.all("/trpc/*", ({ request }) => serveTrpc(deps, request, infos), { parse: "none" });
  app.options("*", ({ request }) => {
    takeRoute(infos, request, "(preflight)");
    return preflight(deps, request);
  });
  const get = (path: string, route: string, answer: (request: Request) => Response | Promise<Response>) =>
    app.get(path, ({ request }) => {
      takeRoute(infos, request, route);
      return answer(request);
    });
  get("/livez", "/livez", () => new Response("ok"));
  get("/readyz", "/readyz", async () => {
    if (await deps.health.isReady()) return new Response("ready");
    return new Response("not ready", { status: 503 });
  });
  get("/metrics", "/metrics", (request) => serveMetrics(deps, request));
  get("/api/v1/health", "/api/v1/health", () => serveHealth(deps));
  get("/api/v1/health/", "/api/v1/health", () => serveHealth(deps));
  get("/api/v1/einvoice/health", "/api/v1/einvoice/health", async () => {
    const report = await deps.health.report();
    const part = report.services.einvoice ?? { status: "unhealthy" };
    return Response.json(part, { status: report.status === "unhealthy" ? 503 : 200 });
  });
  get("/api/v1/openapi.json", "/api/v1/openapi.json", () => documentation.document());
  get("/docs", "/docs", () => documentation.page());
  const consolePage = createConsole();
  get("/console", "/console", (request) => consolePage.answer(request));
  get("/console/*", "/console", (request) => consolePage.answer(request));
  addWebhooks(app, deps, infos);
  for (const endpoint of restEndpoints(deps.router)) addRest(app, deps, endpoint, infos);
  return app;
}

async function serveTrpc(deps: HttpServerDeps, request: Request, infos: Infos): Promise<Response> {
  takeRoute(infos, request, trpcRoute(new URL(request.url).pathname));
  const context = await contextOf(deps, request, infos);
  const started = performance.now();
  const response = await fetchRequestHandler({
    endpoint: "/trpc",
    req: request,
    router: deps.router,
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
function logFailure(
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

function addRest(app: Elysia, deps: HttpServerDeps, endpoint: RestEndpoint, infos: Infos): void {
  const handle = async ({ request, params }: { request: Request; params: Record<string, string> }) => {
    const started = performance.now();
    takeRoute(infos, request, endpoint.procedure);
    const response = await serveRest(deps, endpoint, { request, params, infos });
    deps.metrics.observe(endpoint.procedure, response.status, performance.now() - started);
    return response;
  };
  const path = `/api/v1${endpoint.path}`;
  // The health route answers by its own status; it is added above.
  if (endpoint.procedure === "system.health") return;
  if (endpoint.method === "GET") app.get(path, handle, { parse: "none" });
  else app.post(path, handle, { parse: "none" });
}

async function serveRest(
  deps: HttpServerDeps,
  endpoint: RestEndpoint,
  { request, params, infos }: { request: Request; params: Record<string, string>; infos: Infos },
): Promise<Response> {
  const context = await contextOf(deps, request, infos);
  const url = new URL(request.url);
  try {
    const body = () => request.text();
    return Response.json(await endpoint.call(context, { params, query: url.searchParams, body }));
  } catch (error) {
    const response = restError(error, context, endpoint.procedure);
    if (response.status >= 500) logFailure(context.log, toTrpcError(error), endpoint.procedure);
    return response;
  }
}

async function serveHealth(deps: HttpServerDeps): Promise<Response> {
  const report = await deps.health.report();
  return Response.json(report, { status: report.status === "unhealthy" ? 503 : 200 });
}

async function serveMetrics(deps: HttpServerDeps, request: Request): Promise<Response> {
  if (deps.metricsToken && !bearerIs(request, deps.metricsToken)) {
    return new Response("a bearer token is needed", { status: 401, headers: { "www-authenticate": "Bearer" } });
  }
  return new Response(await deps.registry.metrics(), { headers: { "content-type": deps.registry.contentType } });
}

function bearerIs(request: Request, expected: Secret): boolean {
  const given = new TextEncoder().encode(request.headers.get("authorization") ?? "");
  const wanted = new TextEncoder().encode(`Bearer ${expected.reveal()}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function preflight(deps: HttpServerDeps, request: Request): Response {
  const origin = request.headers.get("origin");
  if (origin === null || !deps.corsOrigins.includes(origin)) return new Response(null, { status: 204 });
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers":
        "authorization, content-type, x-request-id, traceparent, x-gateway-contract, x-gateway-stream",
      "access-control-max-age": "600",
    },
  });
}

function addWebhooks(app: Elysia, deps: HttpServerDeps, infos: Infos): void {
  const serve = (name: string) => async (context: { request: Request; params: Record<string, string> }) => {
    const started = performance.now();
    takeRoute(infos, context.request, `webhook.${name}`);
    const response = await serveWebhook(deps, name, context, infos.get(context.request)?.remoteAddress);
    deps.metrics.observe(`webhook.${name}`, response.status, performance.now() - started);
    return response;
  };
  for (const name of ["every8d", "mitake"] as const) {
    app.get(`/api/v1/webhooks/sms/${name}/:token`, serve(name), { parse: "none" });
    app.post(`/api/v1/webhooks/sms/${name}/:token`, serve(name), { parse: "none" });
  }
  app.post("/api/v1/webhooks/sms/twilio", serve("twilio"), { parse: "none" });
}

/** The address is rebuilt from configuration: behind a proxy the request's own host and scheme prove nothing. */
async function serveWebhook(
  deps: HttpServerDeps,
  name: string,
  { request, params }: { request: Request; params: Record<string, string> | undefined },
  remoteAddress: string | undefined,
): Promise<Response> {
  const received = new URL(request.url);
  const take = deps.webhooks[name];
  if (!take) return new Response("no such provider", { status: 404 });
  const reply = await take({
    method: request.method === "POST" ? "POST" : "GET",
    url: new URL(`${deps.publicBaseUrl}${received.pathname}${received.search}`),
    headers: request.headers,
    body: request.method === "POST" ? await request.text() : "",
    // A route without parameters has none at all.
    token: params?.token,
    remoteAddress,
  });
  return new Response(reply.body, { status: reply.status, headers: reply.headers });
}
