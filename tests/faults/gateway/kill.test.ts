import { expect, test } from "bun:test";
import type { GatewayClient } from "@luckygas/gateway-client";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";
import { type GatewayProcess, startGatewayProcess } from "../../support/gateway-process.ts";
import { type OutsideWorld, startOutsideWorld } from "../../support/outside-world.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

const ROUNDS = 10;
const WORKERS = 4;
/** Leases of killed processes run out within 90 s; then everything left behind is picked up. */
const SETTLE_MS = 240_000;
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000);

/** What callers were told, to be compared with what the outside parties saw. */
interface Told {
  invoices: Map<string, string>;
  batches: Set<string>;
  messages: Map<string, string>;
}

/** Repeats a call with the same key until it is answered; the process may die meanwhile. */
async function insist<T>(
  connect: () => Promise<GatewayClient>,
  call: (client: GatewayClient) => Promise<T>,
): Promise<T> {
  return waitFor(
    "an answer",
    async () => {
      try {
        return { answer: await call(await connect()) };
      } catch (error) {
        if (error instanceof Error && "data" in error && error.data) throw error; // an answer, though a refusal
        return undefined;
      }
    },
    SETTLE_MS,
  ).then(({ answer }) => answer);
}

async function work(name: string, told: Told, connect: Connect, isOver: () => boolean): Promise<void> {
  for (let count = 0; !isOver(); count += 1) {
    const id = `${name}-${count}`;
    const invoice = await insist(
      () => connect("maker"),
      (client) =>
        client.einvoice.issueInvoice.mutate({
          idempotencyKey: `invoice-${id}`,
          buyer: { kind: "consumer" },
          lines: [{ description: "家用瓦斯", quantity: 1, unitPrice: 690 + count }],
          print: true,
        }),
    );
    told.invoices.set(`invoice-${id}`, invoice.invoiceNumber);
    const to = `09${name.padStart(2, "0")}${String(count).padStart(6, "0")}`;
    const message = await insist(
      () => connect("maker"),
      (client) => client.sms.sendMessage.mutate({ idempotencyKey: `message-${id}`, to, text: `第 ${count} 則通知` }),
    );
    told.messages.set(message.id, to);
    if (count % 3 === 0) told.batches.add(await sendBatch(id, connect));
  }
}

type Connect = (subject: string) => Promise<GatewayClient>;

async function sendBatch(id: string, connect: Connect): Promise<string> {
  const batch = await insist(
    () => connect("maker"),
    (client) =>
      client.banking.createBatch.mutate({
        idempotencyKey: `batch-${id}`,
        bank: "mega",
        paymentDate: taipeiDate(new Date()),
        items: [
          { transactionId: `${id}-1`, accountNumber: "01234567890123", accountHolder: "許功蓋", amount: 1380 },
          { transactionId: `${id}-2`, accountNumber: "01234567890124", accountHolder: "陳十全", amount: 690 },
        ],
      }),
  );
  const reference = { batchId: batch.id };
  const status = () =>
    insist(
      () => connect("maker"),
      (client) => client.banking.getBatch.query(reference),
    );
  if ((await status()).status === "draft") {
    await insist(
      () => connect("maker"),
      (client) => client.banking.sealBatch.mutate(reference),
    ).catch(() => {});
  }
  const file = await insist(
    () => connect("maker"),
    (client) => client.banking.previewFile.query(reference),
  );
  // A lost answer may have been a success: then the repeated verb is refused, and the state tells.
  await insist(
    () => connect("approver"),
    (client) => client.banking.approveBatch.mutate({ ...reference, sha256: file.sha256 }),
  ).catch(() => {});
  await insist(
    () => connect("maker"),
    (client) => client.banking.sendBatch.mutate(reference),
  ).catch(() => {});
  expect(["sending", "sent", "acknowledged", "reconciled", "indeterminate", "held"]).toContain((await status()).status);
  return batch.id;
}

