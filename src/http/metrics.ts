import { Counter, Histogram, type Registry } from "prom-client";

export interface HttpMetrics {
  /** One answered request; `route` is a procedure's name, `trpc` or `webhook.<provider>`: a closed set. */
  observe(route: string, status: number, durationMs: number): void;
}

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const requests = new Counter({
    name: "http_requests_total",
    help: "Answered HTTP requests.",
    labelNames: ["route", "status"] as const,
    registers: [registry],
  });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "Time from the request to the answer.",
    labelNames: ["route"] as const,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return {
    observe: (route, status, durationMs) => {
      requests.inc({ route, status: String(status) });
      duration.observe({ route }, durationMs / 1000);
    },
  };
}
