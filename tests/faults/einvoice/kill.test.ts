import { expect, test } from "bun:test";
import { type GatewayProcess, startGatewayProcess } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { freePort } from "../../support/postgres.ts";
import { seededRandom } from "../../support/random.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import { letTimePass, nothingTold, runCaller, type Told } from "./load.ts";

/** `EINVOICE_FAULTS=full`: two hundred kills, which take a quarter of an hour. */
const isFull = process.env.EINVOICE_FAULTS === "full";
const KILLS = isFull ? 200 : 3;
const CALLERS = isFull ? 16 : 8;
const PAUSE_MS_MAX = 1_200;
const SETTLE_MS = 240_000;
/** One message in so many is lost on its way, or its answer is. */
const LOST_EVERY = 40;
const LOST = isFull ? 1_000 : 10;
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);

/** Two gateway processes under fixed addresses; one of them, now and then both, dies at a random moment and comes back. */
async function startPair(world: OutsideWorld) {
  const ports = [world.port, await freePort()];
  const start = (port: number, dontWait = false) => startGatewayProcess({ env: world.env, port, dontWait });
  const pair = await Promise.all(ports.map((port) => start(port)));
  const replace = async (index: number, dontWait: boolean) => {
    await pair[index]?.kill();
    pair[index] = await start(ports[index] ?? 0, dontWait);
  };
  return {
    clients: () => Promise.all(pair.map((gateway: GatewayProcess) => gateway.client())),
    /** Returns how many processes were killed. */
    strike: async (random: () => number): Promise<number> => {
      const index = random() < 0.5 ? 0 : 1;
      const isBoth = random() < 0.2;
      const isDuringStart = random() < 0.2;
      await replace(index, isDuringStart);
      if (isDuringStart) {
        await Bun.sleep(random() * 400);
        await replace(index, false);
      }
      if (isBoth) await replace(1 - index, false);
      return 1 + Number(isDuringStart) + Number(isBoth);
    },
    killAll: () => Promise.all(pair.map((gateway) => gateway.kill())),
  };
}

function loseAnswers(world: OutsideWorld, random: () => number): void {
  for (let count = 0; count < LOST; count += 1) {
    const kind = random() < 0.5 ? "drop_after" : "drop_before";
    const skip = Math.floor((count + random()) * LOST_EVERY);
    world.einvoicePlatform.faults.add({ operation: "*", kind, skip });
  }
}

/** What the dead held is free once their leases have run out; the test does not wait for that minute. */
async function expireLeases({ sql }: OutsideWorld): Promise<void> {
  await sql`UPDATE einvoice_uploads SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL`;
}

describeWith(["postgres"], `kill -9 under load, two processes (FAULT_SEED=${seed})`, () => {
  test(
    "every number belongs to one invoice or is free, the platform saw each content once, and every answer is kept",
    async () => {
      const world = await startOutsideWorld({ numbers: 200_000 });
      await world.sql`UPDATE einvoice_sellers SET config = config || '{"paths": {"void": "/withdraw"}}'`;
      const random = seededRandom(seed);
      const pair = await startPair(world);
      const clients = await pair.clients();
      const told = nothingTold();
      let over = false;
      const caller = (_: unknown, index: number) =>
        runCaller(String(index), told, { clients, random: seededRandom(seed + index + 1), isOver: () => over });
      const working = Promise.all(Array.from({ length: CALLERS }, caller));
      let failure: unknown;
      working.catch((error: unknown) => {
        failure = error; // thrown below, once the processes are gone
      });
      loseAnswers(world, random);
      let kills = 0;
      while (kills < KILLS && failure === undefined) {
        await Bun.sleep(random() * PAUSE_MS_MAX);
        kills += await pair.strike(random);
      }
      over = true;
      await working;
      await pair.killAll();
      await expireLeases(world);
      world.einvoicePlatform.faults.clear();
      const last = await startGatewayProcess({ env: world.env });
      await settle(world);
      console.info(`kill -9 × ${kills}: ${await compare(world, told)}`);
      expect(await last.terminate()).toBe(0);
      await world.close();
    },
    isFull ? 3_600_000 : 360_000,
  );
});

