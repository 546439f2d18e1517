import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import {
  approvedBatch,
  as,
  type BankingProcess,
  createBatch,
  items,
  megaAt,
  megaSecret,
  startProcess,
} from "./banking-kit.ts";

/** A clock that stands where it is put. */
function movableClock(start: string) {
  let now = new Date(start);
  return {
    now: () => now,
    sleep: async () => {},
    set: (instant: string) => {
      now = new Date(instant);
    },
  };
}

const bankInput = {
  bankName: "玉山銀行",
  sftpHost: "127.0.0.1",
  uploadPath: "/upload",
  downloadPath: "/download",
  fileFormat: "fixed_width" as const,
  encoding: "BIG5",
};

describeWith(["postgres"], "the rules of a batch", () => {
  let database: TestDatabase;
  let bank: BankSimulator;
  let gateway: BankingProcess;
  const clock = movableClock("2030-01-31T01:00:00Z");
  beforeAll(async () => {
    [database, bank] = await Promise.all([createTestDatabase(), createBankSimulator({ clock })]);
    gateway = await startProcess({
      url: database.url,
      clock,
      secrets: megaSecret(bank),
      jobs: false,
      defaultBanks: [
        megaAt(bank, {
          cutoffTime: "15:30",
          itemLimit: 50_000,
          batchLimit: 100_000,
          dayLimit: 250_000,
          secondApprovalAbove: 90_000,
        }),
      ],
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await bank.close();
    await database.close();
  });
  const clerk = () => as(gateway, "clerk");
  const boss = () => as(gateway, "boss");
  const debits = (...amounts: number[]) =>
    items(amounts.length).map((item, at) => ({ ...item, amount: amounts[at] ?? 0 }));
  const create = (day: string, list: ReturnType<typeof items>, more: object = {}) =>
    gateway.handlers.createBatch(
      { idempotencyKey: crypto.randomUUID(), bank: "mega", paymentDate: day, items: list, ...more },
      clerk(),
    );

  describe("limits", () => {
    test("one item, one batch, one day", async () => {
      await expect(create("2030-02-01", debits(1, 50_001))).rejects.toMatchObject({
        code: "invalid_input",
        options: { reason: "item_limit", fields: [{ path: "items.1.amount" }] },
      });
      await expect(create("2030-02-01", debits(50_000, 50_000, 1))).rejects.toMatchObject({
        options: { reason: "batch_limit" },
      });
      await create("2030-02-01", debits(50_000, 50_000));
      await create("2030-02-01", debits(50_000, 50_000));
      await expect(create("2030-02-01", debits(50_000, 1))).rejects.toMatchObject({ options: { reason: "day_limit" } });
      expect((await create("2030-02-01", debits(50_000))).status).toBe("draft");
    });

    test("many at once never take more than the day has", async () => {
      const answers = await Promise.allSettled(Array.from({ length: 12 }, () => create("2030-02-11", debits(50_000))));
      expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    });

    test("above a total two approvers are needed", async () => {
      expect((await create("2030-02-12", debits(45_000, 45_000))).approvalsRequired).toBe(1);
      const large = await create("2030-02-12", debits(45_000, 45_001));
      expect(large.approvalsRequired).toBe(2);
      const { file } = await gateway.handlers.sealBatch({ batchId: large.id }, clerk());
      const approve = (who: string) =>
        gateway.handlers.approveBatch({ batchId: large.id, sha256: file?.sha256 ?? "" }, as(gateway, who));
      expect((await approve("one")).status).toBe("sealed");
      expect((await approve("two")).status).toBe("approved");
    });
  });

  test("the same debit for the same reference is a duplicate, until somebody says why it is right", async () => {
    const [debit] = debits(690);
    if (!debit) throw new Error("no item");
    const first = { ...debit, reference: "AA10000001" };
    const again = { ...first, transactionId: `${first.transactionId}B` };
    await create("2030-02-13", [first]);
    await expect(create("2030-02-14", [again])).rejects.toMatchObject({
      options: { reason: "duplicate_payment", fields: [{ path: "items.0.reference" }] },
    });
    expect((await create("2030-02-14", [{ ...again, amount: 691 }])).status).toBe("draft");
    const reason = { duplicatesReason: "the customer asked to pay twice" };
    const third = { ...first, transactionId: `${first.transactionId}C` };
    expect((await create("2030-02-14", [third], reason)).status).toBe("draft");
  });

  describe("days and cut-offs", () => {
    test("a payment on a day without banks is refused with the next one", async () => {
      await expect(create("2030-02-02", debits(1))).rejects.toMatchObject({
        message: "paymentDate: is no banking day of this bank; the next one is 2030-02-04",
      });
    });

    test("after the cut-off the order is refused and the batch held; answers tell the next cut-off", async () => {
      clock.set("2030-01-31T07:30:00Z");
      const { batchId } = await approvedBatch(gateway);
      const listed = await gateway.handlers.getBatch({ batchId, includeItems: false }, clerk());
      expect(listed).toMatchObject({
        cutoffAt: "2030-01-31T07:30:00.000Z",
        nextCutoffAt: "2030-01-31T07:30:00.000Z",
      });
      clock.set("2030-01-31T07:30:01Z");
      await expect(gateway.handlers.sendBatch({ batchId }, clerk())).rejects.toMatchObject({
        code: "state_not_allowed",
        options: { reason: "cutoff_passed" },
      });
      const held = await gateway.handlers.getBatch({ batchId, includeItems: false }, clerk());
      expect(held).toMatchObject({
        status: "held",
        heldReason: "cutoff_passed",
        nextCutoffAt: "2030-02-01T07:30:00.000Z",
      });
      const { items: banks } = await gateway.handlers.listBanks(undefined, clerk());
      expect(banks).toMatchObject([{ bank: "mega", nextCutoffAt: "2030-02-01T07:30:00.000Z" }]);
      clock.set("2030-01-31T01:00:00Z");
    });

    test("a typhoon: the day is closed the evening before, and what was approved for it is held", async () => {
      const { batchId } = await approvedBatch(gateway);
      const day = { bank: "*", day: "2030-01-31", kind: "closed" as const, note: "颱風假" };
      expect(await gateway.handlers.setCalendarDay(day, boss())).toMatchObject({ decidedBy: "boss", kind: "closed" });
      await expect(gateway.handlers.sendBatch({ batchId }, clerk())).rejects.toMatchObject({
        options: { reason: "not_banking_day" },
      });
      // Only this bank works after all, until noon.
      const early = { ...day, bank: "mega", kind: "early_cutoff" as const, cutoffTime: "12:00" };
      await gateway.handlers.setCalendarDay(early, boss());
      expect((await gateway.handlers.sendBatch({ batchId }, clerk())).cutoffAt).toBe("2030-01-31T04:00:00.000Z");
      const { items: days } = await gateway.handlers.listCalendarDays(
        { from: "2030-01-31", to: "2030-01-31" },
        clerk(),
      );
      expect(days.map(({ bank, kind }) => [bank, kind])).toEqual([
        ["*", "closed"],
        ["mega", "early_cutoff"],
      ]);
    });

    test("built-in holidays are listed too; an early cut-off needs its time", async () => {
      const range = { from: "2026-02-16", to: "2026-02-20" };
      expect((await gateway.handlers.listCalendarDays(range, clerk())).items).toHaveLength(5);
      const day = { bank: "mega", day: "2030-03-01", kind: "early_cutoff" as const, note: "" };
      await expect(gateway.handlers.setCalendarDay(day, boss())).rejects.toMatchObject({
        options: { fields: [{ path: "cutoffTime" }] },
      });
    });
  });

  describe("configuration as data", () => {
    test("a bank is stored whole, or refused with what does not fit together", async () => {
      const { bankConfigurationSchema } = await import("@luckygas/gateway-client");
      const upsert = (more: object) =>
        gateway.handlers.upsertBank(bankConfigurationSchema.parse({ bankCode: "esun", ...bankInput, ...more }), boss());
      await expect(upsert({ paymentLayout: "no-such-layout" })).rejects.toMatchObject({
        message: expect.stringContaining('layout "no-such-layout" is not known'),
      });
      await expect(upsert({ paymentFilePattern: "PAY.txt" })).rejects.toMatchObject({
        message: expect.stringContaining("lacks {BATCH}"),
      });
      await expect(upsert({ pgpPublicKey: "no key" })).rejects.toMatchObject({
        message: expect.stringContaining("pgpPublicKey"),
      });
      expect(await upsert({ cutoffTime: "15:00" })).toMatchObject({ bank: "esun", cutoffTime: "15:00" });
      expect(await upsert({ cutoffTime: null })).toMatchObject({ cutoffTime: null });
    });

    test("a layout of its own is loaded without code, and used by a bank; an unsound one is refused with its place", async () => {
      const detail = [
        { kind: "literal", name: "type", start: 1, length: 1, text: "X" },
        { kind: "text", name: "id", start: 2, length: 20, value: "transactionId", charset: "ascii", required: true },
        {
          kind: "text",
          name: "account",
          start: 22,
          length: 16,
          value: "accountNumber",
          charset: "digits",
          pad: "zero",
        },
        { kind: "amount", name: "amount", start: 38, length: 10, value: "amount", decimals: 0 },
      ];
      const description = {
        format: "fixed_width",
        id: "esun-own",
        title: "E.SUN's own",
        direction: "payment",
        encoding: "BIG5",
        eol: "CRLF",
        finalEol: "required",
        recordBytes: 47,
        records: [{ name: "detail", role: "detail", fields: detail }],
      };
      await expect(
        gateway.handlers.upsertLayout({ description: { ...description, recordBytes: 48 } }, boss()),
      ).rejects.toMatchObject({
        message: 'description: record "detail": fields end at byte 47, but the record has 48 bytes',
      });
      expect(await gateway.handlers.upsertLayout({ description }, boss())).toMatchObject({
        source: "table",
        problems: [],
      });
      const { items: layouts } = await gateway.handlers.listLayouts(undefined, clerk());
      expect(layouts.every(({ problems }) => problems.length === 0)).toBe(true);
      expect(layouts.map(({ id }) => id)).toContain("esun-own");
      const { bankConfigurationSchema } = await import("@luckygas/gateway-client");
      const row = bankConfigurationSchema.parse({ bankCode: "esun", ...bankInput, paymentLayout: "esun-own" });
      await gateway.handlers.upsertBank(row, boss());
      const [debit] = debits(690);
      const made = await createBatch(gateway, { bank: "esun", items: debit ? [debit] : [] });
      const { contentBase64 } = await gateway.handlers.previewFile({ batchId: made.id }, clerk());
      const line = Buffer.from(contentBase64, "base64").toString("latin1");
      expect(line).toBe(
        `X${debit?.transactionId.padEnd(20)}${debit?.accountNumber.padStart(16, "0")}${"690".padStart(10, "0")}\r\n`,
      );
      await expect(
        gateway.handlers.upsertLayout({ description: { ...description, id: "luckygas-b-payment" } }, boss()),
      ).rejects.toMatchObject({ options: { reason: "layout_built_in" } });
    });

    test("virtual accounts by the bank's rule", async () => {
      const { bankConfigurationSchema } = await import("@luckygas/gateway-client");
      const rule = {
        parts: [
          { kind: "literal", digits: "95678" },
          { kind: "due_date", format: "YDDD" },
          { kind: "customer", length: 4 },
        ],
        weights: [3, 1],
        amountWeights: [5, 4, 3, 2, 3, 4, 5],
      };
      const row = { bankCode: "taishin", ...bankInput, virtualAccountRule: rule };
      await gateway.handlers.upsertBank(bankConfigurationSchema.parse(row), boss());
      const parts = { bank: "taishin", dueDate: "2007-04-02", amount: 3900 };
      expect(await gateway.handlers.makeVirtualAccount({ ...parts, customer: "2089" }, clerk())).toEqual({
        bank: "taishin",
        virtualAccount: "95678609220898",
      });
      const check = (amount: number) =>
        gateway.handlers.checkVirtualAccount({ ...parts, amount, virtualAccount: "95678609220898" }, clerk());
      expect(await check(3900)).toEqual({ valid: true });
      expect(await check(3901)).toEqual({ valid: false });
      await expect(gateway.handlers.makeVirtualAccount({ bank: "mega", customer: "1" }, clerk())).rejects.toMatchObject(
        { code: "unsupported" },
      );
    });
  });

  test("every change of state is told, and a caller that comes back misses nothing", async () => {
    const { batchId } = await approvedBatch(gateway, { items: debits(1, 2) });
    const gone = new AbortController();
    const context = clerk();
    const seen: { id: string; status: string }[] = [];
    for await (const { id, data } of gateway.handlers.watchBatch({ batchId }, context, gone.signal)) {
      seen.push({ id, status: data.status });
      if (seen.length === 2) break;
    }
    expect(seen.map(({ status }) => status)).toEqual(["draft", "sealed"]);
    await gateway.handlers.cancelBatch({ batchId, reason: "wrong month" }, context);
    const input = { batchId, lastEventId: seen[1]?.id };
    const rest: string[] = [];
    for await (const { data } of gateway.handlers.watchBatch(input, context, gone.signal)) {
      rest.push(data.status);
      if (data.status === "cancelled") gone.abort();
    }
    expect(rest).toEqual(["approved", "cancelled"]);
  });
});
