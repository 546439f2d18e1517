import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadLayout } from "../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../src/banking/rules/layouts/index.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { taipeiDate } from "../../../src/platform/taipei-time.ts";
import { type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { createTestDatabase, type TestDatabase } from "../../support/postgres.ts";
import { describeWith } from "../../support/real-parts.ts";
import { waitFor } from "../../support/wait-for.ts";
import {
  approvedBatch,
  as,
  type BankingProcess,
  getBatch,
  items,
  megaAt,
  megaSecret,
  startProcess,
  untilStatus,
} from "./banking-kit.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");

/** A reply of the C form: a result per debit, or that it came back. */
function replyC(
  batchNumber: string,
  lines: { id: string; code: string; amount: number; returned?: boolean }[],
): Buffer {
  const day = "20300131";
  const header = `H${batchNumber.padEnd(20)}${day}000000${" ".repeat(50)}017001${"1.0"}`;
  const details = lines.map(({ id, code, amount, returned }, index) => {
    const sequence = String(index + 1).padStart(6, "0");
    const cents = String(amount * 100).padStart(13, "0");
    return returned
      ? `R${sequence}${id.padEnd(20)}${code}${day}${cents}`
      : `D${sequence}${id.padEnd(20)}${`REF${sequence}`.padEnd(20)}${code}${day}${cents}`;
  });
  return latin1([header, ...details].map((line) => `${line.padEnd(200)}\r\n`).join(""));
}

