import { readFileSync } from "node:fs";
import type { createGatewayClient } from "@luckygas/gateway-client";
import type { Faults } from "../../src/simulators/faults.ts";
import { startWorkload } from "../../tests/faults/gateway/workload.ts";
import { type GatewayProcess, startGatewayProcess } from "../../tests/support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../tests/support/outside-world.ts";
import { type Benchmark, Unavailable } from "./benchmark.ts";

/** The load lasts this long; `MEMORY_MINUTES` shortens it, and the figure is then no more than a hint. */
const MINUTES = Number(process.env.MEMORY_MINUTES ?? 30);
/** Caches and the runtime's own heap have grown to their size by then. */
const WARM_MINUTES = MINUTES / 6;
const CALLERS = 8;
const PAUSE_MS = 20;
const FAULT_EVERY_MS = 500;
const MINUTE_MS = 60_000;
const MEGABYTE = 1024 * 1024;
const RESIDENT_MB_MAX = 250;

/**
 * Resident memory of one gateway process after half an hour of invoices, payment files and messages with outside parties
 * that fail, beside its own after five minutes: at most 1.1 times that, and below 250 MB.
 */
export const memory: Benchmark = {
  name: "memory",
  unit: "MB resident",
  better: "less",
  yardstick: "the same process after the first sixth of the time",
  target: 0.909,
  roundsMax: 1,
  prepare: async () => {
    if (process.platform !== "linux") throw new Unavailable("/proc is needed, which Linux has");
    const world = await startOutsideWorld({ numbers: 10_000_000, providers: ["every8d", "mitake"] });
    const gateway = await startGatewayProcess({ env: { ...world.env, LOG_LEVEL: "ERROR" }, port: world.port });
    return {
      measure: () => measure(world, gateway),
      close: async () => {
        await gateway.terminate();
        await world.close();
      },
    };
  },
};

async function measure(world: OutsideWorld, gateway: GatewayProcess) {
  // One client for all callers and one per person, as a front end has.
  const clients = new Map<string, ReturnType<typeof createGatewayClient>>();
  const connect = async (subject: string) => {
    const client = clients.get(subject) ?? (await gateway.client(subject));
    clients.set(subject, client);
    return client;
  };
  const workload = startWorkload(CALLERS, connect, PAUSE_MS);
  const faults = setInterval(() => misbehave(world), FAULT_EVERY_MS);
  await Bun.sleep(WARM_MINUTES * MINUTE_MS);
  const warm = residentMegabytes(gateway.pid);
  await Bun.sleep((MINUTES - WARM_MINUTES) * MINUTE_MS);
  const end = residentMegabytes(gateway.pid);
  clearInterval(faults);
  await workload.stop();
  const { invoices, messages, batches } = workload.told;
  console.error(`memory: ${invoices.size} invoices, ${messages.size} messages, ${batches.size} batches`);
  if (end > RESIDENT_MB_MAX) console.error(`memory: more than ${RESIDENT_MB_MAX} MB resident`);
  return { value: end, yardstickValue: warm };
}

/** One call of one outside party goes wrong. */
function misbehave({ einvoicePlatform, every8d, mitake }: OutsideWorld): void {
  const parties: Faults[] = [einvoicePlatform.faults, every8d.faults, mitake.faults];
  const kinds = ["drop_before", "drop_after", "reply"] as const;
  const party = parties[Math.floor(Math.random() * parties.length)];
  const kind = kinds[Math.floor(Math.random() * kinds.length)] ?? "reply";
  party?.add({ operation: "*", kind, ...(kind === "reply" && { status: 502, body: "<html>" }) });
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (Number(kilobytes) * 1024) / MEGABYTE;
}
