import { collectDefaultMetrics, Registry } from "prom-client";
import { createBankingMetrics } from "../../../src/banking/metrics.ts";
import { createEinvoiceMetrics } from "../../../src/einvoice/metrics.ts";
import { createHttpMetrics } from "../../../src/http/metrics.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { createSmsMetrics } from "../../../src/sms/metrics.ts";
import { createStateMetrics } from "../../../src/state-metrics.ts";

export interface RegisteredMetric {
  type: string;
  labels: readonly string[];
}

/** Every metric that the gateway registers, by its name. */
export function registeredMetrics(): Map<string, RegisteredMetric> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  createEinvoiceMetrics(registry, systemClock);
  createBankingMetrics(registry);
  createSmsMetrics(registry);
  createHttpMetrics(registry);
  // as: only the names are wanted; nothing is collected, so nothing is asked of these.
  createStateMetrics(registry, {} as Parameters<typeof createStateMetrics>[1]);
  return new Map(
    registry.getMetricsAsArray().map((metric) => {
      const labels = "labelNames" in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [];
      return [metric.name, { type: "type" in metric ? String(metric.type) : "", labels }];
    }),
  );
}

const SERIES = /([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?/g;
const words = new Set(["by", "on", "unless", "and", "or", "without", "ignoring", "le", "offset", "bool"]);

/** The series that a PromQL expression reads, with the labels it selects them by. Functions and groupings are not series. */
export function seriesOf(expression: string): { name: string; labels: string[] }[] {
  const bare = expression.replace(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, " ").replace(/\[[^\]]*\]/g, " ");
  return [...bare.matchAll(SERIES)].flatMap((match) => {
    const [whole, name = "", selector = ""] = match;
    const isCall = /^\s*\(/.test(bare.slice((match.index ?? 0) + whole.length));
    const isInsideSelector = /\{[^}]*$/.test(bare.slice(0, match.index));
    if (isCall || isInsideSelector || words.has(name)) return [];
    return [{ name, labels: [...selector.matchAll(/(\w+)\s*[=!]/g)].map((label) => label[1] ?? "") }];
  });
}

/** What is wrong with the series of an expression: unknown names, labels that the metric does not have. */
export function problemsOf(expression: string, metrics: Map<string, RegisteredMetric>): string[] {
  return seriesOf(expression).flatMap(({ name, labels }) => {
    const base = name.replace(/_(bucket|sum|count)$/, "");
    const metric = metrics.get(name) ?? metrics.get(base);
    if (!metric) return [`no metric ${name}`];
    return labels.filter((label) => !metric.labels.includes(label)).map((label) => `${name} has no label ${label}`);
  });
}
