import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { YAML } from "bun";
import { z } from "zod";
import { describeWith } from "../../support/real-parts.ts";
import { problemsOf, registeredMetrics, seriesOf } from "./registered-metrics.ts";

const folder = join(import.meta.dir, "../../../scripts/deploy");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(["critical", "warning"]) }),
          annotations: z.object({ summary: z.string(), action: z.string() }),
        }),
      ),
    }),
  ),
});
const testsSchema = z.object({ tests: z.array(z.object({ name: z.string() })) });
const dashboardSchema = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

const alerts = rulesSchema.parse(YAML.parse(read("prometheus-alerts.yml"))).groups.flatMap(({ rules }) => rules);
const metrics = registeredMetrics();

describe("alert rules", () => {
  for (const { alert, expr } of alerts) {
    test(`${alert} reads metrics that there are`, () => {
      expect(seriesOf(expr).length).toBeGreaterThan(0);
      expect(problemsOf(expr, metrics)).toEqual([]);
    });
  }

  test("the guide's three stand as it gives them", () => {
    const byName = new Map(alerts.map(({ alert, expr }) => [alert, expr]));
    expect(byName.get("EInvoiceAPIDown")).toBe("einvoice_circuit_breaker_state > 0");
    expect(byName.get("BankingSFTPFailureRate")).toBe("rate(banking_sftp_failures_total[5m]) > 0.1");
    expect(byName.get("SMSProviderUnhealthy")).toBe("sms_provider_health == 0");
  });

  test("each is tried once firing and once quiet", () => {
    const names = testsSchema.parse(YAML.parse(read("prometheus-alerts.test.yml"))).tests.map(({ name }) => name);
    for (const { alert } of alerts) {
      expect(names).toContain(`${alert} fires`);
      expect(names).toContain(`${alert} stays quiet`);
    }
  });

  test("a name that there is not is found", () => {
    expect(problemsOf('sum(rate(http_requests_total{statuss="500"}[5m])) / no_such_metric', metrics)).toEqual([
      "http_requests_total has no label statuss",
      "no metric no_such_metric",
    ]);
  });
});

describe("the dashboard", () => {
  const { panels } = dashboardSchema.parse(JSON.parse(read("grafana-dashboard.json")));
  for (const { title, targets } of panels) {
    test(`"${title}" reads metrics that there are`, () => {
      for (const { expr } of targets) {
        expect(seriesOf(expr).length).toBeGreaterThan(0);
        expect(problemsOf(expr, metrics)).toEqual([]);
      }
    });
  }

  test("shows every metric of the three capabilities", () => {
    const shown = new Set(
      panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => seriesOf(expr).map(({ name }) => name))),
    );
    const bases = new Set([...shown].map((name) => name.replace(/_(bucket|sum|count)$/, "")));
    const fixed = [...metrics.keys()].filter((name) =>
      /^(einvoice_(requests|request|circuit|success)|banking_sftp|banking_file_transfers|banking_transfer|banking_reconciliation|sms_messages|sms_message_cost|sms_provider)/.test(
        name,
      ),
    );
    expect(fixed.length).toBeGreaterThanOrEqual(14);
    expect(fixed.filter((name) => !shown.has(name) && !bases.has(name))).toEqual([]);
  });
});

describeWith(["promtool"], "promtool", () => {
  const promtool = (...args: string[]) => {
    const run = Bun.spawnSync(["promtool", ...args], { cwd: folder });
    return { code: run.exitCode, said: run.stdout.toString() + run.stderr.toString() };
  };
  test("finds the rules well-formed", () => {
    expect(promtool("check", "rules", "prometheus-alerts.yml")).toMatchObject({ code: 0 });
  });
  test("sees each alert fire when it should and keep quiet when it should", () => {
    const { code, said } = promtool("test", "rules", "prometheus-alerts.test.yml");
    expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
  });
});
