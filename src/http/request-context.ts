import type { Authenticator, TokenProblem } from "../platform/auth.ts";
import type { Log } from "../platform/log.ts";
import type { Caller } from "../platform/rpc.ts";

/** What is known of a request before any procedure runs. */
export interface RequestContext {
  caller: Caller | undefined;
  /** Why there is no caller. */
  tokenProblem: TokenProblem | "missing" | undefined;
  requestId: string;
  log: Log;
  /** The caller gets a stream only when it has ended, so it must end soon (header `x-gateway-stream: poll`). */
  readsAtEnd: boolean;
}

const BEARER = /^Bearer ([\w.~+/=-]{1,4096})$/i;
const REQUEST_ID = /^[\w-]{8,64}$/;
const TRACE_PARENT = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/;
/** Google's own header: `TRACE_ID/SPAN_ID;o=OPTIONS`, the span in decimal. */
const CLOUD_TRACE = /^([\da-f]{32})(?:\/(\d{1,20}))?(?:;o=([01]))?$/i;

/**
 * The fields by which Cloud Logging joins a line to its trace, from `traceparent` (W3C Trace Context) or
 * `X-Cloud-Trace-Context`. With a project the trace has its full name.
 */
export function traceFields(headers: Headers, projectId: string | undefined): Record<string, string | boolean> {
  const w3c = TRACE_PARENT.exec(headers.get("traceparent") ?? "");
  const cloud = w3c ? null : CLOUD_TRACE.exec(headers.get("x-cloud-trace-context") ?? "");
  const trace = w3c?.[1] ?? cloud?.[1]?.toLowerCase();
  if (!trace) return {};
  const span = w3c?.[2] ?? (cloud?.[2] && BigInt(cloud[2]).toString(16).padStart(16, "0").slice(-16));
  const sampled = w3c?.[3] === undefined ? cloud?.[3] === "1" : (Number.parseInt(w3c[3], 16) & 1) === 1;
  return {
    "logging.googleapis.com/trace": projectId ? `projects/${projectId}/traces/${trace}` : trace,
    ...(span && { "logging.googleapis.com/spanId": span }),
    "logging.googleapis.com/trace_sampled": sampled,
  };
}

/** The caller's own request id where it is harmless, else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

export async function createRequestContext(
  request: Request,
  requestId: string,
  deps: { authenticator: Authenticator; log: Log; gcpProjectId?: string | undefined },
): Promise<RequestContext> {
  const log = deps.log.child({ request_id: requestId, ...traceFields(request.headers, deps.gcpProjectId) });
  const readsAtEnd = request.headers.get("x-gateway-stream") === "poll";
  const known = { requestId, log, readsAtEnd };
  const header = request.headers.get("authorization");
  if (header === null) return { ...known, caller: undefined, tokenProblem: "missing" };
  const token = BEARER.exec(header)?.[1];
  const result = token === undefined ? "malformed" : await deps.authenticator.authenticate(token);
  if (typeof result === "string") return { ...known, caller: undefined, tokenProblem: result };
  return { ...known, caller: result, tokenProblem: undefined };
}
