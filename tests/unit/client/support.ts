import { createGatewayClient, type GatewayClientOptions, type GatewayFetch } from "@luckygas/gateway-client";
import type { HttpApp } from "../../../src/http/app.ts";

/** A client that waits no time between its tries, unless told to. */
export const clientOf = (fetch: GatewayFetch, options: Partial<GatewayClientOptions> = {}) =>
  createGatewayClient({
    url: "https://gateway.example.tw",
    token: "token-0001",
    fetch,
    ...options,
    retry: { delayMs: 0, ...options.retry },
  });

/** The HTTP surface in this process, as a `fetch`. */
export const fetchOf =
  (app: HttpApp): GatewayFetch =>
  (url, init) =>
    app(new Request(url, init));

export interface SentRequest {
  method: string | undefined;
  url: URL;
  headers: Headers;
  body: unknown;
  signal: AbortSignal | null | undefined;
}

/** One step of a scripted party: what is answered, or thrown, to one request. */
export type Step = (request: SentRequest) => Response | Promise<Response>;

/** A `fetch` that takes one step per request and stays with the last one. `sent` holds every request made. */
export function scriptedFetch(...steps: Step[]): { fetch: GatewayFetch; sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  return {
    sent,
    fetch: async (url, init) => {
      const request = {
        method: init.method,
        url: new URL(url),
        headers: new Headers(init.headers),
        body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
        signal: init.signal,
      };
      const step = steps[sent.length] ?? steps.at(-1);
      sent.push(request);
      if (!step) throw new Error("no step is left");
      return step(request);
    },
  };
}

/** Every call of the batch is answered with this. */
export const answer =
  (data: unknown): Step =>
  ({ url }) =>
    Response.json(callsOf(url).map(() => ({ result: { data } })));

/** Every call of the batch is answered with this error of the gateway. */
export const refusal =
  (gateway: object, httpStatus: number, headers: Record<string, string> = {}): Step =>
  ({ url }) => {
    const data = { code: "X", httpStatus, gateway: { requestId: "request-0001", ...gateway } };
    const items = callsOf(url).map(() => ({ error: { code: -32_603, message: "refused", data } }));
    return Response.json(items, { status: httpStatus, headers });
  };

export const brokenNetwork: Step = () => {
  throw new TypeError("fetch failed");
};

/** The connection breaks after half of the answer. */
export const brokenAnswer: Step = () =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('[{"result":'));
        controller.error(new TypeError("terminated"));
      },
    }),
  );

export const proxyPage =
  (status: number, headers: Record<string, string> = {}): Step =>
  () =>
    new Response("<html>upstream connect error</html>", { status, headers });

/** Answers never; ends only by the request's abort. */
export const silence: Step = ({ signal }) =>
  new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

export const callsOf = (url: URL) => url.pathname.replace("/trpc/", "").split(",");

/** What a promise is rejected with; fails where it is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("the call was answered");
}
