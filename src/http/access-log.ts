import { contract } from "@luckygas/gateway-client";
import type { Log } from "../platform/log.ts";
import type { Caller } from "../platform/rpc.ts";

/** What is learned about a request while it is served; the access line is made of it. */
export interface RequestInfo {
  requestId: string;
  /** Template of the address or name of the procedure, from a closed set: never the address itself, which may hold a token. */
  route: string;
  remoteAddress: string | undefined;
  /** Fields that join the line to its trace. */
  trace: Record<string, string | boolean>;
  caller?: Caller;
}

/** Asked every few seconds by machines; told only at DEBUG. */
const quietRoutes = new Set(["/livez", "/readyz", "/metrics", "/api/v1/health"]);

/** One line per request in Cloud Logging's `httpRequest` form: no query, no body, no header, no address of a person. */
export function logAccess(log: Log, info: RequestInfo, method: string, status: number, durationMs: number): void {
  const { requestId, route, caller, trace } = info;
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
