import { createGatewayClient, type GatewayClient } from "@luckygas/gateway-client";
import type { Benchmark, Figure } from "./benchmark.ts";
import { type FastProvider, startFastProvider } from "./fast-provider.ts";
import { createSmsWorld } from "./sms-world.ts";

const MESSAGES = 100_000;
/** Sent before, until the runtime has compiled what is called often. */
const WARM_UP_MESSAGES = 20_000;
const PER_CALL = 1_000;
const CALLS_AT_ONCE = 2;
const FIFTH = MESSAGES / 5;
const LOOK_MS = 5;
const DRAIN_MS_MAX = 600_000;

/** A backlog of 100,000 messages is handed to an HTTP provider, limits off: the last fifth beside the first. */
export const backlog: Benchmark = {
  name: "sms-backlog",
  unit: "messages/s",
  better: "more",
  yardstick: "the first fifth of the same 100,000 messages",
  target: 0.9,
  prepare: async () => {
    const provider = startFastProvider();
    const world = await createSmsWorld({ run: "api", apiUrl: provider.url });
    const client = createGatewayClient({ url: world.gateway.url, token: world.token });
    return {
      measure: async () => {
        await queueMessages(client, WARM_UP_MESSAGES + MESSAGES);
        const sender = await world.startGateway("api,jobs");
        try {
          return await drain(provider);
        } finally {
          await sender.terminate();
        }
      },
      close: async () => {
        await world.close();
        await provider.close();
      },
    };
  },
};

let numbers = 0;

/** Messages to numbers that were not used before, accepted but not sent. */
export async function queueMessages(client: GatewayClient, count: number): Promise<void> {
  let left = count;
  const queueSome = async () => {
    while (left > 0) {
      left -= PER_CALL;
      const messages = Array.from({ length: PER_CALL }, newMessage);
      const { accepted } = await client.sms.sendMessages.mutate({ messages });
      if (accepted !== PER_CALL) throw new Error(`only ${accepted} of ${PER_CALL} were accepted`);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, queueSome));
}

/** Every one to another number, since a number gets the same text only once in ten minutes. */
function newMessage() {
  numbers += 1;
  return {
    idempotencyKey: crypto.randomUUID(),
    to: `09${String(numbers).padStart(8, "0")}`,
    text: "Your gas will be delivered between 14:00 and 16:00",
  };
}

async function drain(provider: FastProvider): Promise<Figure> {
  const before = provider.taken();
  const deadlineMs = performance.now() + DRAIN_MS_MAX;
  const reach = async (count: number): Promise<number> => {
    while (provider.taken() - before < count) {
      if (performance.now() > deadlineMs) throw new Error(`only ${provider.taken() - before} were handed over`);
      await Bun.sleep(LOOK_MS);
    }
    return performance.now();
  };
  const rate = async (from: number): Promise<number> => {
    const begunMs = await reach(WARM_UP_MESSAGES + from);
    return (FIFTH * 1_000) / ((await reach(WARM_UP_MESSAGES + from + FIFTH)) - begunMs);
  };
  return { yardstickValue: await rate(0), value: await rate(MESSAGES - FIFTH) };
}
