import type { Benchmark } from "./benchmark.ts";
import { WARM_UP_SECONDS } from "./sms-accept.ts";
import { createSmsWorld, type SmsWorld } from "./sms-world.ts";
import { requestsPerSecond } from "./wrk.ts";

const CONNECTIONS = 64;
const SECONDS = 5;

const script = (path: string) => `
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
function init() serial = 0; run = tostring(os.time()) .. id end
function request()
  serial = serial + 1
  local mobile = string.format("%%2B8869%08d", (id * 50000000 + serial) % 100000000)
  return wrk.format("GET", "${path}?BatchID=" .. run .. "-" .. serial .. "&RM=" .. mobile .. "&RT=20250115103100&STATUS=100&MR=1")
end
`;

/** Delivery receipts of Every8d stored durably and answered. */
export const receipts: Benchmark = {
  name: "receipts",
  unit: "receipts/s",
  better: "more",
  yardstick: "pgbench, one row inserted, prepared, 16 clients",
  target: 1.5,
  prepare: async () => {
    const world = await createSmsWorld({ run: "api", apiUrl: "http://127.0.0.1:9" });
    await takeReceipts(world, WARM_UP_SECONDS);
    return {
      measure: async () => ({
        value: await takeReceipts(world, SECONDS),
        yardstickValue: await world.rowsPerSecond(SECONDS),
      }),
      close: world.close,
    };
  },
};

/** Receipts a second that are stored and answered. */
export function takeReceipts(world: SmsWorld, seconds: number): Promise<number> {
  return requestsPerSecond({
    url: world.gateway.url,
    script: script(`/api/v1/webhooks/sms/every8d/${world.callbackToken}`),
    folder: world.folder,
    connections: CONNECTIONS,
    seconds,
  });
}
