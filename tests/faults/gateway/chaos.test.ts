import { expect, test } from "bun:test";
import { dirname } from "node:path";
import { createGatewayClient } from "@luckygas/gateway-client";
import { mintToken } from "../../../src/platform/auth.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { startCuttableProxy } from "../../support/cuttable-proxy.ts";
import { createDatabaseDoor } from "../../support/database-door.ts";
import { startGatewayProcess, testSigningKey } from "../../support/gateway-process.ts";
import { createJumpingClock } from "../../support/jumping-clock.ts";
import { startLoadBalancer } from "../../support/load-balancer.ts";
import { startOutsideWorld } from "../../support/outside-world.ts";
import { freePort } from "../../support/postgres.ts";
import { seededRandom } from "../../support/random.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { type Breakable, events, pickEvent } from "./chaos-events.ts";
import { compare, SETTLE_MS, settle } from "./checker.ts";
import { type Connect, startWorkload } from "./workload.ts";

const PROCESSES = 3;
const CALLERS = 4;
/** `CHAOS_MINUTES=30` for the long run; the short one has a number of events instead. */
const minutes = Number(process.env.CHAOS_MINUTES ?? 0);
const EVENTS = 18;
const PAUSE_MS = minutes > 0 ? 100 : 0;
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);

describeWith(["postgres", "faketime"], `three processes under random faults (FAULT_SEED=${seed})`, () => {
  test(
    "nothing accepted is lost, nothing is done twice, no state is false",
    async () => {
      const things = await startThings();
      const workload = startWorkload(CALLERS, connector(things.world.port), PAUSE_MS);
      const struck = await breakThings(things);
      await workload.stop();
      await calm(things);
      await settle(things.world.sql);
      const counts = await compare(things.world, workload.told);
      console.info(`chaos, seed ${seed}: ${JSON.stringify({ struck, ...counts })}`);
      expect(await Promise.all(things.processes.map((each) => each.terminate()))).toEqual([0, 0, 0]);
      await things.close();
    },
    minutes * 60_000 + SETTLE_MS + 300_000,
  );
});

/** Three processes behind one address, and ways to the database and the bank that can be cut. */
async function startThings(): Promise<Breakable & { close(): Promise<void> }> {
  const world = await startOutsideWorld({ numbers: 1_000_000, providers: ["every8d", "mitake"] });
  const door = await createDatabaseDoor(world.database.url);
  const bank = world.banks[0]?.simulator;
  if (!bank) throw new Error("the world has no bank");
  const bankLine = await startCuttableProxy(bank.port);
  await world.moveBank(Number(new URL(bankLine.url).port));
  const ports = await Promise.all(Array.from({ length: PROCESSES }, () => freePort()));
  const balancer = await startLoadBalancer(world.port, ports);
  const folder = dirname(world.env.DATA_DIR ?? "");
  const clocks = await Promise.all(ports.map((port) => createJumpingClock(folder, String(port))));
  const startProcess = (index: number) =>
    startGatewayProcess({
      env: { ...world.env, ...clocks[index]?.env, DATABASE_URL: door.url, PUBLIC_BASE_URL: balancer.url },
      port: ports[index] ?? 0,
    });
  const processes = await Promise.all(ports.map((_, index) => startProcess(index)));
  return {
    ...{ world, processes, clocks, door, bankLine, startProcess, random: seededRandom(seed) },
    close: async () => {
      await Promise.all([balancer.close(), bankLine.close(), door.shut()]);
      await world.close();
    },
  };
}

/** How often each event struck. */
async function breakThings(things: Breakable): Promise<Record<string, number>> {
  const struck: Record<string, number> = {};
  const until = Date.now() + minutes * 60_000;
  for (let count = 0; minutes > 0 ? Date.now() < until : count < EVENTS; count += 1) {
    await Bun.sleep(200 + things.random() * 1_200);
    const name = pickEvent(things.random);
    await events[name]?.(things);
    struck[name] = (struck[name] ?? 0) + 1;
    if (minutes > 0 && count % 50 === 49) console.info(`${count + 1} events: ${JSON.stringify(struck)}`);
  }
  return struck;
}

/** Everything works again, and the database has recovered. */
async function calm({ world, clocks, door, bankLine }: Breakable): Promise<void> {
  await door.open();
  bankLine.back();
  for (const { faults } of [world.einvoicePlatform, world.every8d, world.mitake]) faults.clear();
  await Promise.all(clocks.map((clock) => clock.jump(0)));
  await waitFor("the database", () =>
    world.sql`SELECT 1`.then(
      () => true,
      () => false,
    ),
  );
}

function connector(port: number): Connect {
  return async (subject) => {
    const request = { subject, role: "manager", validForSeconds: 24 * 3600 } as const;
    const token = await mintToken(new Secret(testSigningKey), request, new Date());
    return createGatewayClient({ url: `http://127.0.0.1:${port}`, token });
  };
}
