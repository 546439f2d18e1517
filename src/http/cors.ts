/** Lets a page of an allowed origin read the answer. */
export function setCorsHeaders(headers: Headers, origin: string | null, allowed: string[]): void {
  if (origin === null || !allowed.includes(origin)) return;
  headers.set("access-control-allow-origin", origin);
  headers.append("vary", "origin");
  headers.set("access-control-expose-headers", "x-request-id, retry-after");
  headers.set("cross-origin-resource-policy", "cross-origin");
}

/** The answer to a browser that asks before it calls. */
export function preflight(request: Request, allowed: string[]): Response {
  const origin = request.headers.get("origin");
  if (origin === null || !allowed.includes(origin)) return new Response(null, { status: 204 });
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers":
        "authorization, content-type, x-request-id, traceparent, x-gateway-contract, x-gateway-stream",
      "access-control-max-age": "600",
    },
  });
}
