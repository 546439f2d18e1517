import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createBanking } from "../../../src/banking/index.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { type BankSimulator, type BankTraits, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import {
  approvedBatch,
  as,
  type BankingProcess,
  getBatch,
  megaAt,
  megaSecret,
  type ProcessOptions,
  startProcess,
  untilStatus,
} from "../../integration/banking/banking-kit.ts";
import { createTestPlatform, type TestPlatform } from "../../support/platform.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

describeWith(["postgres"], "a bank's link, seen through the gateway", () => {
  let database: TestDatabase;
  let bank: BankSimulator;
  const processes: BankingProcess[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.allSettled(processes.splice(0).map((process) => process.stop()));
    await bank.close();
    await database.close();
  });

  const open = async (traits: Partial<BankTraits> = {}) => {
    bank = await createBankSimulator({ clock: systemClock, traits });
    bank.holdReplies();
  };
  const start = async (options: Partial<ProcessOptions> = {}) => {
    const process = await startProcess({
      url: database.url,
      secrets: megaSecret(bank),
      defaultBanks: [megaAt(bank)],
      ...options,
    });
    processes.push(process);
    return process;
  };
  const send = (process: BankingProcess, batchId: string) =>
    process.handlers.sendBatch({ batchId }, as(process, "clerk"));
  const status = (process: BankingProcess) => process.handlers.getBankStatus({ bank: "mega" }, as(process, "clerk"));
  const upload = () => readdirSync(join(bank.folder, "upload"));

  test("an open circuit outlives a restart, lets one probe through after its time, and closes when that one succeeds", async () => {
    await open();
    const first = await start();
    bank.faults.add({ operation: "connect", kind: "drop_before", times: 3 });
    const { batchId } = await approvedBatch(first);
    await send(first, batchId);
    const held = await untilStatus(first, batchId, "held");
    expect(held.attempts.map(({ steps }) => steps.map(({ step }) => step))).toEqual([
      ["connect"],
      ["connect"],
      ["connect"],
    ]);
    await processes.pop()?.stop();

    const second = await start();
    expect(await status(second)).toMatchObject({ status: "unhealthy", circuit_breaker: "open" });
    const before = bank.connections().most;
    await send(second, batchId);
    const waiting = await waitFor("the batch to be put off", async () => {
      const rows = await second.platform.database.hot<{ until: Date }[]>`
        SELECT next_attempt_at AS until FROM bank_batches WHERE id = ${batchId} AND next_attempt_at > now() + interval '9 minutes'`;
      return rows[0];
    });
    expect(waiting).toBeDefined();
    expect(bank.connections().most).toBe(before);

    await second.platform.database.hot`UPDATE circuit_breakers SET opened_at = opened_at - interval '10 minutes'`;
    expect((await status(second)).circuit_breaker).toBe("half_open");
    await second.platform.database.hot`UPDATE bank_batches SET next_attempt_at = now()`;
    await untilStatus(second, batchId, "sent");
    expect((await status(second)).circuit_breaker).toBe("closed");
  });

  test("refusals and damaged content never open the circuit", async () => {
    await open();
    const gateway = await start();
    bank.faults.add({ operation: "open_write", kind: "status", status: 3, times: 4 });
    for (let count = 0; count < 4; count += 1) {
      const { batchId } = await approvedBatch(gateway);
      await send(gateway, batchId);
      await untilStatus(gateway, batchId, "held");
    }
    bank.faults.add({ operation: "write", kind: "flip", times: 3 });
    const { batchId } = await approvedBatch(gateway);
    await send(gateway, batchId);
    const held = await untilStatus(gateway, batchId, "held");
    expect(held.attempts.map(({ errorType }) => errorType)).toEqual(["integrity", "integrity", "integrity"]);
    expect((await status(gateway)).circuit_breaker).toBe("closed");
    expect(upload()).toEqual([]);
  });

  test("the cut-off passes between two tries: held, not sent", async () => {
    await open();
    let ahead = Date.parse("2030-01-31T07:20:00Z") - Date.now();
    const clock = { now: () => new Date(Date.now() + ahead), sleep: systemClock.sleep };
    const gateway = await start({ clock, defaultBanks: [megaAt(bank, { cutoffTime: "15:30" })] });
    const { batchId } = await approvedBatch(gateway);
    bank.faults.add({
      operation: "close_write",
      kind: "halt_before",
      halt: async () => {
        ahead += 11 * 60_000;
      },
    });
    await send(gateway, batchId);
    const held = await untilStatus(gateway, batchId, "held", "sent", "indeterminate");
    expect(held).toMatchObject({ status: "held", heldReason: "cutoff_passed", attempts: [{ state: "failed" }] });
    expect(upload().filter((name) => !name.endsWith(".tmp"))).toEqual([]);
  });

  test("credentials that change while a transfer is under way: it ends as it began, the next one uses the new ones", async () => {
    await open();
    const platform = createTestPlatform({ url: database.url });
    let secret = megaSecret(bank)["banking-mega-credentials"];
    let held = new Secret(secret);
    const banking = createBanking(
      { ...platform, secrets: { read: async () => held } },
      { polls: false, defaultBanks: [megaAt(bank, { connectionsMax: 1 })], retryBaseMs: 100 },
    );
    platform.jobs.start();
    const gateway: BankingProcess = {
      platform,
      banking,
      handlers: banking.handlers,
      stop: async () => {
        await platform.jobs.stop();
        await banking.stop();
        await platform.close();
      },
    };
    processes.push(gateway);
    const [first, second] = [await approvedBatch(gateway), await approvedBatch(gateway)];
    const { promise, resolve } = Promise.withResolvers<void>();
    bank.faults.add({ operation: "fsync", kind: "delay", halt: () => promise });
    await send(gateway, first.batchId);
    await waitFor("the transfer to be under way", () => bank.requests().some(({ operation }) => operation === "fsync"));
    await send(gateway, second.batchId);
    const password = crypto.randomUUID();
    bank.setPassword(password);
    secret = JSON.stringify({ sftp_username: bank.credentials.username, sftp_password: password });
    held = new Secret(secret);
    resolve();
    for (const { batchId } of [first, second]) {
      expect(await untilStatus(gateway, batchId, "sent", "held")).toMatchObject({
        status: "sent",
        attempts: [{ number: 1, state: "sent" }],
      });
    }
    expect(bank.signIns()).toEqual({ tried: 2, refused: 0 });
  });

  test("a stop lets a transfer that is under way end, or leaves it to another process; nothing counts against the bank", async () => {
    await open();
    const first = await start();
    const { batchId } = await approvedBatch(first);
    const { promise, resolve } = Promise.withResolvers<void>();
    bank.faults.add({ operation: "fsync", kind: "delay", halt: () => promise });
    await send(first, batchId);
    await waitFor("the transfer to be under way", () => bank.requests().some(({ operation }) => operation === "fsync"));
    const stopped = processes.pop()?.stop();
    resolve();
    await stopped;
    const second = await start();
    const batch = await untilStatus(second, batchId, "sent", "held");
    expect(batch.attempts.filter(({ state }) => state === "sent")).toHaveLength(1);
    expect(upload().filter((name) => !name.endsWith(".tmp"))).toEqual([batch.file?.name ?? ""]);
    expect((await status(second)).circuit_breaker).toBe("closed");
    const breakers = await second.platform.database.hot`SELECT failures FROM circuit_breakers WHERE failures > 0`;
    expect(breakers).toHaveLength(0);
  });

  test("in production a bank without a pinned host key is not even connected to; with a wrong pin nothing secret is sent", async () => {
    await open();
    const platforms: TestPlatform[] = [];
    const bankingWith = (hostKeyPins: string[]) => {
      const platform = createTestPlatform({ url: database.url, secrets: megaSecret(bank) });
      platforms.push(platform);
      return createBanking(
        { ...platform, environment: "production" },
        { polls: false, defaultBanks: [megaAt(bank, { hostKeyPins })] },
      );
    };
    const unpinned = bankingWith([]);
    const [{ log } = createTestPlatform({ url: database.url })] = platforms;
    const context = { caller: { subject: "boss", role: "manager" as const }, requestId: "test", log };
    expect(await unpinned.handlers.testConnection({ bank: "mega" }, context)).toMatchObject({
      ok: false,
      errorType: "host_key",
      steps: [{ step: "host_key", ok: false, detail: "no host key is pinned for this bank" }],
    });
    expect(bank.signIns().tried).toBe(0);
    expect((await unpinned.health()).banking_mega).toMatchObject({
      status: "unhealthy",
      detail: expect.stringContaining("hostKeyPins"),
    });
    const other = `SHA256:${"A".repeat(43)}`;
    const wrong = bankingWith([other]);
    const test = await wrong.handlers.testConnection({ bank: "mega" }, context);
    expect(test.steps.map(({ step, ok }) => [step, ok])).toEqual([
      ["dns", true],
      ["tcp", true],
      ["host_key", false],
    ]);
    expect(test.steps.at(-1)?.detail).toContain(bank.hostKeyPin);
    expect(bank.signIns().tried).toBe(0);
    const rotating = bankingWith([other, bank.hostKeyPin]);
    expect(await rotating.handlers.testConnection({ bank: "mega" }, context)).toMatchObject({ ok: true });
    await Promise.all([unpinned, wrong, rotating].map((banking) => banking.stop()));
    await Promise.all(platforms.map((platform) => platform.close()));
  });

  test("an address outside the allow-list is not connected to", async () => {
    await open();
    const gateway = await start({ defaultBanks: [megaAt(bank, { addressAllowList: ["203.0.113.0/24"] })] });
    expect(await gateway.handlers.testConnection({ bank: "mega" }, as(gateway, "boss"))).toMatchObject({
      ok: false,
      errorType: "address_not_allowed",
      steps: [{ step: "dns", ok: false }],
    });
    expect(bank.signIns().tried).toBe(0);
  });

  test("a bank that takes temporary files away: indeterminate, told with the remedy, ended by a person", async () => {
    await open({ collects: true });
    const gateway = await start();
    const { batchId } = await approvedBatch(gateway);
    await send(gateway, batchId);
    const batch = await untilStatus(gateway, batchId, "sent", "held", "indeterminate");
    expect(batch).toMatchObject({ status: "indeterminate", attempts: [{ state: "indeterminate" }] });
    expect(batch.attempts[0]?.steps.at(-1)?.outcome).toContain("`direct`");
    await expect(send(gateway, batchId)).rejects.toMatchObject({ options: { reason: "outcome_unknown" } });
    const settled = await gateway.handlers.settleUnknown(
      { batchId, outcome: "arrived", evidence: "telephone, Ms Lin, 10:15" },
      as(gateway, "boss"),
    );
    expect(settled.status).toBe("sent");
    expect(readdirSync(join(bank.folder, "..", "collected"))).toHaveLength(1);
  });

  test("a temporary file that the bank does not let us remove does not keep the others; nothing else is touched", async () => {
    await open();
    const gateway = await start();
    const folder = join(bank.folder, "upload");
    await Bun.write(join(folder, "PAY_20300131_999999999999.txt.1.tmp"), "somebody else's");
    const batches = [await approvedBatch(gateway), await approvedBatch(gateway)];
    for (const { batchId } of batches) {
      bank.faults.add({ operation: "write", kind: "drop_after" });
      // The first attempt leaves its file: the connection is cut under it, and the second may not remove it.
      bank.faults.add({ operation: "remove", kind: "status", status: 3, times: 1 });
      await send(gateway, batchId);
      await untilStatus(gateway, batchId, "sent");
    }
    bank.faults.add({ operation: "remove", kind: "status", status: 3, times: 1 });
    const own = batches.map(({ file }) => file.name);
    await waitFor("the rest to be removed", () => {
      gateway.platform.jobs.wake("banking-clean-temporaries");
      return upload().filter((name) => own.some((mine) => name.startsWith(`${mine}.`))).length === 0;
    });
    expect(upload()).toContain("PAY_20300131_999999999999.txt.1.tmp");
    for (const { batchId } of batches) expect((await getBatch(gateway, batchId)).status).toBe("sent");
  });

  test("two processes, 30 transfers and 20 trials at once: never more connections or channels than allowed", async () => {
    await open();
    const pair = [await start(), await start()] as const;
    const batches = await Promise.all(Array.from({ length: 30 }, () => approvedBatch(pair[0])));
    await Promise.all(batches.map(({ batchId }, index) => send(pair[index % 2] ?? pair[0], batchId)));
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const process = pair[index % 2] ?? pair[0];
        return process.handlers.testConnection({ bank: "mega" }, as(process, "boss"));
      }),
    );
    for (const { batchId } of batches) await untilStatus(pair[0], batchId, "sent");
    expect(bank.connections().most).toBeLessThanOrEqual(5);
    expect(bank.channels().most).toBeLessThanOrEqual(5);
    await Promise.all(processes.splice(0).map((process) => process.stop()));
    await waitFor("every connection to be closed", () => bank.connections().now === 0 && bank.channels().now === 0);
  });
});
