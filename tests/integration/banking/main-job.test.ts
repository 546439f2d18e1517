import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, unlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/platform/clock.ts";
import { type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import {
  approvedBatch,
  as,
  type BankingProcess,
  createBatch,
  getBatch,
  items,
  megaAt,
  megaSecret,
  startProcess,
  untilStatus,
} from "./banking-kit.ts";

describeWith(["postgres"], "a payment file from draft to reconciled", () => {
  let database: TestDatabase;
  let bank: BankSimulator;
  let gateway: BankingProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    bank = await createBankSimulator({ clock: systemClock });
    gateway = await startProcess({ url: database.url, secrets: megaSecret(bank), defaultBanks: [megaAt(bank)] });
  });
  afterAll(async () => {
    await gateway.stop();
    await bank.close();
    await database.close();
  });

  const upload = () => readdirSync(join(bank.folder, "upload"));
  const poll = () => gateway.handlers.pollInbound({ bank: "mega" }, as(gateway, "clerk"));

  test("the whole way, seen at every step", async () => {
    const debits = items(3);
    const draft = await createBatch(gateway, { items: debits });
    expect(draft).toMatchObject({
      status: "draft",
      file: null,
      recordCount: 3,
      approvalsRequired: 1,
      createdBy: "clerk",
    });
    const batchId = draft.id;
    const preview = await gateway.handlers.previewFile({ batchId }, as(gateway, "clerk"));
    expect(preview.sealed).toBe(false);

    const sealed = await gateway.handlers.sealBatch({ batchId }, as(gateway, "clerk"));
    const file = await gateway.handlers.previewFile({ batchId }, as(gateway, "clerk"));
    const bytes = Buffer.from(file.contentBase64, "base64");
    expect(file).toMatchObject({ sealed: true, recordCount: 3, sizeBytes: 5 * 202, sha256: sealed.file?.sha256 ?? "" });
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(file.sha256);
    expect(file.fileName).toMatch(/^PAY_\d{8}_\d{12}\.txt$/);

    const { sha256 } = file;
    await expect(gateway.handlers.approveBatch({ batchId, sha256 }, as(gateway, "clerk"))).rejects.toMatchObject({
      code: "forbidden",
      options: { reason: "approver_is_creator" },
    });
    await expect(
      gateway.handlers.approveBatch({ batchId, sha256: "0".repeat(64) }, as(gateway, "manager")),
    ).rejects.toMatchObject({ code: "invalid_input", options: { fields: [{ path: "sha256" }] } });
    await expect(gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"))).rejects.toMatchObject({
      code: "state_not_allowed",
    });
    expect((await gateway.handlers.approveBatch({ batchId, sha256 }, as(gateway, "manager"))).status).toBe("approved");

    expect((await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"))).status).toBe("sending");
    const sent = await untilStatus(gateway, batchId, "sent", "held", "indeterminate");
    expect(sent.status).toBe("sent");
    expect(sent.attempts).toMatchObject([{ number: 1, state: "sent", verification: "sha256", errorType: null }]);
    expect(sent.attempts[0]?.steps.map((step) => step.step)).toEqual([
      "look for the final name",
      "open the temporary file",
      "write",
      "flush",
      "close",
      "verify",
      "rename",
    ]);
    expect(readFileSync(join(bank.folder, "upload", file.fileName)).equals(bytes)).toBe(true);
    expect(upload().filter((name) => name.endsWith(".tmp"))).toEqual([]);

    await waitFor("the bank's answer", () => bank.records().length === 1);
    const polled = await poll();
    expect(polled.received).toMatchObject([{ status: "applied", batchId, problems: [] }]);
    const report = await gateway.handlers.getReconciliation({ batchId, limit: 2 }, as(gateway, "clerk"));
    expect(report).toMatchObject({
      batchStatus: "reconciled",
      lineCount: 3,
      matchedCount: 3,
      accuracy: 1,
      classes: { matched_success: 3 },
      open: { count: 0, amount: 0 },
      succeeded: { count: 3, amount: debits.reduce((sum, item) => sum + item.amount, 0) },
    });
    expect(report.identities.every((identity) => identity.holds)).toBe(true);
    expect(report.lines.items).toHaveLength(2);
    const rest = await gateway.handlers.getReconciliation(
      { batchId, limit: 2, cursor: report.lines.nextCursor ?? "" },
      as(gateway, "clerk"),
    );
    expect(rest.lines).toMatchObject({ items: [{ lineNumber: 4 }], nextCursor: null });
    expect((await getBatch(gateway, batchId)).items).toMatchObject([
      { accountNumber: expect.stringMatching(/^\*{8}\d{4}$/), status: "success", responseCode: "000" },
      {},
      {},
    ]);

    expect((await poll()).received).toEqual([]);
    expect(await gateway.platform.registry.metrics()).toContain('banking_reconciliation_accuracy{bank_code="mega"} 1');
  });

  test("failed, missing and unclassified items: acknowledged until every one is final", async () => {
    const debits = items(4);
    const [, second, third, fourth] = debits.map((item) => item.transactionId);
    bank.setOutcome(second ?? "", { code: "001", message: "餘額不足" });
    bank.setOutcome(third ?? "", { code: "777", message: "???" });
    bank.setOutcome(fourth ?? "", { code: "000", message: "", omit: true });
    const before = bank.records().length;
    const { batchId } = await approvedBatch(gateway, { items: debits });
    await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
    await waitFor("the bank's answer", () => bank.records().length > before);
    await untilStatus(gateway, batchId, "sent");
    await poll();
    const batch = await getBatch(gateway, batchId);
    expect(batch.status).toBe("acknowledged");
    expect(batch.items?.map((item) => item.status)).toEqual(["success", "failed", "failed", "pending"]);
    const report = await gateway.handlers.getReconciliation({ batchId, limit: 50 }, as(gateway, "clerk"));
    expect(report).toMatchObject({ open: { count: 1 }, failed: { count: 2 }, succeeded: { count: 1 }, accuracy: 1 });
  });

  test("a file that the bank refuses whole: rejected with the bank's words, its ids free again", async () => {
    const debits = items(1);
    const { batchId, file } = await approvedBatch(gateway, { items: debits });
    const path = join(bank.folder, "download", `REJ_${file.name}`);
    bank.holdReplies();
    await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
    await untilStatus(gateway, batchId, "sent");
    await Bun.write(path, "E099 FILE REJECTED: record 1: bank code\r\n");
    const polled = await poll();
    unlinkSync(join(bank.folder, "upload", file.name));
    await bank.releaseReplies();
    expect(polled.received).toMatchObject([
      { status: "rejection", batchId, problems: [{ rule: "E099 FILE REJECTED: record 1: bank code" }] },
    ]);
    expect((await getBatch(gateway, batchId)).status).toBe("rejected");
    expect((await createBatch(gateway, { items: debits })).status).toBe("draft");
  });

  test("a reply that does not add up is quarantined whole, a corrected one waits, a replay is nothing new", async () => {
    const debits = items(2);
    const { batchId, file } = await approvedBatch(gateway, { items: debits });
    const before = bank.records().length;
    await gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"));
    await waitFor("the bank's answer", () => bank.records().length > before);
    await untilStatus(gateway, batchId, "sent");
    const name = bank.records().find((record) => record.name === file.name)?.replyName ?? "";
    const path = join(bank.folder, "download", name);
    const good = readFileSync(path);
    const bad = Buffer.from(good);
    const hundreds = bad.length - 202 + 17;
    bad[hundreds] = bad[hundreds] === 0x39 ? 0x38 : 0x39;
    await Bun.write(path, bad);
    const first = await poll();
    expect(first.received).toMatchObject([{ status: "quarantined", batchId: null }]);
    expect(first.received[0]?.problems.length).toBeGreaterThan(0);
    expect((await getBatch(gateway, batchId)).status).toBe("sent");

    await Bun.write(path, good);
    // The time of a file has whole seconds on the wire: a later one makes sure that it is seen as changed.
    const later = new Date(Date.now() + 5_000);
    utimesSync(path, later, later);
    expect((await poll()).received).toMatchObject([{ status: "correction" }]);
    expect((await getBatch(gateway, batchId)).status).toBe("sent");

    await Bun.write(join(bank.folder, "download", "REC_20300131_again.txt"), good);
    const again = await poll();
    expect(again.received).toMatchObject([{ status: "replay", problems: [{ rule: `is the file ${name} again` }] }]);
    expect((await getBatch(gateway, batchId)).status).toBe("sent");
    expect((await poll()).received).toEqual([]);
  });

  test("hostile and foreign names are passed over", async () => {
    const folder = join(bank.folder, "download");
    for (const name of ["REC_20300131.txt.part", ".REC_20300131.txt", "passwd", "REC_20300131\n.txt"]) {
      await Bun.write(join(folder, name), "x");
    }
    const polled = await poll();
    expect(polled.received).toEqual([]);
    expect(polled.ignored).toBeGreaterThanOrEqual(4);
  });

  test("the test upload leaves nothing behind and tells its steps", async () => {
    const before = upload();
    const result = await gateway.handlers.testUpload({ bank: "mega" }, as(gateway, "boss"));
    expect(result).toMatchObject({ ok: true, errorType: null });
    expect(result.steps.map((step) => step.step)).toEqual([
      "dns",
      "tcp",
      "host_key",
      "auth",
      "channel",
      "open",
      "write",
      "verify",
      "rename",
      "delete",
    ]);
    expect(upload()).toEqual(before);
    const connection = await gateway.handlers.testConnection({ bank: "mega" }, as(gateway, "boss"));
    expect(connection.steps.at(-1)).toMatchObject({ step: "list /download", ok: true });
  });

  test("status and health in the guide's shape; no account number in the log", async () => {
    const status = await gateway.handlers.getBankStatus({ bank: "mega" }, as(gateway, "clerk"));
    expect(status).toMatchObject({ bank: "mega", status: "healthy", circuit_breaker: "closed", connections_max: 5 });
    expect((await gateway.banking.health()).banking_mega).toMatchObject({
      status: "healthy",
      circuit_breaker: "closed",
    });
    expect(gateway.platform.logLines.join("\n")).not.toMatch(/01234560|許功蓋/);
    expect(existsSync(join(bank.folder, "upload"))).toBe(true);
  });
});
