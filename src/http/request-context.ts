import type { Authenticator, TokenProblem } from "../platform/auth.ts";
import type { Log } from "../platform/log.ts";
import type { Caller } from "../platform/rpc.ts";
import type { Exchange } from "./exchange.ts";

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
export interface RequestContextDeps {
  authenticator: Authenticator;
  log: Log;
}

/** Finds the caller of a request and notes it for the access line. A request without one may call what is public. */
export async function createRequestContext(
  request: Request,
  exchange: Exchange,
  deps: RequestContextDeps,
): Promise<RequestContext> {
  const { requestId, trace } = exchange;
  const { caller, tokenProblem } = await callerOf(request.headers, deps.authenticator);
  if (caller) exchange.caller = caller;
  const log = deps.log.child({ request_id: requestId, ...trace });
  return { caller, tokenProblem, requestId, log, readsAtEnd: request.headers.get("x-gateway-stream") === "poll" };
}

async function callerOf(
  headers: Headers,
  authenticator: Authenticator,
): Promise<Pick<RequestContext, "caller" | "tokenProblem">> {
  const header = headers.get("authorization");
  if (header === null) return { caller: undefined, tokenProblem: "missing" };
  const token = BEARER.exec(header)?.[1];
  const result = token === undefined ? "malformed" : await authenticator.authenticate(token);
  return typeof result === "string"
    ? { caller: undefined, tokenProblem: result }
    : { caller: result, tokenProblem: undefined };
}
