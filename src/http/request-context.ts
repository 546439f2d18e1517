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
}

const BEARER = /^Bearer ([\w.~+/=-]{1,4096})$/i;
const REQUEST_ID = /^[\w-]{8,64}$/;
const TRACE_PARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/;

/** The caller's own request id where it is harmless, else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get("x-request-id");
  return given !== null && REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

export async function createRequestContext(
  request: Request,
  requestId: string,
  deps: { authenticator: Authenticator; log: Log },
): Promise<RequestContext> {
  const trace = TRACE_PARENT.exec(request.headers.get("traceparent") ?? "")?.[1];
  const log = deps.log.child({ request_id: requestId, ...(trace && { "logging.googleapis.com/trace": trace }) });
  const header = request.headers.get("authorization");
  if (header === null) return { caller: undefined, tokenProblem: "missing", requestId, log };
  const token = BEARER.exec(header)?.[1];
  const result = token === undefined ? "malformed" : await deps.authenticator.authenticate(token);
  if (typeof result === "string") return { caller: undefined, tokenProblem: result, requestId, log };
  return { caller: result, tokenProblem: undefined, requestId, log };
}
