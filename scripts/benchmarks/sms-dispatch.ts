import type { Benchmark } from "./benchmark.ts";
import { type FastProvider, startFastProvider } from "./fast-provider.ts";
import { type Kannel, startKannel } from "./kannel.ts";
import { sendMessageScript, sendSmsScript, WARM_UP_SECONDS } from "./sms-accept.ts";
import { createSmsWorld, type SmsWorld } from "./sms-world.ts";
import { requestsPerSecond } from "./wrk.ts";

const CONNECTIONS = 64;
const SECONDS = 5;
const DRAIN_MS_MAX = 120_000;

/** Messages accepted over HTTP and handed to an HTTP provider on loopback, limits off: from the first request to the last hand-over. */
export const dispatch: Benchmark = {
  name: "sms-dispatch",
  unit: "messages/s",
  better: "more",
  yardstick: "Kannel, spool store, same provider and connections",
  target: 1,
  prepare: async () => {
    const provider = startFastProvider();
    const world = await createSmsWorld({ run: "api,jobs", apiUrl: provider.url });
    const kannel = await startKannel(world.folder, `${provider.url}/kannel`);
    await takeAndHandOver(world, provider, WARM_UP_SECONDS);
    return {
      measure: async () => ({
        value: await takeAndHandOver(world, provider, SECONDS),
        yardstickValue: await theirs(world, kannel, provider),
      }),
      close: async () => {
        await kannel.close();
        await world.close();
        await provider.close();
      },
    };
  },
};

/** Messages a second that the gateway takes and hands over. */
export function takeAndHandOver(
  world: SmsWorld,
  provider: FastProvider,
  seconds: number,
  spread?: "at random",
): Promise<number> {
  const url = `${world.gateway.url}/api/v1/sms/messages`;
  return handedOver(provider, { world, url, script: sendMessageScript(world.token, spread), seconds });
}

function theirs(world: SmsWorld, kannel: Kannel, provider: FastProvider): Promise<number> {
  const url = new URL(kannel.sendSmsUrl);
  const script = sendSmsScript(url.pathname + url.search);
  return handedOver(provider, { world, url: url.origin, script, seconds: SECONDS });
}

/** Sends for so long, waits until nothing more arrives, and counts what arrived over the whole time. */
async function handedOver(
  provider: FastProvider,
  run: { world: SmsWorld; url: string; script: string; seconds: number },
): Promise<number> {
  const before = provider.taken();
  const startMs = performance.now();
  const { world, url, script, seconds } = run;
  await requestsPerSecond({ url, script, folder: world.folder, connections: CONNECTIONS, seconds });
  let last = { taken: provider.taken(), ms: performance.now() };
  while (performance.now() - last.ms < 1_500 && performance.now() - startMs < DRAIN_MS_MAX) {
    await Bun.sleep(50);
    const taken = provider.taken();
    if (taken > last.taken) last = { taken, ms: performance.now() };
  }
  return (last.taken - before) / ((last.ms - startMs) / 1_000);
}
