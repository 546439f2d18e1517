import type { Contract, SmsMessage } from "@luckygas/gateway-client";
import type { z } from "zod";
import { systemClock } from "../../../src/platform/clock.ts";
import type { CallContext, Caller } from "../../../src/platform/rpc.ts";
import type { WebhookReply, WebhookRequest } from "../../../src/platform/webhook.ts";
import {
  createEvery8dSimulator,
  type Every8dSimulator,
  type Every8dSimulatorOptions,
} from "../../../src/simulators/every8d/index.ts";
import { createMitakeSimulator, type MitakeSimulator } from "../../../src/simulators/mitake/index.ts";
import { createTwilioSimulator, type TwilioSimulator } from "../../../src/simulators/twilio/index.ts";
import { createSms, type SmsCapability, type SmsOptions } from "../../../src/sms/index.ts";
import type { ProviderConfiguration } from "../../../src/sms/settings.ts";
import { createTestPlatform, type TestPlatform } from "../../support/platform.ts";
import { createTestDatabase } from "../../support/postgres.ts";
import { waitFor } from "../../support/wait-for.ts";

export type SendInput = z.input<Contract["sms"]["sendMessage"]["input"]>;

/** One gateway process: its own connections, jobs and SMS house, on the shared database. */
export interface Gateway {
  platform: TestPlatform;
  sms: SmsCapability;
  /** As over the wire: with defaults, a key unless given, and a recipient of its own choice unless given. */
  send(input?: Partial<SendInput>): Promise<{ id: string; status: string }>;
  get(id: string): Promise<SmsMessage>;
  /** Resolves when the message has one of these states. */
  until(id: string, ...statuses: SmsMessage["status"][]): Promise<SmsMessage>;
  stop(): Promise<void>;
  /** As by kill -9: its connections are gone before it can record anything more. */
  kill(): Promise<void>;
}

export interface House {
  url: string;
  every8d: Every8dSimulator;
  /** Used only where the options give them a configuration. */
  mitake: MitakeSimulator;
  twilio: TwilioSimulator;
  /** The first process; receipts come in at it. */
  gateway: Gateway;
  gateways: Gateway[];
  /** A further process on the same database. */
  start(options?: GatewayOptions): Promise<Gateway>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  sms?: SmsOptions;
  /** Jobs do not run: a process that only takes requests. */
  apiOnly?: boolean;
}

export interface HouseOptions extends GatewayOptions {
  processes?: number;
  every8d?: Partial<Every8dSimulatorOptions>;
  configuration?: Partial<ProviderConfiguration>;
  /** Further providers beside Every8d. */
  others?: readonly ProviderConfiguration[];
  /** Receipts go nowhere. */
  deaf?: boolean;
}

export const caller: Caller = { subject: "tester", role: "office_staff" };

export function contextOf(platform: TestPlatform, by: Caller = caller): CallContext {
  return { caller: by, requestId: crypto.randomUUID(), log: platform.log };
}

