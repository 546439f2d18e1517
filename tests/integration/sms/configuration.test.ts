import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { Registry } from "prom-client";
import { OperationError } from "../../../src/platform/errors.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { SecretManagerError } from "../../../src/platform/secret-manager-errors.ts";
import type { SecretStore } from "../../../src/platform/secrets.ts";
import { connectorDefinitions } from "../../../src/sms/connectors/registry.ts";
import { createSmsMetrics } from "../../../src/sms/metrics.ts";
import { createProviders } from "../../../src/sms/providers.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf, type House, openHouse } from "./harness.ts";

setDefaultTimeout(60_000);

let house: House | undefined;
afterEach(async () => {
  await house?.close();
  house = undefined;
});

const provider = {
  provider: "every8d",
  priority: 100,
  rateLimit: 100,
  isActive: true,
  config: {},
};

describeWith(["postgres"], "providers are configured", () => {
  test("a row is written and used at once; bad settings are refused and change nothing", async () => {
    house = await openHouse({ deaf: true });
    const { gateway } = house;
    const context = contextOf(gateway.platform, { subject: "root", role: "super_admin" });
    const written = await gateway.sms.handlers.upsertProvider(
      { ...provider, priority: 7, costPerSegment: "0.85" },
      context,
    );
    expect(written).toMatchObject({
      priority: 7,
      rateLimitPerMinute: 100,
      costPerSegmentTwd: "0.85",
      status: "healthy",
    });
    await gateway.sms.handlers.upsertProvider({ ...provider, isActive: false }, context);
    await expect(gateway.send()).rejects.toMatchObject({ code: "provider_unavailable" });
    for (const [input, path] of [
      [{ config: { timeoutMs: 5 } }, "config.timeoutMs"],
      [{ config: { colour: "red" } }, "config"],
      [{ provider: "pigeon" }, "provider"],
    ] as const) {
      const error = await Promise.resolve(
        gateway.sms.handlers.upsertProvider({ ...provider, ...input }, context),
      ).catch((error: unknown) => error);
      expect(error instanceof OperationError && error.options.fields?.[0]?.path).toBe(path);
    }
    const [row] = await gateway.platform.database.hot`SELECT is_active, config FROM provider_configs`;
    expect(row).toMatchObject({ is_active: false });
  });

  test("the credit is asked for, shown, and low credit is told once", async () => {
    house = await openHouse({
      every8d: { pointsAtStart: 40 },
      others: [{ provider: "mitake", priority: 1, rateLimit: 10 }],
    });
    const { gateway } = house;
    await waitFor("the credits", async () => {
      const { items } = await gateway.sms.handlers.listProviders(undefined, contextOf(gateway.platform));
      return items.filter(({ credit }) => credit !== null).length === 2;
    });
    const { items } = await gateway.sms.handlers.listProviders(undefined, contextOf(gateway.platform));
    expect(items).toMatchObject([
      { provider: "every8d", credit: "40", isCreditLow: true, status: "degraded", detail: "credit is low: 40 left" },
      { provider: "mitake", credit: "1000000", isCreditLow: false, status: "healthy" },
      { provider: "twilio", credit: null },
    ]);
    gateway.platform.jobs.wake("sms-credit");
    await gateway.sms.health();
    const text = await gateway.platform.registry.metrics();
    expect(text).toContain('sms_provider_credit{provider="every8d"} 40');
    expect(text).toContain('sms_provider_credit_low{provider="every8d"} 1');
    expect(text).toContain('sms_provider_credit_low{provider="mitake"} 0');
    const told = gateway.platform.logLines.filter((line) => line.includes("SMSCreditLow"));
    expect(told).toHaveLength(1);
    await gateway.until((await gateway.send()).id, "delivered");
  });

  test("a secret that cannot be read disables that one provider, with the remedy; one in use goes on", async () => {
    house = await openHouse({ apiOnly: true });
    const { platform } = house.gateway;
    let isBroken = true;
    const secrets: SecretStore = {
      read: async (name) => {
        if (name === "sms-mitake-credentials" && isBroken) {
          throw new SecretManagerError("permission_denied", {
            projectId: "p",
            secret: name,
            role: "roles/secretmanager.secretAccessor",
          });
        }
        return platform.secrets.read(name);
      },
    };
    const defaults = ["every8d", "mitake"].map((name) => ({ provider: name, priority: 1, rateLimit: 10 }));
    const open = () =>
      createProviders({
        platform: { ...platform, secrets },
        definitions: connectorDefinitions,
        defaults,
        metrics: createSmsMetrics(new Registry()),
        secretMs: 0,
      });
    const broken = open();
    expect((await broken.find("every8d"))?.problem).toBeUndefined();
    const { problem } = (await broken.find("mitake")) ?? {};
    expect(problem?.kind).toBe("misconfigured");
    expect(problem?.detail).toContain("sms-mitake-credentials");
    isBroken = false;
    const working = open();
    expect((await working.find("mitake"))?.problem).toBeUndefined();
    isBroken = true;
    working.forget();
    expect((await working.find("mitake"))?.connector).toBeDefined();
    expect((await working.find("mitake"))?.problem).toBeUndefined();
  });

  test("a rotated secret is used without a restart, an unchanged one keeps its connector", async () => {
    house = await openHouse({ apiOnly: true });
    const { platform } = house.gateway;
    const credentials = house.every8d.credentials;
    let content = JSON.stringify(credentials);
    const providers = createProviders({
      platform: { ...platform, secrets: { read: async () => new Secret(content) } },
      definitions: connectorDefinitions,
      defaults: [{ provider: "every8d", priority: 1, rateLimit: 10 }],
      metrics: createSmsMetrics(new Registry()),
      secretMs: 0,
    });
    const first = (await providers.find("every8d"))?.connector;
    providers.forget();
    expect((await providers.find("every8d"))?.connector).toBe(first);
    content = JSON.stringify({ ...credentials, password: "another" });
    providers.forget();
    const second = (await providers.find("every8d"))?.connector;
    expect(second).toBeDefined();
    expect(second).not.toBe(first);
    content = "no JSON";
    providers.forget();
    expect((await providers.find("every8d"))?.problem?.detail).toContain("sms-every8d-credentials");
  });
});
