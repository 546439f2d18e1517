import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { CHUNK_BYTES, WINDOW_BYTES } from "../../../src/banking/connectors/sftp/content.ts";
import { TransferFault } from "../../../src/banking/connectors/sftp/errors.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { waitFor } from "../../support/wait-for.ts";
import { endpointOf, memoryLeases, outboundFile, transportTo } from "./transport-kit.ts";

let bank: BankSimulator;
beforeEach(async () => {
  bank = await createBankSimulator({ clock: systemClock });
});
afterEach(() => bank.close());

/** Longer than any test takes: whoever waits for this waits for something else to happen first. */
const FOREVER_MS = 600_000;
const patient = { idleMs: FOREVER_MS, acquireMs: 60_000, requestMs: 30_000, connectMs: 30_000 };
const holdUp = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { until: promise, go: resolve };
};

describe("processes share a bank's connections", () => {
  test("an idle connection of another process is given up for one who waits", async () => {
    const leases = memoryLeases();
    const [first, second] = [1, 2].map(() =>
      transportTo(endpointOf(bank), { leases, connectionsMax: 1, timeouts: patient }),
    );
    expect((await first?.list("/upload"))?.ok).toBe(true);
    expect(first?.connections()).toBe(1);
    expect((await second?.list("/upload"))?.ok).toBe(true);
    expect(first?.connections()).toBe(0);
    expect(bank.connections().most).toBe(1);
    await Promise.all([first?.close(), second?.close()]);
  });

  test("a process that never rests gives way as well", async () => {
    const leases = memoryLeases();
    const [busy, waiting] = [1, 2].map(() =>
      transportTo(endpointOf(bank), { leases, connectionsMax: 1, timeouts: patient }),
    );
    let isServed = false;
    const work = async () => {
      while (!isServed) expect((await busy?.list("/upload"))?.ok).toBe(true);
    };
    const workers = [work(), work(), work()];
    await waitFor("the busy one to have the connection", () => busy?.connections() === 1);
    expect((await waiting?.list("/upload"))?.ok).toBe(true);
    isServed = true;
    await Promise.all(workers);
    expect(bank.connections().most).toBe(1);
    await Promise.all([busy?.close(), waiting?.close()]);
  });

  test("a bank that lowers its number is obeyed at once", async () => {
    let connectionsMax = 4;
    const options = { leases: memoryLeases(), timeouts: patient };
    const transport = transportTo(() => endpointOf(bank), {
      ...options,
      get connectionsMax() {
        return connectionsMax;
      },
    });
    await Promise.all(Array.from({ length: 12 }, () => transport.list("/upload")));
    expect(bank.connections().most).toBeGreaterThan(1);
    connectionsMax = 1;
    await Promise.all(Array.from({ length: 12 }, () => transport.list("/upload")));
    await waitFor("one connection", () => bank.connections().now === 1 && transport.connections() === 1);
    await transport.close();
  });
});

test("1,000 operations in turn, then 200 at once from two processes: counted by the bank, nothing grows or is left over", async () => {
  const leases = memoryLeases();
  const pair = [1, 2].map(() => transportTo(endpointOf(bank), { leases, timeouts: patient }));
  for (let count = 0; count < 1_000; count += 1) expect((await pair[0]?.list("/upload"))?.ok).toBe(true);
  expect([bank.connections().most, bank.channels().most, bank.signIns().tried]).toEqual([1, 1, 1]);
  const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => pair[index % 2]?.list("/upload")));
  expect(answers.every((answer) => answer?.ok)).toBe(true);
  expect(bank.connections().most).toBeGreaterThan(1);
  expect(bank.connections().most).toBeLessThanOrEqual(5);
  expect(bank.channels().most).toBeLessThanOrEqual(5);
  await Promise.all(pair.map((transport) => transport.close()));
  await waitFor("nothing to be left", () => bank.connections().now === 0 && bank.channels().now === 0);
  expect(leases.held()).toBe(0);
});

test("a bank that answers slowly gets a large file whole; no more is on the way than the window holds", async () => {
  // The last piece of a window is answered long after the time for one request.
  const timeouts = { ...patient, requestMs: 3_000 };
  bank.faults.add({ operation: "write", kind: "delay", delayMs: 60, times: 64 });
  const transport = transportTo(endpointOf(bank), { timeouts });
  const file = outboundFile("/upload", "PAY_20300131_1.txt", "0123456789abcdef".repeat(512 * 1024));
  expect(file.bytes.length).toBeGreaterThan(3 * WINDOW_BYTES);
  const outcome = await transport.submit(file, { onStep: () => {}, onVerified: async () => {} });
  expect(outcome).toEqual({ kind: "sent", verification: "sha256" });
  const { bytes, requests } = bank.load();
  expect(requests).toBeGreaterThan(32);
  expect(requests).toBeLessThanOrEqual(WINDOW_BYTES / CHUNK_BYTES + 1);
  // What a request says about itself comes on top.
  expect(bytes).toBeLessThanOrEqual(WINDOW_BYTES + requests * 100);
  await transport.close();
});