describeWith(["postgres"], "files from a bank", () => {
  let database: TestDatabase;
  let bank: BankSimulator;
  let gateway: BankingProcess;
  beforeAll(async () => {
    [database, bank] = await Promise.all([createTestDatabase(), createBankSimulator({ clock: systemClock })]);
    bank.holdReplies();
    mkdirSync(join(bank.folder, "archive"), { recursive: true });
    gateway = await startProcess({
      url: database.url,
      secrets: megaSecret(bank),
      defaultBanks: [megaAt(bank, { replyLayout: "luckygas-c-reply", archivePath: "/archive" })],
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await bank.close();
    await database.close();
  });
  const clerk = () => as(gateway, "clerk");
  const poll = () => gateway.handlers.pollInbound({ bank: "mega" }, clerk());
  const arrive = (name: string, bytes: Uint8Array) => writeFileSync(join(bank.folder, "download", name), bytes);
  const archived = () => readdirSync(join(bank.folder, "archive"));
  const report = (batchId: string) => gateway.handlers.getReconciliation({ batchId, limit: 50 }, clerk());
  async function sentBatch(list: ReturnType<typeof items>) {
    const { batchId } = await approvedBatch(gateway, { items: list });
    await gateway.handlers.sendBatch({ batchId }, clerk());
    await untilStatus(gateway, batchId, "sent");
    return getBatch(gateway, batchId);
  }

  test("a return after a success reverses its posting; the same file again changes nothing", async () => {
    const list = items(2);
    const [first, second] = list;
    if (!first || !second) throw new Error("no items");
    const batch = await sentBatch(list);
    arrive(
      "REC_20300131_R1.txt",
      replyC(batch.batchNumber, [
        { id: first.transactionId, code: "000", amount: first.amount },
        { id: second.transactionId, code: "002", amount: 0 },
      ]),
    );
    await poll();
    expect(await report(batch.id)).toMatchObject({
      batchStatus: "reconciled",
      succeeded: { count: 1, amount: first.amount },
      posted: { count: 1, amount: first.amount },
      failed: { count: 1 },
    });
    const returned = replyC(batch.batchNumber, [
      { id: first.transactionId, code: "R07", amount: first.amount, returned: true },
    ]);
    arrive("REC_20300201_R2.txt", returned);
    const polled = await poll();
    expect(polled.received).toMatchObject([{ status: "applied" }]);
    expect(await report(batch.id)).toMatchObject({
      succeeded: { count: 0, amount: 0 },
      returned: { count: 1, amount: first.amount },
      posted: { count: 0, amount: 0 },
      classes: { matched_success: 1, matched_failed: 1, returned: 1 },
      accuracy: 1,
    });
    arrive("REC_20300202_R2.txt", returned);
    expect((await poll()).received).toMatchObject([{ status: "replay", batchId: batch.id }]);
    expect(await report(batch.id)).toMatchObject({ lineCount: 3, posted: { count: 0, amount: 0 } });
    expect((await getBatch(gateway, batch.id)).items).toMatchObject([{ status: "returned", responseCode: "R07" }, {}]);
  });

  test("a correction waits for a person, then takes the earlier result's place by entries of its own", async () => {
    const list = items(1);
    const [debit] = list;
    if (!debit) throw new Error("no item");
    const batch = await sentBatch(list);
    const line = { id: debit.transactionId, amount: debit.amount };
    arrive("REC_20300131_C.txt", replyC(batch.batchNumber, [{ ...line, code: "002", amount: 0 }]));
    await poll();
    expect(await report(batch.id)).toMatchObject({ failed: { count: 1 }, posted: { count: 0 } });
    arrive("REC_20300131_C.txt", replyC(batch.batchNumber, [{ ...line, code: "000" }]));
    const [correction] = (await poll()).received;
    expect(correction).toMatchObject({ status: "correction" });
    expect(await report(batch.id)).toMatchObject({ failed: { count: 1 } });
    const fileId = correction?.id ?? "";
    const reason = "the bank called: the first file was wrong";
    const decide = () => gateway.handlers.applyCorrection({ fileId, reason }, as(gateway, "boss"));
    expect(await decide()).toMatchObject({ status: "applied", batchId: batch.id });
    expect(await report(batch.id)).toMatchObject({
      succeeded: { count: 1, amount: debit.amount },
      failed: { count: 0 },
      posted: { count: 1, amount: debit.amount },
      classes: { matched_failed: 1, corrected: 1 },
    });
    expect(await decide()).toMatchObject({ status: "applied" });
    expect(await report(batch.id)).toMatchObject({ lineCount: 2, posted: { count: 1 } });
  });

  test("without that decision a contradiction is told and nothing changes (control)", async () => {
    const list = items(1);
    const [debit] = list;
    if (!debit) throw new Error("no item");
    const batch = await sentBatch(list);
    const line = { id: debit.transactionId, amount: debit.amount };
    arrive("REC_20300131_D.txt", replyC(batch.batchNumber, [{ ...line, code: "000" }]));
    await poll();
    arrive("REC_20300131_E.txt", replyC(batch.batchNumber, [{ ...line, code: "002", amount: 0 }]));
    await poll();
    expect(await report(batch.id)).toMatchObject({
      succeeded: { count: 1 },
      posted: { count: 1 },
      classes: { matched_success: 1, already_final_conflict: 1 },
      accuracy: 0,
    });
    expect(await gateway.platform.registry.metrics()).toContain('banking_reconciliation_accuracy{bank_code="mega"} 0');
  });

  test("applied files go to the archive, quarantined ones stay; a name that is taken there is never overwritten", async () => {
    expect(archived()).toContain("REC_20300131_R1.txt");
    expect(existsSync(join(bank.folder, "download", "REC_20300131_R1.txt"))).toBe(false);
    arrive("REC_20300131_Q.txt", latin1("Z".repeat(200)));
    expect((await poll()).received).toMatchObject([{ status: "quarantined" }]);
    expect(existsSync(join(bank.folder, "download", "REC_20300131_Q.txt"))).toBe(true);
    writeFileSync(join(bank.folder, "archive", "REC_20300131_T.txt"), "other");
    const batch = await sentBatch(items(1));
    const reply = replyC(batch.batchNumber, []);
    arrive("REC_20300131_T.txt", reply);
    await poll();
    expect(readFileSync(join(bank.folder, "archive", "REC_20300131_T.txt"), "utf8")).toBe("other");
    expect(readFileSync(join(bank.folder, "download", "REC_20300131_T.txt")).equals(reply)).toBe(true);
  });

  test("an archive move whose answer was lost is found done the next time", async () => {
    const batch = await sentBatch(items(1));
    arrive("REC_20300131_L.txt", replyC(batch.batchNumber, [{ id: "NOBODY", code: "000", amount: 5 }]));
    bank.faults.add({ operation: "rename", kind: "drop_after" });
    await poll();
    bank.faults.clear();
    expect(archived()).toContain("REC_20300131_L.txt");
    await poll();
    expect(archived().filter((name) => name.includes("_L"))).toEqual(["REC_20300131_L.txt"]);
  });

  test("the export has every debit and every line, and no formula", async () => {
    const list = items(2);
    const batch = await sentBatch(list);
    arrive(
      "REC_20300131_X.txt",
      replyC(batch.batchNumber, [
        { id: list[0]?.transactionId ?? "", code: "000", amount: list[0]?.amount ?? 0 },
        { id: "=UNKNOWN", code: "000", amount: 7 },
      ]),
    );
    await poll();
    const { content, fileName } = await gateway.handlers.exportReconciliation({ batchId: batch.id }, clerk());
    const lines = content.replace("\ufeff", "").trimEnd().split("\r\n");
    expect(fileName).toContain(batch.batchNumber);
    expect(lines).toHaveLength(4);
    expect(lines[1]).toContain("matched_success");
    expect(lines[2]).toContain("missing");
    expect(lines[3]).toContain("'=UNKNOWN");
    expect(content).not.toContain(list[0]?.accountNumber ?? "none");
  });
});

describeWith(["postgres"], "the clearing house's returns", () => {
  let database: TestDatabase;
  let bank: BankSimulator;
  let gateway: BankingProcess;
  let now = new Date("2030-01-30T02:00:00Z");
  const clock = { now: () => now, sleep: () => Bun.sleep(5) };
  beforeAll(async () => {
    [database, bank] = await Promise.all([createTestDatabase(), createBankSimulator({ clock: systemClock })]);
    bank.holdReplies();
    gateway = await startProcess({
      url: database.url,
      clock,
      secrets: megaSecret(bank),
      defaultBanks: [
        megaAt(bank, {
          paymentLayout: "ach-p01",
          replyLayout: "ach-r01",
          fileValues: {
            senderUnit: "0170000",
            receiverUnit: "9990250",
            presentingUnit: "0170000",
            presentingAccount: "1234567890",
            transactionCode: "704",
            originatorId: "48790067",
          },
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
  const poll = () => gateway.handlers.pollInbound({ bank: "mega" }, clerk());

  test("items that come back have failed, the others are paid once the window has closed", async () => {
    const list = items(3).map((item) => ({
      ...item,
      receivingUnit: "8220901",
      customerNumber: "C1",
      idNumber: "A123456789",
    }));
    const evidence = "confirmed on paper before the gateway";
    const mandates = list.map(
      ({ transactionId: _id, accountHolder: _name, amount: _amount, memo: _memo, ...of }) => of,
    );
    await gateway.handlers.recordAuthorisations({ bank: "mega", items: mandates, evidence }, as(gateway, "boss"));
    const { batchId } = await approvedBatch(gateway, { items: list });
    await gateway.handlers.sendBatch({ batchId }, clerk());
    await untilStatus(gateway, batchId, "sent");

    const loaded = loadLayout(builtInLayouts.get("ach-r01"));
    if (!loaded.ok) throw new Error("ach-r01");
    const unit = { senderUnit: "9990250", receiverUnit: "0170000" };
    const returns = loaded.layout.encode({
      header: { fileDate: "2030-01-31", ...unit },
      details: [
        {
          transactionCode: "704",
          // The two sides have changed places, and the note did not come back.
          presentingUnit: "8220901",
          presentingAccount: list[1]?.accountNumber ?? "",
          receivingUnit: "0170000",
          accountNumber: "1234567890",
          amount: list[1]?.amount ?? 0,
          responseCode: "01",
          originalDate: taipeiDate(now),
          originalSequence: 2,
        },
      ],
      trailer: {},
    });
    if (!returns.ok) throw new Error(JSON.stringify(returns.problems));
    writeFileSync(join(bank.folder, "download", "REC_20300131.txt"), returns.bytes);
    expect((await poll()).received).toMatchObject([{ status: "applied", batchId }]);
    const statuses = async () => (await getBatch(gateway, batchId)).items?.map(({ status }) => status);
    expect(await statuses()).toEqual(["pending", "failed", "pending"]);

    // The payment is on Thursday 31 January, the window ends with Friday: on Friday nothing follows yet.
    now = new Date("2030-02-01T10:00:00Z");
    await poll();
    gateway.platform.jobs.wake("banking-absence");
    await Bun.sleep(150);
    expect(await statuses()).toEqual(["pending", "failed", "pending"]);

    // The window has closed, but nobody has looked since: returns may lie there.
    now = new Date("2030-02-04T02:00:00Z");
    gateway.platform.jobs.wake("banking-absence");
    await Bun.sleep(150);
    expect(await statuses()).toEqual(["pending", "failed", "pending"]);

    await poll();
    gateway.platform.jobs.wake("banking-absence");
    await waitFor("the items to be paid", async () => (await statuses())?.[0] === "paid_by_absence");
    const paid = (list[0]?.amount ?? 0) + (list[2]?.amount ?? 0);
    expect(await gateway.handlers.getReconciliation({ batchId, limit: 10 }, clerk())).toMatchObject({
      batchStatus: "reconciled",
      paidByAbsence: { count: 2, amount: paid },
      failed: { count: 1 },
      posted: { count: 2, amount: paid },
    });
  });
});
