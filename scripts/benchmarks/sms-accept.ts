import type { Benchmark } from "./benchmark.ts";
import { startFastProvider } from "./fast-provider.ts";
import { startKannel } from "./kannel.ts";
import { createSmsWorld, type SmsWorld } from "./sms-world.ts";
import { requestsPerSecond } from "./wrk.ts";

const CONNECTIONS = 64;
const SECONDS = 5;
/** Until the runtime has compiled what is called often. */
export const WARM_UP_SECONDS = 10;

let runs = 0;

/**
 * wrk's requests: every one another key and another number, in every run others, since a number gets the same text only once
 * in ten minutes. In order, they come next to each other in an index; at random, as callers' keys and customers' numbers do.
 */
export const sendMessageScript = (token: string, spread: "in order" | "at random" = "in order") => {
  runs += 1;
  // A step that no power of ten divides takes every number once before it comes back to one.
  const step = spread === "in order" ? 1 : 48_271;
  const key =
    spread === "in order" ? "bench" : `arrival-' .. string.format("%08x", serial * 2654435761 % 4294967296) .. '`;
  return `
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
function init() serial = 0; run = "${crypto.randomUUID()}-" .. id end
function request()
  serial = serial + 1
  local to = string.format("09%08d", (${runs} * 1000000 + id * 500000 + serial) * ${step} % 100000000)
  local body = '{"idempotencyKey":"${key}-' .. run .. "-" .. serial .. '","to":"' .. to .. '","text":"Your gas will be delivered between 14:00 and 16:00"}'
  return wrk.format("POST", nil, { ["content-type"] = "application/json", ["authorization"] = "Bearer ${token}" }, body)
end
`;
};

/** wrk's requests to Kannel: every one another number. */
export const sendSmsScript = (path: string) => `
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
function init() serial = 0 end
function request()
  serial = serial + 1
  local to = string.format("09%08d", (id * 50000000 + serial) % 100000000)
  return wrk.format("GET", "${path}&to=" .. to .. "&text=Your+gas+will+be+delivered+between+14%3A00+and+16%3A00")
end
`;

/** Messages accepted durably over HTTP by 64 connections, the gateway answering alone. */
export const acceptBesidePgbench: Benchmark = {
  name: "sms-accept",
  unit: "messages/s",
  better: "more",
  yardstick: "pgbench, one row inserted, prepared, 16 clients",
  target: 1,
  prepare: async () => {
    const world = await createSmsWorld({ run: "api", apiUrl: "http://127.0.0.1:9" });
    await accept(world, WARM_UP_SECONDS);
    return {
      measure: async () => ({
        value: await accept(world, SECONDS),
        yardstickValue: await world.rowsPerSecond(SECONDS),
      }),
      close: world.close,
    };
  },
};

export const acceptBesideKannel: Benchmark = {
  name: "sms-accept-kannel",
  unit: "messages/s",
  better: "more",
  yardstick: "Kannel's sendsms, spool store, same connections",
  target: 2,
  prepare: async () => {
    const provider = startFastProvider();
    const world = await createSmsWorld({ run: "api", apiUrl: "http://127.0.0.1:9" });
    const kannel = await startKannel(world.folder, `${provider.url}/kannel`);
    const url = new URL(kannel.sendSmsUrl);
    const sendSms = (seconds: number) =>
      requestsPerSecond({
        url: url.origin,
        script: sendSmsScript(url.pathname + url.search),
        folder: world.folder,
        connections: CONNECTIONS,
        seconds,
      });
    await accept(world, WARM_UP_SECONDS);
    return {
      measure: async () => ({ value: await accept(world, SECONDS), yardstickValue: await sendSms(SECONDS) }),
      close: async () => {
        await kannel.close();
        await world.close();
        await provider.close();
      },
    };
  },
};

export function accept(world: SmsWorld, seconds: number, spread?: "at random"): Promise<number> {
  return requestsPerSecond({
    url: `${world.gateway.url}/api/v1/sms/messages`,
    script: sendMessageScript(world.token, spread),
    folder: world.folder,
    connections: CONNECTIONS,
    seconds,
  });
}
