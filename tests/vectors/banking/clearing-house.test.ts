import { describe, expect, test } from "bun:test";
import { loadLayout } from "../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../src/banking/rules/layouts/index.ts";

function layout(id: string) {
  const loaded = loadLayout(builtInLayouts.get(id));
  if (!loaded.ok) throw new Error(loaded.problems.join());
  return loaded.layout;
}
const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("ACH P01, 250 bytes (V10)", () => {
  const encoded = layout("ach-p01").encode({
    header: { fileDate: "2026-08-04", fileTime: "120000", senderUnit: "0040000", receiverUnit: "9990250" },
    details: [
      {
        transactionCode: "704",
        presentingUnit: "0040000",
        presentingAccount: "1234567890",
        receivingUnit: "8220901",
        accountNumber: "141118000000",
        amount: 2_702_536,
        originatorId: "48790067",
        idNumber: "23111915",
        customerNumber: "C-1",
        transactionId: "TX1",
      },
    ],
  });
  const lines = encoded.ok ? Buffer.from(encoded.bytes).toString("latin1").split("\r\n") : [];

  test("header, detail and trailer, column by column", () => {
    expect(lines[0]).toBe(`BOFACHP0101150804120000${"0040000"}${"9990250"}V10`.padEnd(250));
    const detail =
      `NSD70400000001${"0040000"}${"0000001234567890"}${"8220901"}${"0000141118000000"}0002702536  B` +
      `48790067  23111915  ${" ".repeat(6 + 8 + 8 + 1)}${"C-1".padEnd(20)}${"TX1".padEnd(40)}${" ".repeat(10)}00000`;
    expect(lines[1]).toBe(detail.padEnd(250));
    expect(lines[2]).toBe(
      `EOFACHP0101150804${"0040000"}${"9990250"}00000001${"2702536".padStart(16, "0")}`.padEnd(250),
    );
    expect(lines[3]).toBe("");
  });
});

describe("ACH R01 in the older form of 160 bytes", () => {
  // Columns as they stand in files of that form: accounts of 14 digits, presenting and receiving side exchanged.
  const file = [
    `BOFACHR0101080805000000${"9990250"}${"8120012"}`.padEnd(160),
    (
      `RSD530000001${"8120045"}${"00000012345678"}${"8120012"}${"20010010012345"}000000006001B54387162  A123456789` +
      `${" ".repeat(6)}01080804000001 ${"CNO1".padEnd(20)}`
    ).padEnd(160),
    `EOFACHR0101080805${"9990250"}${"8120012"}00000001${"60".padStart(16, "0")}`.padEnd(160),
  ].join("\r\n");

  test("is read with the day and number of the original", () => {
    const decoded = layout("ach-r01-160").decode(latin1(file));
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    expect(decoded.content.details[0]?.values).toMatchObject({
      responseCode: "01",
      amount: 60,
      originalDate: "2019-08-04",
      originalSequence: 1,
      accountNumber: "20010010012345",
      presentingAccount: "00000012345678",
    });
    expect(layout("ach-r01").isReturn(decoded.content.details[0]?.values ?? {})).toBe(true);
  });

  test("a trailer of another day than the header's is refused", () => {
    const decoded = layout("ach-r01-160").decode(latin1(file.replace("EOFACHR0101080805", "EOFACHR0101080806")));
    expect(decoded).toMatchObject({ ok: false, problems: [{ field: "fileDate" }] });
  });
});

describe("Taishin's statement line, 125 bytes", () => {
  const line = [
    "0000",
    "20010100123456",
    "20260804",
    "000001",
    "0",
    "093000",
    "ATM ",
    "39000       ",
    "+",
    "C",
    "9567860922089800",
    "A123456789",
    "822",
    "".padEnd(20),
    "".padEnd(18),
    "S",
  ].join("");

  test("the amount has one implied decimal, the virtual account its filling taken off", () => {
    expect(line.length).toBe(125);
    const decoded = layout("taishin-statement").decode(latin1(`${line}\r\n`));
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    expect(decoded.content.details[0]?.values).toMatchObject({
      amount: 3900,
      virtualAccount: "95678609220898",
      processedDate: "2026-08-04",
      payerBank: "822",
    });
  });
});

describe("LuckyGas variants A and C", () => {
  test("A: a header of 209 bytes, the total of 13 digits with two blanks behind, no line end at the end", () => {
    const encoded = layout("luckygas-a-payment").encode({
      header: { batchNumber: "mega20240120001", fileDate: "2024-01-20", clearingCode: "017" },
      details: [
        {
          transactionId: "T1",
          accountNumber: "12345678901234",
          accountHolder: "張三",
          amount: 1380,
          paymentDate: "2024-01-22",
        },
      ],
    });
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
    const [header, detail, trailer] = Buffer.from(encoded.bytes).toString("latin1").split("\r\n");
    expect(header).toHaveLength(209);
    expect(detail).toHaveLength(200);
    expect(trailer).toBe(`T0000010000000138000  `.padEnd(200));
    expect(layout("luckygas-a-payment").decode(encoded.bytes).ok).toBe(true);
  });

  test("C: a hash total of the last eight digits of the accounts; a wrong one is refused", () => {
    const detail = { accountHolder: "A", amount: 1, paymentDate: "2024-01-22" };
    const encoded = layout("luckygas-c-payment").encode({
      header: { batchNumber: "B1", fileDate: "2024-01-20", clearingCode: "017" },
      details: [
        { ...detail, transactionId: "T1", accountNumber: "12345699999999" },
        { ...detail, transactionId: "T2", accountNumber: "12345600000002" },
      ],
    });
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
    const text = Buffer.from(encoded.bytes).toString("latin1");
    expect(text).toContain(`T000002${"200".padStart(15, "0")}${"100000001".padStart(15, "0")}`);
    const wrong = layout("luckygas-c-payment").decode(latin1(text.replace("000000100000001 ", "000000100000002 ")));
    expect(wrong).toMatchObject({ ok: false, problems: [{ field: "hashTotal" }] });
  });

  test("C: 001 and 002 mean the opposite of the other variants", () => {
    expect(layout("luckygas-c-reply").responseCode("001").meaning).toBe("帳號錯誤");
    expect(layout("luckygas-b-reply").responseCode("001").meaning).toBe("餘額不足");
  });
});