/** A fresh database, the simulated Every8d and so many gateway processes, with receipts coming in over HTTP. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const database = await createTestDatabase();
  const every8d = await createEvery8dSimulator({
    clock: systemClock,
    deliverAfterMs: 5,
    callbackRetryMs: 50,
    ...options.every8d,
  });
  const pace = { clock: systemClock, deliverAfterMs: 5, callbackRetryMs: 50 };
  const mitake = await createMitakeSimulator(pace);
  const twilio = await createTwilioSimulator(pace);
  const gateways: Gateway[] = [];
  const webhook = serveReceipts(() => gateways[0]?.sms);

  async function start(own: GatewayOptions = {}): Promise<Gateway> {
    const gateway = createGateway({
      url: database.url,
      publicBaseUrl: webhook.url,
      simulators: { every8d, mitake, twilio },
      options: { ...options, ...own },
    });
    await gateway.sms.start();
    if (!(own.apiOnly ?? options.apiOnly)) gateway.platform.jobs.start();
    gateways.push(gateway);
    return gateway;
  }
  const gateway = await start();
  for (let count = 1; count < (options.processes ?? 1); count += 1) await start();
  if (!options.deaf) {
    every8d.setCallbackUrl(`${webhook.url}/api/v1/webhooks/sms/every8d/${every8d.credentials.callback_token}`);
  }
  return {
    url: database.url,
    every8d,
    mitake,
    twilio,
    gateway,
    gateways,
    start,
    close: async () => {
      await Promise.all([every8d.close(), mitake.close(), twilio.close()]);
      await webhook.close();
      for (const gateway of gateways) await gateway.stop();
      await database.close();
    },
  };
}

interface GatewayParts {
  url: string;
  publicBaseUrl: string;
  simulators: { every8d: Every8dSimulator; mitake: MitakeSimulator; twilio: TwilioSimulator };
  options: HouseOptions;
}

function createGateway({ url, publicBaseUrl, simulators, options }: GatewayParts): Gateway {
  const platform = createTestPlatform({
    url,
    publicBaseUrl,
    secrets: {
      "sms-every8d-credentials": JSON.stringify(simulators.every8d.credentials),
      "sms-mitake-credentials": JSON.stringify(simulators.mitake.credentials),
      "sms-twilio-credentials": JSON.stringify(simulators.twilio.credentials),
    },
  });
  const defaults: ProviderConfiguration = {
    provider: "every8d",
    priority: 100,
    rateLimit: 100_000,
    costPerSegment: "0.85",
    ...options.configuration,
  };
  const sms = createSms(platform, {
    defaultProviders: [defaults, ...(options.others ?? [])],
    quietUntil: () => undefined,
    throttle: "none",
    ...options.sms,
  });
  const context = contextOf(platform);
  let recipients = 0;
  const get = (id: string) => sms.handlers.getMessage({ id }, context) as Promise<SmsMessage>; // as: output equals input here
  let stopped: Promise<void> | undefined;
  return {
    platform,
    sms,
    send: (input = {}) => {
      recipients += 1;
      return sms.handlers.sendMessage(
        {
          idempotencyKey: crypto.randomUUID(),
          to: `09${String(10_000_000 + recipients)}`,
          text: "【幸福氣】您的瓦斯已送達",
          ...input,
          messageType: input.messageType ?? "general",
        },
        context,
      );
    },
    get,
    until: (id, ...statuses) =>
      waitFor(`message ${id} to be ${statuses.join(" or ")}`, async () => {
        const message = await get(id);
        return statuses.includes(message.status) && message;
      }),
    stop: () => {
      stopped ??= (async () => {
        await platform.jobs.stop();
        await sms.stop();
        await platform.close();
      })();
      return stopped;
    },
    kill: async () => {
      await platform.jobs.stop();
      await platform.database.close();
      stopped = Promise.resolve();
    },
  };
}

/** The webhook as the http layer serves it. */
function serveReceipts(house: () => SmsCapability | undefined): { url: string; close(): Promise<void> } {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const url = new URL(request.url);
      const [, , , , , provider = "", token] = url.pathname.split("/");
      const handler = house()?.receipts[provider];
      if (!handler) return new Response("no such provider", { status: 404 });
      const reply = await handler({
        method: request.method === "GET" ? "GET" : "POST",
        url,
        headers: request.headers,
        body: await request.text(),
        token,
        remoteAddress: "127.0.0.1",
      });
      return toResponse(reply);
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.stop(true) };
}

const toResponse = (reply: WebhookReply) =>
  new Response(reply.body, { status: reply.status, ...(reply.headers && { headers: reply.headers }) });

/** A receipt of Every8d as its callback carries it. */
export function every8dCallback(token: string | undefined, parameters: Record<string, string>): WebhookRequest {
  const url = new URL("http://127.0.0.1:8080/api/v1/webhooks/sms/every8d/path");
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { method: "GET", url, headers: new Headers(), body: "", token, remoteAddress: "192.0.2.1" };
}

/** Numbers (E.164) that got more than one copy. */
export function doubledNumbers(every8d: Every8dSimulator): string[] {
  return [...every8d.records()].filter(([, copies]) => copies.length > 1).map(([mobile]) => mobile);
}