describe("credentials", () => {
  /** Remembers refusals as the gateway does. */
  const memory = () => {
    let isRefused = false;
    return {
      maySignIn: async () => {
        if (isRefused) throw new TransferFault("auth", true, "not tried again");
      },
      onSignIn: async (accepted: boolean) => {
        isRefused = !accepted;
      },
    };
  };

  test("wrong ones are tried once, however many want a connection", async () => {
    const wrong = { ...endpointOf(bank), password: new Secret(crypto.randomUUID()) };
    const shared = { leases: memoryLeases(), timeouts: patient, ...memory() };
    const processes = [1, 2].map(() => transportTo(wrong, shared));
    const answers = await Promise.all(
      processes.flatMap((transport) => Array.from({ length: 5 }, () => transport.list("/upload"))),
    );
    expect(answers).toEqual(Array.from({ length: 10 }, () => ({ ok: false, errorType: "auth" })));
    expect(bank.signIns()).toEqual({ tried: 1, refused: 1 });
    await Promise.all(processes.map((transport) => transport.close()));
  });

  test("ones that were good until the bank changed them are tried once as well", async () => {
    const endpoint = endpointOf(bank);
    const transport = transportTo(endpoint, { timeouts: patient, ...memory() });
    expect((await transport.list("/upload")).ok).toBe(true);
    const { tried } = bank.signIns();
    bank.setPassword(crypto.randomUUID());
    bank.cutAll();
    const answers = await Promise.all(Array.from({ length: 5 }, () => transport.list("/upload")));
    expect(answers.every((answer) => !answer.ok && answer.errorType === "auth")).toBe(true);
    expect(bank.signIns()).toEqual({ tried: tried + 1, refused: 1 });
    await transport.close();
  });

  test("changed while a transfer is under way: it ends over its connection, whoever waits signs in with the new ones", async () => {
    let endpoint = endpointOf(bank);
    const transport = transportTo(() => endpoint, { connectionsMax: 1, timeouts: patient });
    const { until, go } = holdUp();
    const file = outboundFile("/upload", "PAY_20300131_1.txt");
    const first = transport.submit(file, { onStep: () => {}, onVerified: () => until });
    await waitFor("the transfer to be under way", () => bank.requests().some(({ operation }) => operation === "read"));
    const second = transport.submit(outboundFile("/upload", "PAY_20300131_2.txt"), {
      onStep: () => {},
      onVerified: async () => {},
    });
    const password = crypto.randomUUID();
    bank.setPassword(password);
    endpoint = { ...endpoint, password: new Secret(password) };
    go();
    expect(await first).toEqual({ kind: "sent", verification: "sha256" });
    expect(await second).toEqual({ kind: "sent", verification: "sha256" });
    expect(bank.signIns()).toEqual({ tried: 2, refused: 0 });
    await transport.close();
  });
});

describe("a connection that died while it lay idle", () => {
  test.each(["drop_before", "drop_after"] as const)(
    "is replaced when its first request meets it (%s)",
    async (kind) => {
      const timeouts = { ...patient, validateAfterMs: FOREVER_MS };
      const transport = transportTo(endpointOf(bank), { timeouts });
      expect((await transport.list("/upload")).ok).toBe(true);
      bank.faults.add({ operation: "opendir", kind });
      expect((await transport.list("/upload")).ok).toBe(true);
      // A fresh one that is cut is a fault of the bank, and told.
      bank.cutAll();
      bank.faults.add({ operation: "opendir", kind });
      await waitFor("the cut to be seen", () => transport.connections() === 0);
      expect(await transport.list("/upload")).toEqual({ ok: false, errorType: "disconnected" });
      await transport.close();
    },
  );

  test("a submission over it is not counted as a try", async () => {
    const transport = transportTo(endpointOf(bank), { timeouts: { ...patient, validateAfterMs: FOREVER_MS } });
    await transport.list("/upload");
    bank.faults.add({ operation: "open_read", kind: "drop_before" });
    const outcome = await transport.submit(outboundFile("/upload", "PAY_20300131_1.txt"), {
      onStep: () => {},
      onVerified: async () => {},
    });
    expect(outcome).toEqual({ kind: "sent", verification: "sha256" });
    await transport.close();
  });
});

test("the gateway's own shutdown is no fault of the bank", async () => {
  const transport = transportTo(endpointOf(bank), { timeouts: patient });
  bank.faults.add({ operation: "write", kind: "hang" });
  const outcome = transport.submit(outboundFile("/upload", "PAY_20300131_1.txt"), {
    onStep: () => {},
    onVerified: async () => {},
  });
  await waitFor("the transfer to be under way", () => bank.requests().some(({ operation }) => operation === "write"));
  await transport.close();
  expect(await outcome).toMatchObject({ kind: "not_sent", errorType: "pool_exhausted" });
});

test("a bank that hangs holds up nobody but its own callers", async () => {
  const dead = await createBankSimulator({ clock: systemClock });
  dead.faults.add({ operation: "*", kind: "hang", times: 1_000 });
  const stuck = transportTo(endpointOf(dead), {
    timeouts: { ...patient, connectMs: FOREVER_MS, requestMs: FOREVER_MS },
  });
  const over: string[] = [];
  const waiting = Array.from({ length: 10 }, () => stuck.list("/upload").then(() => over.push("stuck")));
  await waitFor("callers to be stuck", () => stuck.connections() > 0);
  const healthy = transportTo(endpointOf(bank), { timeouts: patient });
  for (let count = 0; count < 100; count += 1) {
    expect((await healthy.list("/upload")).ok).toBe(true);
    over.push("served");
  }
  expect(over).toEqual(Array.from({ length: 100 }, () => "served"));
  await stuck.close();
  await Promise.all(waiting);
  await healthy.close();
  await dead.close();
});
