import { timingSafeEqual } from "node:crypto";
import type { Secret } from "../platform/secret.ts";
import type { HttpAppDeps } from "./app.ts";

type Answer = (request: Request) => Response | Promise<Response>;

/** What machines ask: whether the process lives, whether it wants requests, how its parts are, its metrics. */
export function probes(deps: HttpAppDeps): Record<string, Answer> {
  return {
    "/livez": () => new Response("ok"),
    "/readyz": async () =>
      (await deps.health.isReady()) ? new Response("ready") : new Response("not ready", { status: 503 }),
    "/metrics": (request) => serveMetrics(deps, request),
    "/api/v1/health": () => serveHealth(deps),
    "/api/v1/health/": () => serveHealth(deps),
    "/api/v1/einvoice/health": () => serveEinvoiceHealth(deps),
  };
}

async function serveHealth(deps: HttpAppDeps): Promise<Response> {
  const report = await deps.health.report();
  return Response.json(report, { status: report.status === "unhealthy" ? 503 : 200 });
}

async function serveEinvoiceHealth(deps: HttpAppDeps): Promise<Response> {
  const report = await deps.health.report();
  const part = report.services.einvoice ?? { status: "unhealthy" };
  return Response.json(part, { status: report.status === "unhealthy" ? 503 : 200 });
}

async function serveMetrics(deps: HttpAppDeps, request: Request): Promise<Response> {
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
