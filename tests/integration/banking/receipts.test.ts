import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { taishinVirtualAccount } from "../../../src/banking/rules/virtual-account.ts";
import type { BankSimulator } from "../../../src/simulators/bank/index.ts";
import { describeWith } from "../../support/real-parts.ts";
import { as, type BankingProcess, type BankWorld, startWorld } from "./banking-kit.ts";

interface Line {
  account: string;
  amount: number;
  /** Number of the line within the day. */
  number: number;
  back?: boolean;
  status?: string;
}

/** A line of Taishin's statement, column by column. */
const statementLine = ({ account, amount, number, back = false, status = "S" }: Line) =>
  [
    "0000",
    "20760100002047",
    "20300131",
    String(number).padStart(6, "0"),
    "A",
    "093158",
    "ATM ",
    `${amount}0`.padEnd(12),
    back ? "-" : "+",
    back ? "D" : "C",
    `${account}00`,
    " ".repeat(10),
    "825",
    " ".repeat(20),
    "168371".padEnd(18),
    status,
  ].join("");

describeWith(["postgres"], "money received on virtual accounts", () => {
  let world: BankWorld;
  let bank: BankSimulator;
  let gateway: BankingProcess;
  beforeAll(async () => {
    world = await startWorld({
      statementLayout: "taishin-statement",
      virtualAccountRule: taishinVirtualAccount("95678"),
    });
    ({ bank, gateway } = world);
  });
  afterAll(() => world.close());

  const clerk = () => as(gateway, "clerk");
  const boss = () => as(gateway, "boss");
  let customers = 0;
  const expectReceipt = (amount: number, more: { customer?: string; idempotencyKey?: string } = {}) => {
    customers += 1;
    return gateway.handlers.expectReceipt(
      {
        idempotencyKey: crypto.randomUUID(),
        bank: "mega",
        customer: String(customers),
        amount,
        dueDate: "2030-02-28",
        reference: `ORDER-${customers}`,
        ...more,
      },
      clerk(),
    );
  };
  const receipt = async (virtualAccount: string) =>
    (await gateway.handlers.listReceipts({ virtualAccount, limit: 10 }, clerk())).items[0];
  let files = 0;
  const nextName = () => {
    files += 1;
    return `STMT_20300131_${files}.txt`;
  };
  async function arrive(lines: readonly Line[], name = nextName()) {
    writeFileSync(join(bank.folder, "download", name), lines.map((line) => `${statementLine(line)}\r\n`).join(""));
    const { received } = await gateway.handlers.pollInbound({ bank: "mega" }, clerk());
    const [file] = received;
    if (!file) throw new Error("no statement was received");
    return file;
  }
  const statement = (fileId: string) => gateway.handlers.getStatement({ fileId, limit: 50 }, clerk());
  const classes = async (fileId: string) => (await statement(fileId)).lines.items.map((line) => line.class);

  test("every class by its own line, and everything adds up", async () => {
    const paid = await expectReceipt(3900);
    const twice = await expectReceipt(500);
    const other = await expectReceipt(700);
    const back = await expectReceipt(800);
    const file = await arrive([
      { account: paid.virtualAccount, amount: 3900, number: 1 },
      { account: twice.virtualAccount, amount: 500, number: 2 },
      { account: twice.virtualAccount, amount: 500, number: 3 },
      { account: other.virtualAccount, amount: 701, number: 4 },
      { account: "95678099999999", amount: 10, number: 5 },
      { account: back.virtualAccount, amount: 800, number: 6 },
      { account: back.virtualAccount, amount: 800, number: 7, back: true },
      { account: back.virtualAccount, amount: 800, number: 8, back: true },
      { account: paid.virtualAccount, amount: 3900, number: 1 },
      { account: other.virtualAccount, amount: 700, number: 9, status: "P" },
    ]);
    expect(file).toMatchObject({ kind: "statement", status: "applied" });
    const report = await statement(file.id);
    expect(report.lines.items.map((line) => line.class)).toEqual([
      "matched",
      "matched",
      "already_received",
      "amount_mismatch",
      "unexpected",
      "matched",
      "reversed",
      "unmatched_reversal",
      "duplicate_line",
      "not_settled",
    ]);
    expect(report).toMatchObject({
      lineCount: 10,
      credited: { count: 8, amount: 3900 + 500 + 500 + 701 + 10 + 800 + 3900 + 700 },
      reversed: { count: 2, amount: 1600 },
      posted: { count: 3, amount: 3900 + 500 + 800 },
      suspense: { count: 3, amount: 500 + 701 + 10 },
      identities: [{ holds: true }, { holds: true }],
      classes: { matched: { count: 3, amount: 5200 }, duplicate_line: { count: 1, amount: 3900 } },
    });
    expect(await receipt(paid.virtualAccount)).toMatchObject({
      status: "received",
      receivedAmount: 3900,
      receivedOn: "2030-01-31",
      fileId: file.id,
    });
    expect(await receipt(other.virtualAccount)).toMatchObject({ status: "open", receivedAmount: null });
    expect(await receipt(back.virtualAccount)).toMatchObject({ status: "reversed", receivedAmount: null });

    const { content } = await gateway.handlers.exportStatement({ fileId: file.id }, clerk());
    const rows = content.replace("\ufeff", "").trimEnd().split("\r\n");
    expect(rows).toHaveLength(11);
    expect(rows[1]).toContain(`matched,${paid.virtualAccount},3900,,2030-01-31`);
    expect(rows[1]).toEndWith(paid.reference);
  });

  test("a cumulative statement tells old lines again: only what is new changes anything", async () => {
    const [first, second] = [await expectReceipt(1000), await expectReceipt(2000)];
    const morning = { account: first.virtualAccount, amount: 1000, number: 101 };
    await arrive([morning]);
    const evening = await arrive([morning, { account: second.virtualAccount, amount: 2000, number: 102 }]);
    expect(await classes(evening.id)).toEqual(["duplicate_line", "matched"]);
    expect(await receipt(first.virtualAccount)).toMatchObject({ status: "received" });
  });

  test("a correction under the same name waits for a person, and then adds what is new", async () => {
    const [first, second] = [await expectReceipt(1100), await expectReceipt(2100)];
    const line = { account: first.virtualAccount, amount: 1100, number: 201 };
    await arrive([line], "STMT_20300131_K.txt");
    const corrected = await arrive(
      [line, { account: second.virtualAccount, amount: 2100, number: 202 }],
      "STMT_20300131_K.txt",
    );
    expect(corrected.status).toBe("correction");
    expect(await receipt(second.virtualAccount)).toMatchObject({ status: "open" });
    const decision = { fileId: corrected.id, reason: "the bank announced a corrected file" };
    expect(await gateway.handlers.applyCorrection(decision, boss())).toMatchObject({ status: "applied" });
    expect(await classes(corrected.id)).toEqual(["duplicate_line", "matched"]);
    expect(await receipt(second.virtualAccount)).toMatchObject({ status: "received" });
  });

  test("what was taken back may be paid again; money that fits nothing is given to a receipt by a person", async () => {
    const due = await expectReceipt(900);
    const file = await arrive([
      { account: due.virtualAccount, amount: 900, number: 301 },
      { account: due.virtualAccount, amount: 900, number: 302, back: true },
      { account: due.virtualAccount, amount: 850, number: 303 },
    ]);
    expect(await classes(file.id)).toEqual(["matched", "reversed", "amount_mismatch"]);
    const assign = (lineNumber: number) =>
      gateway.handlers.assignReceipt(
        { receiptId: due.id, fileId: file.id, lineNumber, reason: "the customer kept 50 for a coupon" },
        boss(),
      );
    await expect(assign(1)).rejects.toMatchObject({ options: { reason: "line_not_assignable" } });
    await expect(assign(9)).rejects.toMatchObject({ options: { fields: [{ path: "lineNumber" }] } });
    expect(await assign(3)).toMatchObject({ status: "received", receivedAmount: 850, decidedBy: "boss" });
    expect(await assign(3)).toMatchObject({ status: "received" });
    expect(await statement(file.id)).toMatchObject({
      suspense: { count: 0, amount: 0 },
      posted: { count: 2, amount: 1750 },
      identities: [{ holds: true }, { holds: true }],
    });
  });

  test("a statement that cannot be read is quarantined whole, with its places", async () => {
    const due = await expectReceipt(950);
    const name = "STMT_20300131_BAD.txt";
    const good = statementLine({ account: due.virtualAccount, amount: 950, number: 401 });
    writeFileSync(join(bank.folder, "download", name), `${good}\r\n${good.replace("20300131", "20300230")}\r\n`);
    const { received } = await gateway.handlers.pollInbound({ bank: "mega" }, clerk());
    expect(received).toMatchObject([{ status: "quarantined", problems: [{ record: 2, column: 19 }] }]);
    expect(await receipt(due.virtualAccount)).toMatchObject({ status: "open" });
  });

  test("the same key gives the same receipt; a second one of the same number and amount is refused; a cancelled one is not paid", async () => {
    const key = crypto.randomUUID();
    const first = await expectReceipt(300, { customer: "9001", idempotencyKey: key });
    await expect(expectReceipt(301, { customer: "9001", idempotencyKey: key })).rejects.toMatchObject({
      code: "conflict",
      options: { reason: "idempotency_key_reused" },
    });
    await expect(expectReceipt(300, { customer: "9001" })).rejects.toMatchObject({
      options: { reason: "receipt_exists", fields: [{ path: "customer" }] },
    });
    const cancel = () =>
      gateway.handlers.cancelReceipt({ receiptId: first.id, reason: "the order was cancelled" }, clerk());
    expect(await cancel()).toMatchObject({ status: "cancelled" });
    expect(await cancel()).toMatchObject({ status: "cancelled" });
    const file = await arrive([{ account: first.virtualAccount, amount: 300, number: 501 }]);
    expect(await classes(file.id)).toEqual(["unexpected"]);
    await expect(expectReceipt(10_000_000)).rejects.toMatchObject({ options: { fields: [{ path: "amount" }] } });
    await expect(statement(first.id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("what was received cannot be cancelled", async () => {
    const due = await expectReceipt(960);
    await arrive([{ account: due.virtualAccount, amount: 960, number: 601 }]);
    const cancel = gateway.handlers.cancelReceipt({ receiptId: due.id, reason: "too late for that" }, clerk());
    await expect(cancel).rejects.toMatchObject({ code: "state_not_allowed" });
  });
});
