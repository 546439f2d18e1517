import { expect, test } from "bun:test";
import type { BankFault } from "../../../src/simulators/bank/index.ts";
import { as } from "../../integration/banking/banking-kit.ts";
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

const faultKinds = [
  "drop_before",
  "drop_after",
  "status",
  "status_after",
  "hang",
  "hang_after",
  "flip",
] as const satisfies BankFault["kind"][];
type FaultKind = (typeof faultKinds)[number];

/** `BANK_FAULTS=full` strikes every request with every fault; else every request of every kind of bank with one of them. */
const isFull = process.env.BANK_FAULTS === "full";
const TEST_MS = 900_000;

const kindsAt = (request: number, bank: number): readonly FaultKind[] => {
  const kind = faultKinds[(request + bank) % faultKinds.length];
  return isFull || !kind ? faultKinds : [kind];
};

describeWith(["postgres"], "every request of a submission, every fault, through the gateway", () => {
  const banks = Object.keys(kindsOfBanks) as KindOfBank[];
  test.concurrent.each(banks.map((kind, index) => [kind, index] as const))(
    "%s: the file is there once and whole, or its state says what is known",
    async (kind, index) => {
      const world = await openWorld(kind, { jobs: true });
      expect((await strike(world, Number.MAX_SAFE_INTEGER, "hang")).status).toBe("sent");
      const outcomes = new Map<string, Batch>();
      for (const [row, operation] of world.requests.entries()) {
        for (const fault of kindsAt(row, index)) {
          const batch = await strike(world, row, fault);
          const isFlipped = fault === "flip" && operation === "write";
          const wrong = faultsOf(world, batch, isFlipped);
          expect({ kind, operation, row, fault, wrong, batch: wrong.length > 0 ? batch : undefined }).toEqual({
            kind,
            operation,
            row,
            fault,
            wrong: [],
            batch: undefined,
          });
          outcomes.set(`${row} ${fault}`, batch);
        }
      }
      // Controls: without a fault it is sent, before and after.
      expect((await strike(world, Number.MAX_SAFE_INTEGER, "hang")).status).toBe("sent");
      await waitFor("the temporary files to be removed", () => {
        world.gateway.platform.jobs.wake("banking-clean-temporaries");
        return leftOver(world, [...outcomes.values()]).length === 0;
      });
      for (const [name, { id }] of outcomes) outcomes.set(name, await untilDecided(world, id));
      const cell = (row: number, fault: string) => {
        const batch = outcomes.get(`${row} ${fault}`);
        return batch ? inShort(batch) : "";
      };
      await world.close();
      if (isFull) console.log(tableOf(`bank: ${kind}, ${outcomes.size} cells`, world.requests, faultKinds, cell));
    },
    TEST_MS,
  );
});

/** Sends a batch over a connection of its own whose request number `row` goes wrong; gives how it ended. */
async function strike({ bank, gateway, newBatch }: World, row: number, kind: FaultKind): Promise<Batch> {
  await waitFor("the bank to be alone", () => bank.connections().now === 0);
  const { batchId } = await newBatch();
  bank.faults.add({ operation: "*", kind, skip: row });
  await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
  const batch = await untilOver(gateway, batchId);
  bank.faults.clear();
  // Credentials that were refused are not tried again before a person has tried them.
  if (batch.attempts.some(({ errorType }) => errorType === "auth")) {
    expect(await gateway.handlers.testConnection({ bank: "mega" }, as(gateway, "boss"))).toMatchObject({ ok: true });
  }
  return batch;
}
