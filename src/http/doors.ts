import { Memoirist } from "memoirist";
import type { Exchange } from "./exchange.ts";

/** Answers the requests of one route; `params` by the names in its path. */
export type Serve = (request: Request, exchange: Exchange, params: Record<string, string>) => Promise<Response>;

/**
 * Routes that are asked thousands of times a second: REST calls and receipts. They share Elysia's router but not its handling
 * of a request, which costs as much as all that the gateway itself does for a receipt.
 */
export interface Doors {
  /** `path` has its parameters as `:name`. A slash at the end makes no difference. */
  add(method: "GET" | "POST", path: string, serve: Serve): void;
  /** Answers a request whose route is here; `undefined` for any other. */
  enter(request: Request, exchange: Exchange): Promise<Response> | undefined;
}

export function createDoors(): Doors {
  const router = new Memoirist<Serve>({ onParam: decode });
  return {
    add: (method, path, serve) => {
      router.add(method, path, serve);
      if (!path.endsWith("/")) router.add(method, `${path}/`, serve);
    },
    enter: (request, exchange) => {
      const found = router.find(request.method, exchange.path);
      return found?.store(request, exchange, found.params);
    },
  };
}

/** What is no proper encoding stays as it came: it will fit no id. */
function decode(value: string): string {
  if (!value.includes("%")) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
