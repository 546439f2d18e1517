import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/platform/clock.ts";
import { type BankFault, type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import {
  approvedBatch,
  as,
  type BankingProcess,
  createBatch,
  getBatch,
  megaAt,
  megaSecret,
  type ProcessOptions,
  startProcess,
  untilStatus,
} from "../../integration/banking/banking-kit.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";

describeWith(["postgres"], "a batch under faults of the bank and deaths of the gateway", () => {
  let database: TestDatabase;
  let bank: BankSimulator;
  const processes: BankingProcess[] = [];
  beforeEach(async () => {
    // A database for every test: a process that dies keeps its places at the bank for a while.
    [database, bank] = await Promise.all([createTestDatabase(), createBankSimulator({ clock: systemClock })]);
  });
  afterEach(async () => {
    bank.faults.clear();
    await Promise.allSettled(processes.splice(0).map((process) => process.stop()));
    await bank.close();
    await database.close();
  });

  const start = async (options: Partial<ProcessOptions> = {}) => {
    const process = await startProcess({
      url: database.url,
      secrets: megaSecret(bank),
      defaultBanks: [megaAt(bank)],
      breaker: { failuresToOpen: 1000, openForMs: 1000 },
      ...options,
    });
    processes.push(process);
    return process;
  };
  const upload = (name: string) => readdirSync(join(bank.folder, "upload")).filter((entry) => entry.startsWith(name));
  const send = (process: BankingProcess, batchId: string) =>
    process.handlers.sendBatch({ batchId }, as(process, "clerk"));

  test.each<[BankFault["kind"], BankFault["operation"], number]>([
    ["drop_after", "rename", 1],
    ["drop_before", "rename", 1],
    ["status_after", "rename", 1],
    ["half", "rename", 1],
    ["hang_after", "rename", 1],
    ["flip", "write", 2],
    ["drop_before", "close_write", 2],
    ["drop_after", "open_write", 2],
    ["drop_before", "connect", 2],
  ])("%s at %s: sent once, in %i attempts", async (kind, operation, attempts) => {
    const gateway = await start();
    const { batchId, file } = await approvedBatch(gateway);
    bank.faults.add({ operation, kind });
    await send(gateway, batchId);
    const batch = await untilStatus(gateway, batchId, "sent", "reconciled", "held", "indeterminate");
    expect(batch.status).toBe("sent");
    expect(batch.attempts).toHaveLength(attempts);
    expect(batch.attempts.at(-1)?.state).toBe("sent");
    expect(upload(file.name)).toEqual([file.name]);
    await waitFor("the bank to deal with it", () => bank.records().length === 1);
    expect(bank.records()).toMatchObject([{ accepted: true, sha256: file.sha256 }]);
  });

  test("three tries in vain: held, nothing of it at the bank; sent again by order", async () => {
    const gateway = await start();
    const { batchId, file } = await approvedBatch(gateway);
    bank.faults.add({ operation: "close_write", kind: "drop_before", times: 3 });
    await send(gateway, batchId);
    const held = await untilStatus(gateway, batchId, "sent", "held", "indeterminate");
    expect(held).toMatchObject({ status: "held", heldReason: "transfer_failed" });
    expect(held.attempts.map((attempt) => attempt.state)).toEqual(["failed", "failed", "failed"]);
    await send(gateway, batchId);
    await untilStatus(gateway, batchId, "sent");
    expect(upload(file.name)).toEqual([file.name]);
  });

  test("a refusal is not tried again", async () => {
    const gateway = await start();
    const { batchId } = await approvedBatch(gateway);
    bank.faults.add({ operation: "open_write", kind: "status", status: 3 });
    await send(gateway, batchId);
    const held = await untilStatus(gateway, batchId, "sent", "held");
    expect(held).toMatchObject({ status: "held", attempts: [{ state: "failed", errorType: "permission" }] });
  });

  test("the file is gone and nobody saw the rename: indeterminate, never sent again, ended by the bank's reply", async () => {
    const gateway = await start();
    bank.holdReplies();
    const { batchId, file } = await approvedBatch(gateway);
    bank.faults.add({ operation: "rename", kind: "drop_after" });
    // The bank's program takes the file away before anybody can look.
    const path = join(bank.folder, "upload", file.name);
    await send(gateway, batchId);
    const bytes = await waitFor("the file to arrive", () =>
      upload(file.name).includes(file.name) ? readFileSync(path) : undefined,
    );
    unlinkSync(path);
    const batch = await untilStatus(gateway, batchId, "sent", "indeterminate", "held");
    expect(batch.status).toBe("indeterminate");
    await expect(send(gateway, batchId)).rejects.toMatchObject({ options: { reason: "outcome_unknown" } });
    await expect(
      gateway.handlers.cancelBatch({ batchId, reason: "unsure" }, as(gateway, "clerk")),
    ).rejects.toMatchObject({ code: "state_not_allowed" });

    await Bun.write(path, bytes);
    await bank.releaseReplies();
    await gateway.handlers.pollInbound({ bank: "mega" }, as(gateway, "clerk"));
    expect(await getBatch(gateway, batchId)).toMatchObject({ status: "reconciled", attempts: [{ state: "sent" }] });
  });

  test("a person may end an indeterminate transfer either way", async () => {
    const gateway = await start();
    for (const outcome of ["arrived", "not_arrived"] as const) {
      bank.holdReplies();
      const { batchId, file } = await approvedBatch(gateway);
      bank.faults.add({ operation: "rename", kind: "drop_after" });
      await send(gateway, batchId);
      await waitFor("the file to arrive", () => upload(file.name).includes(file.name));
      unlinkSync(join(bank.folder, "upload", file.name));
      await untilStatus(gateway, batchId, "indeterminate");
      const settled = await gateway.handlers.settleUnknown(
        { batchId, outcome, evidence: "telephone, Ms Lin, 10:15" },
        as(gateway, "boss"),
      );
      expect(settled).toMatchObject(
        outcome === "arrived" ? { status: "sent" } : { status: "held", heldReason: "settled_not_arrived" },
      );
    }
  });

  test("wrong credentials are tried once, not again by themselves, and no account is locked", async () => {
    const secrets = {
      "banking-mega-credentials": JSON.stringify({
        sftp_username: "luckygas",
        sftp_password: `wrong-${crypto.randomUUID()}`,
      }),
    };
    const gateway = await start({ secrets });
    const first = await approvedBatch(gateway);
    await send(gateway, first.batchId);
    const held = await untilStatus(gateway, first.batchId, "sent", "held");
    expect(held).toMatchObject({ status: "held", attempts: [{ errorType: "auth" }] });
    expect(held.attempts[0]?.steps).toMatchObject([{ step: "connect", outcome: "credentials refused" }]);
    const second = await approvedBatch(gateway);
    await expect(send(gateway, second.batchId)).rejects.toMatchObject({
      code: "provider_misconfigured",
      message: expect.stringContaining("put the right ones into the secret, or run testConnection"),
      options: { reason: "credentials_refused" },
    });
    expect(await getBatch(gateway, second.batchId)).toMatchObject({ status: "approved", attempts: [] });
    await expect(gateway.handlers.pollInbound({ bank: "mega" }, as(gateway, "clerk"))).rejects.toMatchObject({
      code: "provider_unavailable",
      options: { reason: "auth" },
    });
    expect(bank.signIns()).toEqual({ tried: 1, refused: 1 });
    expect((await gateway.banking.health()).banking_mega).toMatchObject({
      status: "unhealthy",
      detail: expect.stringContaining("run testConnection"),
    });
    // A person may try them once more.
    expect(await gateway.handlers.testConnection({ bank: "mega" }, as(gateway, "boss"))).toMatchObject({
      ok: false,
      errorType: "auth",
    });
    expect(bank.signIns()).toEqual({ tried: 2, refused: 2 });

    const mended = await start();
    await send(mended, first.batchId);
    await untilStatus(mended, first.batchId, "sent");
  });

  test("two processes, twenty batches: each at the bank once, never more than 5 connections", async () => {
    const pair = [await start(), await start()] as const;
    const batches = await Promise.all(Array.from({ length: 20 }, () => approvedBatch(pair[0])));
    await Promise.all(batches.flatMap(({ batchId }) => pair.map((process) => send(process, batchId))));
    for (const { batchId } of batches) {
      const batch = await untilStatus(pair[0], batchId, "sent", "held", "indeterminate");
      expect(batch).toMatchObject({ status: "sent", attempts: [{ number: 1, state: "sent" }] });
    }
    await waitFor("the bank to deal with them", () => bank.records().length >= 20);
    expect(
      bank
        .records()
        .map((record) => record.sha256)
        .sort(),
    ).toEqual(batches.map(({ file }) => file.sha256).sort());
    expect(bank.connections().most).toBeLessThanOrEqual(5);
  });

  // A process that dies holds its lease until it runs out; what it asked of the bank may have happened or not.
  test.each<[BankFault["operation"], BankFault["kind"], number]>([
    ["open_write", "hang_after", 2],
    ["write", "hang", 2],
    ["close_write", "hang_after", 2],
    ["read", "hang", 2],
    ["rename", "hang", 1],
    ["rename", "hang_after", 1],
  ])(
    "a process dies while %s is under way (%s): another one ends it in %i attempts",
    async (operation, kind, attempts) => {
      const doomed = await startProcess({
        url: database.url,
        secrets: megaSecret(bank),
        defaultBanks: [megaAt(bank)],
        leaseMs: 1_000,
        timeouts: { requestMs: 600_000, connectMs: 600_000 },
      });
      const { batchId, file } = await approvedBatch(doomed);
      bank.faults.add({ operation, kind });
      await send(doomed, batchId);
      await waitFor("the request to be under way", () =>
        bank.requests().some((request) => request.operation === operation && request.path.includes(file.name)),
      );
      // Dead: its database is gone, so it renews nothing and records nothing.
      await doomed.platform.database.close();
      const heir = await start();
      const batch = await untilStatus(heir, batchId, "sent", "held", "indeterminate");
      expect(batch.status).toBe("sent");
      expect(batch.attempts).toHaveLength(attempts);
      expect(upload(file.name)).toEqual([file.name]);
      await waitFor("the bank to deal with it", () => bank.records().length === 1);
    },
  );

  test("after the cut-off a batch is held, not sent", async () => {
    const gateway = await start({ defaultBanks: [megaAt(bank, { cutoffTime: "00:00" })] });
    const { batchId } = await approvedBatch(gateway);
    const input = { idempotencyKey: crypto.randomUUID(), bank: "mega", paymentDate: "2020-01-31", items: [] };
    expect((await getBatch(gateway, batchId)).cutoffAt).toBe("2030-01-30T16:00:00.000Z");
    const late = await gateway.handlers.createBatch(
      {
        ...input,
        items: [{ transactionId: "LATE-1", accountNumber: "123456", accountHolder: "A", amount: 1 }],
      },
      as(gateway, "clerk"),
    );
    const { file } = await gateway.handlers.sealBatch({ batchId: late.id }, as(gateway, "clerk"));
    await gateway.handlers.approveBatch({ batchId: late.id, sha256: file?.sha256 ?? "" }, as(gateway, "boss"));
    await expect(send(gateway, late.id)).rejects.toMatchObject({ options: { reason: "cutoff_passed" } });
    expect(await getBatch(gateway, late.id)).toMatchObject({ status: "held", heldReason: "cutoff_passed" });
    expect(bank.connections().most).toBe(0);
  });
});

describeWith(["postgres"], "a bank that is down", () => {
  test("three failures open its circuit for all processes; another bank does not notice", async () => {
    const database = await createTestDatabase();
    const [up, down] = await Promise.all([
      createBankSimulator({ clock: systemClock }),
      createBankSimulator({ clock: systemClock, clearingCode: "822" }),
    ]);
    const credentials = (bank: BankSimulator) =>
      JSON.stringify({ sftp_username: bank.credentials.username, sftp_password: bank.credentials.password });
    const options = {
      url: database.url,
      secrets: { "banking-mega-credentials": credentials(up), "banking-ctbc-credentials": credentials(down) },
      defaultBanks: [megaAt(up), megaAt(down, { bankCode: "ctbc", clearingCode: "822" })],
    };
    const [first, second] = [await startProcess(options), await startProcess(options)];
    down.faults.add({ operation: "connect", kind: "drop_before", times: 1000 });
    const broken = await approvedBatch(first, { bank: "ctbc" });
    await first.handlers.sendBatch({ batchId: broken.batchId }, as(first, "clerk"));
    expect(await untilStatus(first, broken.batchId, "held")).toMatchObject({ heldReason: "transfer_failed" });
    for (const process of [first, second]) {
      const status = await process.handlers.getBankStatus({ bank: "ctbc" }, as(process, "clerk"));
      expect(status).toMatchObject({ status: "unhealthy", circuit_breaker: "open" });
    }
    const waiting = await approvedBatch(second, { bank: "ctbc" });
    await second.handlers.sendBatch({ batchId: waiting.batchId }, as(second, "clerk"));
    const fine = await approvedBatch(second);
    await second.handlers.sendBatch({ batchId: fine.batchId }, as(second, "clerk"));
    await untilStatus(second, fine.batchId, "sent");
    expect(await getBatch(second, waiting.batchId)).toMatchObject({ status: "sending", attempts: [] });
    expect(await createBatch(second)).toMatchObject({ status: "draft" });
    const opened = [...first.platform.logLines, ...second.platform.logLines].join("\n");
    expect(opened).toContain("Circuit breaker opened for bank ctbc");
    await Promise.all([first.stop(), second.stop()]);
    await Promise.all([up.close(), down.close()]);
    await database.close();
  });
});
