import type { WebhookHandler } from "../platform/webhook.ts";
import type { HttpAppDeps } from "./app.ts";
import type { Doors, Serve } from "./doors.ts";
import type { Exchange } from "./exchange.ts";

/** Takers of delivery receipts, by provider. */
export type SmsWebhooks = Readonly<Record<string, WebhookHandler>>;

export const WEBHOOK_PATH = "/api/v1/webhooks/";

/** Adds the routes to which the SMS companies deliver receipts. Some sign their requests, the others know a secret path: each connector judges. */
export function addWebhookRoutes(doors: Doors, deps: HttpAppDeps): void {
  for (const [provider, take] of Object.entries(deps.webhooks)) {
    const route = `webhook.${provider}`;
    const serve: Serve = async (request, exchange, params) => {
      exchange.route = route;
      const started = performance.now();
      const response = await serveWebhook(take, deps.publicBaseUrl, request, params.token, exchange);
      deps.metrics.observe(route, response.status, performance.now() - started);
      return response;
    };
    doors.add("GET", `${WEBHOOK_PATH}sms/${provider}/:token`, serve);
    doors.add("POST", `${WEBHOOK_PATH}sms/${provider}/:token`, serve);
    doors.add("POST", `${WEBHOOK_PATH}sms/${provider}`, serve);
  }
}

/** The address is rebuilt from configuration: behind a proxy the request's own host and scheme prove nothing. */
async function serveWebhook(
  take: WebhookHandler,
  publicBaseUrl: string,
  request: Request,
  token: string | undefined,
  exchange: Exchange,
): Promise<Response> {
  const query = request.url.indexOf("?");
  const reply = await take({
    // Finding it costs more than the rest of this, and it is asked for only where a list of addresses is kept.
    get remoteAddress() {
      return exchange.remoteAddress();
    },
    method: request.method === "POST" ? "POST" : "GET",
    url: new URL(`${publicBaseUrl}${exchange.path}${query === -1 ? "" : request.url.slice(query)}`),
    headers: request.headers,
    body: request.method === "POST" ? await request.text() : "",
    token,
  });
  return new Response(reply.body, { status: reply.status, headers: reply.headers });
}
