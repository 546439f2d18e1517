import { contract } from "@luckygas/gateway-client";
import type { Log } from "../platform/log.ts";
import type { Exchange } from "./exchange.ts";

/** Asked every few seconds by machines; told only at DEBUG. */
const quietRoutes = new Set(["/livez", "/readyz", "/metrics", "/api/v1/health", "/api/v1/health/"]);

/** One line per request in Cloud Logging's `httpRequest` form: no query, no body, no header, no address of a person. */
export function logAccess(log: Log, exchange: Exchange, method: string, status: number, durationMs: number): void {
  const { requestId, route, caller, trace } = exchange;
  const fields = {
    httpRequest: { requestMethod: method, requestUrl: route, status, latency: `${(durationMs / 1000).toFixed(6)}s` },
    request_id: requestId,
    ...(caller && { subject: caller.subject, role: caller.role }),
    ...trace,
  };
  const message = `${method} ${route} ${status}`;
  if (quietRoutes.has(route)) log.debug(message, fields);
  else log.info(message, fields);
}

const NAMES_TOLD_MAX = 3;
const procedures = new Set(
  Object.entries(contract).flatMap(([router, map]) => Object.keys(map).map((name) => `${router}.${name}`)),
);

/** The procedures of a tRPC address, as far as they exist; a long batch is told by its first ones and its length. */
export function trpcRoute(pathname: string): string {
  const names = pathname.slice("/trpc/".length).split(",");
  const known = names.slice(0, NAMES_TOLD_MAX).map((name) => (procedures.has(name) ? name : "(unknown)"));
  const more = names.length > NAMES_TOLD_MAX ? ` and ${names.length - NAMES_TOLD_MAX} more` : "";
  return `/trpc/${known.join(",")}${more}`;
}
