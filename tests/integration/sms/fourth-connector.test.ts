import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { systemClock } from "../../../src/platform/clock.ts";
import { parseCredentials } from "../../../src/sms/connectors/credentials.ts";
import { defineConnector } from "../../../src/sms/connectors/port.ts";
import { connectorDefinitions } from "../../../src/sms/connectors/registry.ts";
import { isSameToken } from "../../../src/sms/connectors/webhook-token.ts";
import { createWire } from "../../../src/sms/connectors/wire.ts";
import { createSms } from "../../../src/sms/index.ts";
import { createTestPlatform } from "../../support/platform.ts";
import { createTestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { contextOf } from "./harness.ts";

setDefaultTimeout(60_000);

/** All that a further provider is: its folder's definition, here in one place. */
const pigeon = defineConnector({
  provider: "pigeon",
  configShape: {},
  supports: { textUnitsMax: 70, segmentsMax: 1, receiptsPerFetchMax: 1, idempotentSend: false },
  source: { title: "a provider of this test", version: "1", readOn: "2026-11-24" },
  create: ({ credentials, http }) => {
    const { api_url: base, password, callback_token: secret } = parseCredentials(credentials);
    const wire = createWire({ provider: "pigeon", http });
    return {
      send: async ({ attemptId, recipient, text }, call) => {
        const body = new URLSearchParams({ key: password, to: recipient, text, ref: attemptId }).toString();
        const reply = await wire.send("send", { method: "POST", url: `${base}/send`, body }, call);
        const providerMessageId = reply.kind === "reply" && /^OK (\w+)$/.exec(reply.text)?.[1];
        if (providerMessageId) return { kind: "accepted", providerMessageId };
        return { kind: "unknown", reason: "no answer that can be read" };
      },
      resolve: async () => ({ kind: "undecided", reason: "it cannot be asked" }),
      fetchReceipts: async () => [],
      isGenuine: ({ token }) => isSameToken(token, secret),
      parseWebhook: ({ url }) => {
        const [id, to] = [url.searchParams.get("id") ?? "", url.searchParams.get("to") ?? ""];
        const receipt = { providerMessageId: id, recipient: to, providerStatus: "landed", state: "delivered" } as const;
        return { kind: "receipt", receipt, reply: { status: 200, body: "coo" } };
      },
    };
  },
});

const TOKEN = "a-token-of-the-pigeon-loft-0001";
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function open() {
  const sent: URLSearchParams[] = [];
  const loft = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      sent.push(new URLSearchParams(await request.text()));
      return new Response("OK bird1");
    },
  });
  closing.push(() => loft.stop(true));
  const database = await createTestDatabase();
  closing.push(database.close);
  const api_url = `http://127.0.0.1:${loft.port}`;
  const platform = createTestPlatform({
    url: database.url,
    clock: systemClock,
    secrets: {
      "sms-pigeon-credentials": JSON.stringify({ username: "u", password: "corn", api_url, callback_token: TOKEN }),
    },
  });
  const sms = createSms(platform, {
    connectors: [...connectorDefinitions, pigeon],
    defaultProviders: [{ provider: "pigeon", priority: 1, rateLimit: 10, costPerSegment: "0.01" }],
    quietUntil: () => undefined,
  });
  closing.push(async () => {
    await platform.jobs.stop();
    await sms.stop();
    await platform.close();
  });
  platform.jobs.start();
  return { sms, platform, sent };
}

describeWith(["postgres"], "a fourth provider", () => {
  test("needs its definition and its line in the registry: it is chosen, limited, shown, and its receipts are believed", async () => {
    const { sms, platform, sent } = await open();
    const context = contextOf(platform);
    const input = { idempotencyKey: "by-pigeon-1", to: "0912345678", text: "coo", messageType: "general" } as const;
    const { id } = await sms.handlers.sendMessage(input, context);
    const get = () => sms.handlers.getMessage({ id }, context);
    await waitFor("the provider to have it", async () => (await get()).status === "submitted");
    expect(sent.map((form) => form.get("to"))).toEqual(["+886912345678"]);
    expect((await get()).attempts).toMatchObject([{ provider: "pigeon", costTwd: "0.01", providerMessageId: "bird1" }]);

    const receipt = (token: string) => {
      const url = new URL("http://127.0.0.1/x?id=bird1&to=%2B886912345678");
      const request = {
        method: "GET",
        url,
        headers: new Headers(),
        body: "",
        token,
        remoteAddress: undefined,
      } as const;
      return sms.receipts.pigeon?.(request);
    };
    expect(await receipt("wrong")).toMatchObject({ status: 404 });
    expect(await receipt(TOKEN)).toEqual({ status: 200, body: "coo" });
    await waitFor("its receipt to count", async () => (await get()).status === "delivered");

    expect(await sms.health()).toMatchObject({
      sms_pigeon: { status: "healthy", rate_limit_remaining: 9, circuit_breaker: "closed" },
    });
    const { items } = await sms.handlers.listProviders(undefined, context);
    expect(items.map(({ provider }) => provider).sort()).toEqual(["every8d", "mitake", "pigeon", "twilio"]);
    const settings = { provider: "pigeon", priority: 5, rateLimit: 10, isActive: true, config: { segmentsMax: 1 } };
    expect(await sms.handlers.upsertProvider(settings, context)).toMatchObject({ provider: "pigeon", priority: 5 });
    expect(await platform.registry.metrics()).toContain('sms_messages_delivered_total{provider="pigeon"');
  });
});
