import type { Elysia } from "elysia";
import type { WebhookHandler } from "../platform/webhook.ts";
import type { HttpAppDeps } from "./app.ts";
import type { Exchange, Exchanges } from "./exchange.ts";

/** Takers of delivery receipts, by provider. */
export type SmsWebhooks = Readonly<Record<string, WebhookHandler>>;

export const WEBHOOK_PATH = "/api/v1/webhooks/";

interface Received {
  request: Request;
  /** A route without parameters has none at all. */
  params: Record<string, string> | undefined;
}

/** Adds the routes to which the SMS companies deliver receipts. Some sign their requests, the others know a secret path: each connector judges. */
export function addWebhookRoutes(app: Elysia, deps: HttpAppDeps, exchanges: Exchanges): void {
  const serve = (provider: string) => async (received: Received) => {
    const exchange = exchanges.of(received.request);
    exchange.route = `webhook.${provider}`;
    const started = performance.now();
    const response = await serveWebhook(deps, provider, received, exchange);
    deps.metrics.observe(exchange.route, response.status, performance.now() - started);
    return response;
  };
  for (const provider of Object.keys(deps.webhooks)) {
    app.get(`${WEBHOOK_PATH}sms/${provider}/:token`, serve(provider), { parse: "none" });
    app.post(`${WEBHOOK_PATH}sms/${provider}/:token`, serve(provider), { parse: "none" });
    app.post(`${WEBHOOK_PATH}sms/${provider}`, serve(provider), { parse: "none" });
  }
}

/** The address is rebuilt from configuration: behind a proxy the request's own host and scheme prove nothing. */
async function serveWebhook(
  deps: HttpAppDeps,
  provider: string,
  { request, params }: Received,
  exchange: Exchange,
): Promise<Response> {
  const take = deps.webhooks[provider];
  if (!take) return new Response("no such provider", { status: 404 });
  const { pathname, search } = new URL(request.url);
  const reply = await take({
    method: request.method === "POST" ? "POST" : "GET",
    url: new URL(`${deps.publicBaseUrl}${pathname}${search}`),
    headers: request.headers,
    body: request.method === "POST" ? await request.text() : "",
    token: params?.token,
    remoteAddress: exchange.remoteAddress(),
  });
  return new Response(reply.body, { status: reply.status, headers: reply.headers });
}
