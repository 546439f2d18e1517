import type postgres from "postgres";
import type { Faults } from "../../../src/simulators/faults.ts";
import type { CuttableProxy } from "../../support/cuttable-proxy.ts";
import type { DatabaseDoor } from "../../support/database-door.ts";
import type { GatewayProcess } from "../../support/gateway-process.ts";
import type { JumpingClock } from "../../support/jumping-clock.ts";
import type { OutsideWorld } from "../../support/outside-world.ts";
import { waitFor } from "../../support/wait-for.ts";

/** Everything that can be broken. */
export interface Breakable {
  world: OutsideWorld;
  processes: GatewayProcess[];
  clocks: JumpingClock[];
  /** Before the database; the tests themselves go around it. */
  door: DatabaseDoor;
  /** Before the bank's SFTP server. */
  bankLine: CuttableProxy;
  startProcess(index: number): Promise<GatewayProcess>;
  /** From 0 up to 1, seeded. */
  random(): number;
}

type Event = (things: Breakable) => Promise<void>;

/** Clocks of two machines seldom differ by more; beyond a limit the gateway refuses to issue. */
const CLOCK_OFF_SECONDS_MAX = 25;

const pick = <T>(things: readonly T[], random: () => number): T => {
  const thing = things[Math.floor(random() * things.length)];
  if (thing === undefined) throw new Error("nothing to pick from");
  return thing;
};

const somewhere = ({ processes, random }: Breakable) => Math.floor(random() * processes.length);

/** Faults that strike one of the next few calls of an outside party. */
function strike(faults: Faults, random: () => number): void {
  const skip = Math.floor(random() * 5);
  const kind = pick(["drop_before", "drop_after", "delay", "reply"] as const, random);
  if (kind === "delay") faults.add({ operation: "*", kind, delayMs: 500 + random() * 4_000, skip });
  else if (kind === "reply") faults.add({ operation: "*", kind, status: 502, body: "<html>", skip });
  else faults.add({ operation: "*", kind, skip });
}

/** The name of each event is what the run prints. */
export const events: Record<string, Event> = {
  "kill -9": async (things) => {
    const index = somewhere(things);
    await things.processes[index]?.kill();
    things.processes[index] = await things.startProcess(index);
  },
  "orderly restart": async (things) => {
    const index = somewhere(things);
    await things.processes[index]?.terminate();
    things.processes[index] = await things.startProcess(index);
  },
  "PostgreSQL crash": ({ world }) => crashPostgres(world.sql),
  "database away": async ({ door, random }) => {
    await door.shut();
    await Bun.sleep(500 + random() * 3_000);
    await door.open();
  },
  "half-open connections": async ({ door, random }) => {
    door.silence();
    await Bun.sleep(500 + random() * 3_000);
    door.cut();
    await door.open();
  },
  "SFTP server restart": async ({ world, bankLine, random }) => {
    bankLine.away();
    world.banks[0]?.simulator.cutAll();
    await Bun.sleep(500 + random() * 2_000);
    bankLine.back();
  },
  "lost SFTP answer": async ({ bankLine }) => bankLine.cutNextAnswer(),
  "provider fault": async ({ world, random }) => {
    const parties = [world.einvoicePlatform.faults, world.every8d.faults, world.mitake.faults];
    strike(pick(parties, random), random);
  },
  "provider outage": async ({ world, random }) => {
    const faults = pick([world.einvoicePlatform.faults, world.every8d.faults, world.mitake.faults], random);
    faults.add({ operation: "*", kind: "drop_before", times: 1_000_000 });
    await Bun.sleep(500 + random() * 3_000);
    faults.clear();
  },
  "clock jump": async (things) => {
    const clock = things.clocks[somewhere(things)];
    await clock?.jump(Math.round((2 * things.random() - 1) * CLOCK_OFF_SECONDS_MAX));
  },
};

/**
 * A server process of PostgreSQL is killed: the server ends all others, recovers from its log as after a power cut, and
 * accepts connections again.
 */
async function crashPostgres(sql: postgres.Sql): Promise<void> {
  const row = await waitFor("a server process of PostgreSQL", () => anyServerProcess(sql));
  process.kill(row.pid, "SIGKILL");
}

/** Undefined while the server still recovers from the crash before. */
async function anyServerProcess(sql: postgres.Sql): Promise<{ pid: number } | undefined> {
  const rows = sql<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1`;
  return rows.then(
    ([row]) => row,
    () => undefined,
  );
}

/** Kills are what everything must bear first; the other events come one by one. */
export function pickEvent(random: () => number): string {
  return random() < 0.3 ? "kill -9" : pick(Object.keys(events), random);
}
