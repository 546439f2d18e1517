import { expect, test } from "bun:test";
import { join } from "node:path";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import {
  type Batch,
  faultsOf,
  inShort,
  type KindOfBank,
  kindsOfBanks,
  leftOver,
  openWorld,
  tableOf,
  untilDecided,
  untilOver,
  type World,
} from "./matrix-kit.ts";

/** `before`: the request never got through; `after`: the bank acted and nobody heard. */
const moments = ["before", "after"] as const;
type Moment = (typeof moments)[number];

/** `BANK_FAULTS=full` kills at every request of every kind of bank; else at those that decide, of an ordinary bank. */
const isFull = process.env.BANK_FAULTS === "full";
const decisive = new Set(["open_write", "close_write", "rename"]);
const kinds: KindOfBank[] = isFull ? (Object.keys(kindsOfBanks) as KindOfBank[]) : ["atomic"];
const CHILD_MS = 120_000;
const TEST_MS = 900_000;

describeWith(["postgres"], "kill -9 of the gateway at every request of a submission", () => {
  test.concurrent.each(kinds.map((kind) => [kind] as const))(
    "%s: a restart finds out by looking; the file is there once and whole, or nobody can know",
    async (kind) => {
      const world = await openWorld(kind, { jobs: false });
      const cells = world.requests.flatMap((operation, row) =>
        moments.filter(() => isFull || decisive.has(operation)).map((moment) => ({ row, moment })),
      );
      const killed: { row: number; moment: Moment; batchId: string }[] = [];
      for (const cell of cells) killed.push({ ...cell, batchId: await dieAt(world, cell.row, cell.moment) });
      await unpark(world);
      // Nothing hangs any more: whatever takes long is only slow.
      const successor = await world.startGateway({ timeouts: { connectMs: 60_000, requestMs: 60_000, idleMs: 1 } });
      const outcomes = new Map<string, Batch>();
      for (const { row, moment, batchId } of killed) {
        const batch = await untilOver(successor, batchId);
        const wrong = faultsOf(world, batch, false);
        expect({ kind, request: world.requests[row], moment, wrong }).toEqual({
          kind,
          request: world.requests[row],
          moment,
          wrong: [],
        });
        outcomes.set(`${row} ${moment}`, batch);
      }
      await waitFor("the temporary files to be removed", () => {
        successor.platform.jobs.wake("banking-clean-temporaries");
        return leftOver(world, [...outcomes.values()]).length === 0;
      });
      for (const [name, { id }] of outcomes) outcomes.set(name, await untilDecided(world, id));
      await successor.stop();
      await world.close();
      const cell = (row: number, moment: string) => {
        const batch = outcomes.get(`${row} ${moment}`);
        return batch ? inShort(batch) : "";
      };
      if (isFull) console.log(tableOf(`bank: ${kind}, ${outcomes.size} cells, killed`, world.requests, moments, cell));
    },
    TEST_MS,
  );
});

/** A process sends a batch and is killed at this request, by the bank's server at that very moment. */
async function dieAt(world: World, row: number, moment: Moment): Promise<string> {
  const { batchId } = await world.newBatch();
  const { database, secret, configuration, bank } = world;
  const settings = JSON.stringify({ url: database.url, secret, bank: configuration, batchId });
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "gateway-process.ts"), settings], {
    stdout: "ignore",
    stderr: "pipe",
  });
  const complaints = new Response(child.stderr).text();
  bank.faults.add({
    operation: "*",
    kind: moment === "before" ? "halt_before" : "halt_after",
    skip: row,
    halt: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  });
  const timer = setTimeout(() => child.kill("SIGTERM"), CHILD_MS);
  await child.exited;
  clearTimeout(timer);
  if (child.signalCode !== "SIGKILL") throw new Error(`not killed at ${row} ${moment}: ${await complaints}`);
  bank.faults.clear();
  await waitFor("the dead one's connection to end", () => bank.connections().now === 0);
  await park(world, batchId);
  return batchId;
}

/** Keeps a batch from the next process that is to die; and that one need not wait for the dead one's leases. */
async function park({ gateway }: World, batchId: string): Promise<void> {
  const { hot } = gateway.platform.database;
  await hot`UPDATE bank_batches SET next_attempt_at = '2999-01-01' WHERE id = ${batchId}`;
  await hot`DELETE FROM leases`;
}

async function unpark({ gateway }: World): Promise<void> {
  await gateway.platform.database.hot`UPDATE bank_batches SET next_attempt_at = now() WHERE status = 'sending'`;
}
