import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { bankBatches } from "../../../src/banking/tables.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { approvedBatch, as, type BankingProcess, createBatch, items, startProcess } from "./banking-kit.ts";

const mega = {
  bankCode: "mega",
  bankName: "兆豐銀行",
  sftpHost: "127.0.0.1",
  sftpPort: 1,
  uploadPath: "/upload",
  downloadPath: "/download",
  fileFormat: "fixed_width" as const,
  encoding: "BIG5",
};

describeWith(["postgres"], "what is refused leaves nothing behind", () => {
  let database: TestDatabase;
  let gateway: BankingProcess;
  beforeAll(async () => {
    database = await createTestDatabase();
    gateway = await startProcess({
      url: database.url,
      jobs: false,
      defaultBanks: [
        mega,
        { ...mega, bankCode: "esun", approvalsRequired: 2 },
        { ...mega, bankCode: "first", paymentFilePattern: "PAY_{TIMESTAMP}.txt" },
        { ...mega, bankCode: "taishin", isActive: false },
      ],
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await database.close();
  });

  const stored = async () =>
    (await gateway.platform.database.db.select({ id: bankBatches.id }).from(bankBatches)).length;
  const refuse = async (change: Partial<ReturnType<typeof items>[number]>, bank = "mega") => {
    const before = await stored();
    const [good, other] = items(2);
    if (!good || !other) throw new Error("no items");
    const outcome = createBatch(gateway, { bank, items: [good, { ...other, ...change }] });
    const error: unknown = await outcome.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    expect(await stored()).toBe(before);
    return error;
  };

  test("a sound batch is stored (control)", async () => {
    const before = await stored();
    await createBatch(gateway);
    expect(await stored()).toBe(before + 1);
  });

  test.each([
    [
      { accountHolder: "游錫堃" },
      "items.1.accountHolder",
      "character U+5803 (堃) is not in the bank's code page (BIG5)",
    ],
    [{ accountHolder: "張".repeat(16) }, "items.1.accountHolder", "has 32 bytes in BIG5; the bank's field holds 30"],
    [{ memo: "收據🧾" }, "items.1.memo", "character U+1F9FE (🧾) is not in the bank's code page (BIG5)"],
    [{ memo: "瓦".repeat(26) }, "items.1.memo", "has 52 bytes in BIG5; the bank's field holds 50"],
  ])("%j", async (change, path, rule) => {
    expect(await refuse(change)).toMatchObject({
      code: "invalid_input",
      options: { reason: "not_in_bank_format", fields: [{ path, rule }] },
    });
  });

  test.each([
    ["nobank", "not_found", "unknown_bank"],
    ["first", "provider_misconfigured", "bank_misconfigured"],
    ["taishin", "state_not_allowed", "bank_inactive"],
  ])("bank %s: %s", async (bank, code, reason) => {
    expect(await refuse({}, bank)).toMatchObject({ code, options: { reason } });
  });

  test("a transaction id twice in a batch, or in another batch of the bank", async () => {
    const [first, second] = items(2);
    if (!first || !second) throw new Error("no items");
    const twice = createBatch(gateway, { items: [first, { ...second, transactionId: first.transactionId }] });
    await expect(twice).rejects.toMatchObject({ options: { fields: [{ path: "items.1.transactionId" }] } });
    await createBatch(gateway, { items: [first] });
    await expect(createBatch(gateway, { items: [second, first] })).rejects.toMatchObject({
      code: "invalid_input",
      options: { reason: "duplicate_transaction", fields: [{ path: "items.1.transactionId" }] },
    });
    expect((await createBatch(gateway, { bank: "esun", items: [first] })).status).toBe("draft");
  });

  describe("idempotency", () => {
    test("the same key and content give the same batch, also when asked at once", async () => {
      const options = { idempotencyKey: crypto.randomUUID(), items: items(2) };
      const before = await stored();
      const answers = await Promise.all(Array.from({ length: 8 }, () => createBatch(gateway, options)));
      expect(new Set(answers.map((batch) => batch.id)).size).toBe(1);
      expect(await stored()).toBe(before + 1);
    });

    test("the same key and other content conflict; another caller may use the key", async () => {
      const idempotencyKey = crypto.randomUUID();
      await createBatch(gateway, { idempotencyKey });
      await expect(createBatch(gateway, { idempotencyKey })).rejects.toMatchObject({ code: "conflict" });
      const input = { idempotencyKey, bank: "mega", paymentDate: "2030-01-31", items: items() };
      expect((await gateway.handlers.createBatch(input, as(gateway, "colleague"))).createdBy).toBe("colleague");
    });
  });

  test("two approvers where two are needed, and the same one twice counts once", async () => {
    const { batchId, file } = await approvedBatch(gateway, { bank: "esun" });
    const approve = (who: string) => gateway.handlers.approveBatch({ batchId, sha256: file.sha256 }, as(gateway, who));
    expect((await approve("manager")).status).toBe("sealed");
    const approved = await approve("director");
    expect(approved).toMatchObject({ status: "approved", approvalsRequired: 2 });
    expect(approved.approvals.map((approval) => approval.approver)).toEqual(["manager", "director"]);
  });

  test("sending without credentials is refused with the remedy, and the batch stays approved", async () => {
    const { batchId } = await approvedBatch(gateway);
    await expect(gateway.handlers.sendBatch({ batchId }, as(gateway, "clerk"))).rejects.toMatchObject({
      code: "provider_misconfigured",
      message: "bank mega cannot be reached: secret banking-mega-credentials is missing",
    });
  });

  test("a cancelled batch gives its transaction ids back; sealing, approving and sending it are refused", async () => {
    const debits = items(1);
    const { batchId, file } = await approvedBatch(gateway, { items: debits });
    const cancelled = await gateway.handlers.cancelBatch({ batchId, reason: "wrong month" }, as(gateway, "clerk"));
    expect(cancelled.status).toBe("cancelled");
    expect((await createBatch(gateway, { items: debits })).status).toBe("draft");
    const verbs = [
      () => gateway.handlers.sealBatch({ batchId }, as(gateway, "clerk")),
      () => gateway.handlers.approveBatch({ batchId, sha256: file.sha256 }, as(gateway, "director")),
    ];
    for (const verb of verbs) await expect(verb()).rejects.toMatchObject({ code: "state_not_allowed" });
  });

  test("pages of the list hold every batch once", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await gateway.handlers.listBatches({ limit: 4, ...(cursor && { cursor }) }, as(gateway, "clerk"));
      seen.push(...page.items.map((batch) => batch.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(await stored());
    expect(new Set(seen).size).toBe(seen.length);
    await expect(gateway.handlers.listBatches({ limit: 4, cursor: "x" }, as(gateway, "clerk"))).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("the guide's rows are read as written, and a csv bank gets a csv file", async () => {
    await gateway.platform.database.hot`
      INSERT INTO bank_configurations (bank_code, bank_name, sftp_host, sftp_port, upload_path, download_path, file_format, encoding, is_active)
      VALUES ('mega','兆豐銀行','sftp.megabank.com.tw',22,'/upload','/download','fixed_width','BIG5',true),
             ('ctbc','中國信託','sftp.ctbc.com.tw',22,'/payment/upload','/payment/download','csv','UTF-8',true)`;
    const { items: banks } = await gateway.handlers.listBanks(undefined, as(gateway, "clerk"));
    expect(banks.find((bank) => bank.bank === "mega")).toMatchObject({
      name: "兆豐銀行",
      problem: "secret banking-mega-credentials is missing",
    });
    const { id: batchId } = await createBatch(gateway, {
      bank: "ctbc",
      items: items(1).map((item) => ({ ...item, accountHolder: "游錫堃" })),
    });
    const file = await gateway.handlers.previewFile({ batchId }, as(gateway, "clerk"));
    const text = Buffer.from(file.contentBase64, "base64").toString("utf8");
    expect(text).toStartWith("交易序號,扣款帳號,戶名,扣款金額,扣款日期,身分證/統編,備註\r\n");
    expect(text).toContain(",游錫堃,");
  });
});