async function settle({ sql }: OutsideWorld): Promise<void> {
  await waitFor(
    "everything to be settled",
    async () => {
      await letTimePass(sql);
      const [open] = await sql<{ count: number }[]>`
        SELECT count(*)::int AS count FROM einvoice_uploads WHERE status NOT IN ('accepted', 'superseded')`;
      return open?.count === 0;
    },
    SETTLE_MS,
  );
}

interface Row {
  id: string;
  key: string;
  number: string;
  status: string;
  total: number;
  /** Kinds of its accepted messages, in order. */
  acts: string[];
}

/** Names of the platform's operations by kind of message. */
const OPERATIONS: Record<string, string> = {
  issue: "issue",
  cancel: "void",
  void: "withdraw",
  allowance: "allowance",
  cancel_allowance: "allowance-void",
};

async function compare(world: OutsideWorld, told: Told): Promise<string> {
  const { sql } = world;
  const rows = await sql<Row[]>`
    SELECT i.id, i.idempotency_key AS key, i.number, i.status, i.total_amount::int AS total,
      array_agg(u.kind ORDER BY u.position) FILTER (WHERE u.status = 'accepted') AS acts
    FROM invoices i JOIN einvoice_uploads u ON u.invoice_id = i.id GROUP BY i.id ORDER BY i.number`;
  // Numbers: from the first one on without a gap, each once; those beyond are free.
  expect(rows.map((row) => row.number)).toEqual(rows.map((_, index) => `AA${10_000_000 + index}`));
  const [range] = await sql<{ next: number }[]>`SELECT current_number AS next FROM invoice_sequences`;
  expect(range?.next).toBe(10_000_000 + rows.length);
  expectKept(rows, told);
  expectAllowancesKept(await sql<{ id: string; status: string }[]>`SELECT id, status FROM einvoice_allowances`, told);

  const records = new Map(world.einvoicePlatform.records().map((record) => [record.invoiceNo, record]));
  expect([...records.keys()].sort()).toEqual(rows.map((row) => row.number));
  for (const { id, number, total, acts } of rows) {
    const record = records.get(number);
    // A corrected invoice has two contents by intention, the second after the first was withdrawn.
    const seen = { number, acts: record?.acts, contents: record?.contents.length, total: record?.stored?.TotalAmount };
    expect(seen).toEqual({
      number,
      acts: acts.map((kind) => OPERATIONS[kind] ?? kind),
      contents: acts.includes("void") ? 2 : 1,
      total: String(total),
    });
    const correctedTotal = told.corrected.get(id);
    if (correctedTotal !== undefined) expect(total).toBe(correctedTotal);
  }
  const { invoices, cancelled, corrected, allowances } = told;
  return (
    `${rows.length} invoices without a gap (${invoices.size} answered), ${cancelled.size} cancelled, ` +
    `${corrected.size} corrected, ${allowances.size} allowances`
  );
}

function expectKept(rows: Row[], told: Told): void {
  const byKey = new Map(rows.map((row) => [row.key, row.number]));
  for (const [key, number] of told.invoices) expect({ key, number: byKey.get(key) }).toEqual({ key, number });
  const byId = new Map(rows.map((row) => [row.id, row.status]));
  for (const id of told.cancelled) expect({ id, status: byId.get(id) }).toEqual({ id, status: "cancelled" });
}

function expectAllowancesKept(stored: { id: string; status: string }[], told: Told): void {
  const byId = new Map(stored.map(({ id, status }) => [id, status]));
  for (const [id, isCancelled] of told.allowances) {
    expect({ id, status: byId.get(id) }).toEqual({ id, status: isCancelled ? "cancelled" : "accepted" });
  }
}