describeWith(["postgres"], `kill -9 at random moments (FAULT_SEED=${seed})`, () => {
  test(
    "every accepted request is finished or visible, and nothing is doubled",
    async () => {
      const world = await startOutsideWorld({ numbers: 10_000 });
      let gateway = await start(world);
      const connect: Connect = (subject) => gateway.client(subject);
      const told: Told = { invoices: new Map(), batches: new Set(), messages: new Map() };
      let over = false;
      const workers = Array.from({ length: WORKERS }, (_, index) => work(String(index + 1), told, connect, () => over));
      const failed = Promise.all(workers).then(() => undefined);
      failed.catch(() => {}); // awaited below; a failing worker must not end the process before the rounds do
      const random = mulberry32(seed);
      for (let round = 0; round < ROUNDS; round += 1) {
        await Bun.sleep(300 + random() * 1_200);
        await gateway.kill();
        gateway = await start(world);
      }
      over = true;
      await failed;
      await settle(world);
      await compare(world, told);
      expect(await gateway.terminate()).toBe(0);
      await world.close();
    },
    SETTLE_MS + 120_000,
  );
});

function start(world: OutsideWorld): Promise<GatewayProcess> {
  return startGatewayProcess({ env: world.env, port: world.port });
}

/** Waits until nothing is under way any more: every row is final, or waits for a person. */
async function settle({ sql }: OutsideWorld): Promise<void> {
  await waitFor(
    "everything to be settled",
    async () => {
      const [open] = await sql<{ invoices: number; batches: number; messages: number }[]>`
        SELECT (SELECT count(*)::int FROM einvoice_uploads WHERE status IN ('due', 'sending', 'unknown')) AS invoices,
          (SELECT count(*)::int FROM bank_batches WHERE status IN ('sending', 'sent', 'acknowledged')) AS batches,
          (SELECT count(*)::int FROM sms_messages WHERE status IN ('queued', 'deferred', 'dispatching', 'submitted', 'sent')) AS messages`;
      return open !== undefined && open.invoices + open.batches + open.messages === 0;
    },
    SETTLE_MS,
  );
}

async function compare(world: OutsideWorld, told: Told): Promise<void> {
  const { sql } = world;
  // Invoices: what callers were told is what the table holds; numbers are unique and without gaps.
  const invoices = await sql<{ key: string; number: string }[]>`
    SELECT idempotency_key AS key, number FROM invoices ORDER BY number`;
  for (const [key, number] of told.invoices) expect(invoices).toContainEqual({ key, number });
  expect(invoices.map(({ number }) => number)).toEqual(
    invoices.map((_, index) => `AA${String(10_000_000 + index).padStart(8, "0")}`),
  );
  // The platform: every invoice stored once, no number with two contents.
  const records = world.einvoicePlatform.records();
  expect(records.length).toBe(invoices.length);
  for (const record of records) {
    expect({ number: record.invoiceNo, contents: record.contents.length, stored: record.stored !== undefined }).toEqual(
      {
        number: record.invoiceNo,
        contents: 1,
        stored: true,
      },
    );
  }
  // SMS: never two copies; a message that is not `unknown` reached its handset.
  const messages = await sql<{ id: string; status: string }[]>`SELECT id, status FROM sms_messages`;
  for (const [id, to] of told.messages) {
    const status = messages.find((message) => message.id === id)?.status;
    const copies = world.every8d.copiesTo(`+886${to.slice(1)}`).length;
    expect(copies).toBeLessThanOrEqual(1);
    expect({ id, status, copies }).toEqual(
      status === "unknown" ? { id, status, copies } : { id, status: "delivered", copies: 1 },
    );
  }
  // Bank: every file that the bank has it has once; no debit was presented twice.
  const bank = world.banks[0]?.simulator.records() ?? [];
  expect(new Set(bank.map(({ name }) => name)).size).toBe(bank.length);
  const debits = bank.flatMap(({ transactions }) => transactions.map(({ transactionId }) => transactionId));
  expect(new Set(debits).size).toBe(debits.length);
  const batches = await sql<{ id: string; status: string }[]>`SELECT id, status FROM bank_batches`;
  for (const id of told.batches) {
    expect(["reconciled", "indeterminate", "held"]).toContain(
      batches.find((batch) => batch.id === id)?.status ?? "lost",
    );
  }
  const count = (rows: { status: string }[], status: string) => rows.filter((row) => row.status === status).length;
  console.info(
    `kill -9 × ${ROUNDS}: ${invoices.length} invoices, ${messages.length} messages (${count(messages, "unknown")} unknown), ` +
      `${batches.length} batches (${count(batches, "reconciled")} reconciled, ${count(batches, "indeterminate")} indeterminate, ${count(batches, "held")} held)`,
  );
}

/** Small seeded generator (mulberry32), so that a run can be repeated. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
