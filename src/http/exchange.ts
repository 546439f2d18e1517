import type { Caller } from "../platform/rpc.ts";
import { requestIdOf, traceFields } from "./request-ids.ts";

/** What is learned about a request while it is served; its access line is made of it. */
export interface Exchange {
  readonly requestId: string;
  /** Path of the address as it was sent, without the query. */
  readonly path: string;
  /** Template of the address or name of the procedure, from a closed set: never the address itself, which may hold a token. */
  route: string;
  /** Asked for by the few routes that need it: finding it costs more than the rest of this. */
  remoteAddress(): string | undefined;
  /** Fields that join log lines to their trace. */
  readonly trace: Record<string, string | boolean>;
  caller?: Caller;
}

export function createExchange(
  request: Request,
  remoteAddress: () => string | undefined,
  gcpProjectId: string | undefined,
): Exchange {
  return {
    requestId: requestIdOf(request.headers),
    path: pathOf(request.url),
    route: "(unknown)",
    remoteAddress,
    trace: traceFields(request.headers, gcpProjectId),
  };
}

/** A server's request has an absolute and normalised address, so its path needs no parser. */
function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("//") + 2);
  const end = url.indexOf("?", start);
  return end === -1 ? url.slice(start) : url.slice(start, end);
}

/** Requests that are being served, and what is known of each. */
export interface Exchanges {
  of(request: Request): Exchange;
  set(request: Request, exchange: Exchange): void;
}

export function createExchanges(): Exchanges {
  const known = new WeakMap<Request, Exchange>();
  return {
    of: (request) => {
      const exchange = known.get(request);
      if (!exchange) throw new Error("a request reached a route without its exchange");
      return exchange;
    },
    set: (request, exchange) => known.set(request, exchange),
  };
}
