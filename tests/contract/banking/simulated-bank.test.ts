import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadLayout } from "../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../src/banking/rules/layouts/index.ts";
import { encodePayment } from "../../../src/banking/rules/payment-file.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { type BankSimulator, createBankSimulator } from "../../../src/simulators/bank/index.ts";
import { waitFor } from "../../support/wait-for.ts";

const layoutOf = (id: string) => {
  const loaded = loadLayout(builtInLayouts.get(id));
  if (!loaded.ok) throw new Error(loaded.problems.join());
  return loaded.layout;
};

const paymentFile = (batchNumber = "202601310001", format = "luckygas-b-payment") => {
  const encoded = encodePayment(layoutOf(format), {
    batchNumber,
    fileDate: "2026-01-30",
    paymentDate: "2026-01-31",
    clearingCode: "017",
    companyCode: "LUCKYGAS",
    fileValues: {},
    items: [1, 2].map((number) => ({
      transactionId: `${batchNumber}-${number}`,
      accountNumber: "01234567890",
      accountHolder: "陳十全",
      amount: 1000 * number,
      memo: "功",
    })),
  });
  if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
  return Buffer.from(encoded.bytes);
};

describe("the simulated bank is as strict as a real one", () => {
  let stateDir: string;
  let bank: BankSimulator;
  beforeAll(async () => {
    stateDir = mkdtempSync(join(tmpdir(), "bank-state-"));
    bank = await createBankSimulator({ clock: systemClock, stateDir });
  });
  afterAll(async () => {
    await bank.close();
    rmSync(stateDir, { recursive: true });
  });

  /** Puts a file into the folder and has the bank deal with it. */
  const put = async (name: string, bytes: Buffer) => {
    writeFileSync(join(bank.folder, "upload", name), bytes);
    await bank.releaseReplies();
    return bank.records().find((record) => record.name === name);
  };
  const patched = (at: number, bytes: Buffer | string) => {
    const file = paymentFile(`9${String(at).padStart(5, "0")}`);
    Buffer.from(bytes).copy(file, at);
    return file;
  };

  test("a sound file is accepted and answered by a reply that the gateway's layout reads (control)", async () => {
    const record = await put("PAY_good.txt", paymentFile());
    expect(record).toMatchObject({ accepted: true, batchNumber: "202601310001" });
    const reply = layoutOf("luckygas-b-reply").decode(
      readFileSync(join(bank.folder, "download", record?.replyName ?? "")),
    );
    if (!reply.ok) throw new Error(JSON.stringify(reply.problems));
    expect(reply.content.details.map(({ values }) => [values.transactionId, values.responseCode])).toEqual([
      ["202601310001-1", "000"],
      ["202601310001-2", "000"],
    ]);
    expect(reply.content.trailer?.values).toMatchObject({ totalAmount: 3000, successAmount: 3000, failCount: 0 });
  });

  test.each([
    [
      "199 bytes in a record",
      Buffer.concat([paymentFile("A1").subarray(0, 300), paymentFile("A1").subarray(301)]),
      /no whole records/,
    ],
    ["LF instead of CRLF", patched(200, "  "), /no CRLF/],
    ["another bank's code", patched(29, "822"), /bank code is 822/],
    ["a wrong sequence", patched(202 + 1, "000007"), /record 2: sequence/],
    ["a count that is not that of the details", patched(606 + 1, "000003"), /record 4: count/],
    ["a total that is not that of the details", patched(606 + 19, "9"), /record 4: total amount/],
    ["an amount with cents", patched(202 + 83, "1"), /amount/],
    ["a day that does not exist", patched(202 + 84, "20260230"), /payment date/],
    ["HKSCS bytes in the name", patched(202 + 41, Buffer.from([0xfb, 0x69])), /no Big5/],
    ["the duplicate code of 十", patched(202 + 43, Buffer.from([0xa2, 0xcc])), /no Big5/],
    ["a question mark in the name", patched(202 + 41, "??"), /has a \?/],
    ["half a character", patched(202 + 70, Buffer.from([0xb1])), /not left-aligned|no Big5/],
    ["a letter in the account", patched(202 + 28, "A"), /account number/],
    ["something in the filler", patched(202 + 199, "x"), /filler/],
    ["an empty file", Buffer.alloc(0), /no whole records/],
  ])("%s: the whole file is refused", async (name, bytes, reason) => {
    const fileName = `PAY_bad_${name.replaceAll(/[^a-zA-Z]/g, "_")}.txt`;
    const record = await put(fileName, bytes);
    expect(record?.reason).toMatch(reason);
    expect(record).toMatchObject({ accepted: false, replyName: `REJ_${fileName}`, transactions: [] });
    expect(existsSync(join(bank.folder, "download", `REJ_${fileName}`))).toBe(true);
  });

  test("a debit that was taken before is a duplicate", async () => {
    const record = await put("PAY_again.txt", paymentFile());
    expect(record?.transactions.map((transaction) => transaction.code)).toEqual(["008", "008"]);
  });

  test("temporary and foreign names are not picked up", async () => {
    const before = bank.records().length;
    await put("PAY_x.txt.1.tmp", paymentFile("B1"));
    await put("luckygas-connection-test.test", paymentFile("B2"));
    expect(bank.records()).toHaveLength(before);
  });

  test("it remembers its host key, its password and what it has answered, and answers what it has not", async () => {
    const { hostKeyPin, credentials } = bank;
    const before = bank.records().length;
    bank.holdReplies();
    writeFileSync(join(bank.folder, "upload", "PAY_late.txt"), paymentFile("C1"));
    await bank.close();
    bank = await createBankSimulator({ clock: systemClock, stateDir });
    expect(bank.hostKeyPin).toBe(hostKeyPin);
    expect(bank.credentials).toEqual(credentials);
    await waitFor("the late file to be answered", () => bank.records().length === before + 1);
    expect(bank.records().at(-1)).toMatchObject({ name: "PAY_late.txt", accepted: true });
    expect(readdirSync(join(bank.folder, "download")).filter((name) => name.includes("C1"))).toHaveLength(1);
  });
});

describe("a simulated bank that takes delimited files", () => {
  test.each([
    { encoding: "UTF-8", delimiter: "," },
    { encoding: "BIG5", delimiter: "|" },
  ] as const)("$encoding, $delimiter", async (csv) => {
    const bank = await createBankSimulator({ clock: systemClock, csv });
    const loaded = loadLayout(builtInLayouts.get("luckygas-csv-payment"), csv);
    const replies = loadLayout(builtInLayouts.get("luckygas-csv-reply"), csv);
    if (!loaded.ok || !replies.ok) throw new Error("layout");
    const encoded = loaded.layout.encode({
      header: {},
      details: [
        {
          transactionId: "T1",
          accountNumber: "0123456",
          accountHolder: "許功蓋",
          amount: 7,
          paymentDate: "2026-01-31",
        },
      ],
    });
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
    writeFileSync(join(bank.folder, "upload", "PAY_20260131_9.txt"), encoded.bytes);
    writeFileSync(join(bank.folder, "upload", "PAY_20260131_8.txt"), Buffer.from("nonsense"));
    await bank.releaseReplies();
    const [refused, accepted] = bank.records();
    expect(refused).toMatchObject({ accepted: false });
    expect(accepted).toMatchObject({ accepted: true, batchNumber: "9" });
    const reply = replies.layout.decode(readFileSync(join(bank.folder, "download", accepted?.replyName ?? "")));
    expect(reply.ok && reply.content.details[0]?.values).toMatchObject({
      transactionId: "T1",
      responseCode: "000",
      processedAmount: 7,
    });
    await bank.close();
  });
});
