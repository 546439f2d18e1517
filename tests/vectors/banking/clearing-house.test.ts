import { describe, expect, test } from "bun:test";
import { loadLayout } from "../../../src/banking/rules/layout/layout.ts";
import { formatDate, parseDate } from "../../../src/banking/rules/layout/values.ts";
import { achAuthorisationCodes, achReturnCodes } from "../../../src/banking/rules/layouts/ach-return-codes.ts";
import { builtInLayouts } from "../../../src/banking/rules/layouts/index.ts";
import { isVirtualAccount, taishinVirtualAccount } from "../../../src/banking/rules/virtual-account.ts";

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

describe("Taishin's statement as the bank sent it", () => {
  // The ten lines of the test file of Business::TW::TSIB::VirtualAccount (CPAN), with what its reader makes of them.
  const lines = [
    "00002076010000204720071105000001A093158ATM 39000       +C9567860922892400          825                    168371            S",
    "00002076010000204720071105000002A093250ATM 49000       +C9567861232896100          806                    379508            S",
    "00002076010000204720071105000003A093530ATM 39000       +C9567863361032000          806                    382570            S",
    "00002076010000204720071105000004A093707ATM 12890       +C9567862563859000          012                    531033            S",
    "00002076010000204720071105000005A094040ATM 10230       +C9567860926531600          012                    533008            S",
    "00002076010000204720071105000006A094503ATM 29390       +C9567863069378900          807                    563153            S",
    "00002076010000204720071105000007A094708ATM 900000      +C9567860332980700          807                    565561            S",
    "00002076010000204720071105000008A095013ATM 39000       +C9567860923848000          807                    638530            S",
    "00002076010000204720071105000009A095218ATM 1238880     +C9567860936138700          050                    100861            S",
    "00002076010000204720071105000010B100032OTC 438990      +C9567862528977000          812                    194532            S",
  ];
  const file = latin1(
    lines
      .map((line) => `${line}\n`)
      .join("")
      .replaceAll("\n", "\r\n"),
  );
  const statement = layout("taishin-statement");

  test("every line is read, and written again to the same bytes", () => {
    const decoded = statement.decode(file);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    const { details } = decoded.content;
    expect(details.map(({ values }) => values.amount)).toEqual([
      3900, 4900, 3900, 1289, 1023, 2939, 90_000, 3900, 123_888, 43_899,
    ]);
    expect(details[1]?.values).toMatchObject({
      responseCode: "0000",
      accountNumber: "20760100002047",
      processedDate: "2007-11-05",
      bankReference: "000002",
      flag: "A",
      processedTime: "093250",
      channel: "ATM",
      amountSign: "+",
      debitCredit: "C",
      virtualAccount: "95678612328961",
      payerBank: "806",
      status: "S",
    });
    expect(details[9]?.values).toMatchObject({ channel: "OTC", flag: "B" });
    const raw = new Map(details.flatMap((detail) => (detail.raw ? [[detail.record, detail.raw] as const] : [])));
    const again = statement.encode({ header: {}, details: details.map(({ values }) => values), raw });
    expect(again.ok && Buffer.from(again.bytes).equals(file)).toBe(true);
  });

  test("every virtual account of it has the check digit that its amount demands", () => {
    const decoded = statement.decode(file);
    const details = decoded.ok ? decoded.content.details : [];
    const rule = taishinVirtualAccount("95678");
    for (const { values } of details)
      expect(isVirtualAccount(rule, values.virtualAccount ?? "", values.amount)).toBe(true);
    expect(details).toHaveLength(10);
  });
});

describe("ACH P02 and R02, 220 and 120 bytes", () => {
  const details = [
    {
      transactionCode: "704",
      originatorId: "48790067",
      receivingUnit: "0040037",
      accountNumber: "9988776655",
      idNumber: "A123456789",
      customerNumber: "USER001",
      transactionType: "A",
      originalDate: "2026-08-04",
      presentingUnit: "0040000",
      transactionId: "A202608040001-00001",
    },
  ];
  const header = { fileDate: "2026-08-04", senderUnit: "0040000" };
  const lines = (id: string) => {
    const encoded = layout(id).encode({ header, details });
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
    return Buffer.from(encoded.bytes).toString("latin1").split("\r\n");
  };
  const upToAccount = "00000170448790067  0040037";
  const fromIdToUnit = `A123456789${"USER001".padEnd(20)}A01150804${"0040000"}`;

  test("P02 of 220 bytes, column by column", () => {
    const [bof, detail, eof] = lines("ach-p02");
    expect(bof).toBe("BOFACHP02011508040040000V10".padEnd(220));
    expect(detail).toBe(
      `${upToAccount}${"9988776655".padStart(16, "0")}${fromIdToUnit}${"A202608040001-00001".padEnd(40)}N`.padEnd(220),
    );
    expect(eof).toBe("EOF00000001".padEnd(220));
  });

  test("P02 of 120 bytes, column by column", () => {
    const [bof, detail, eof] = lines("ach-p02-120");
    expect(bof).toBe("BOFACHP02011508040040000".padEnd(120));
    expect(detail).toBe(
      `${upToAccount}${"9988776655".padStart(14, "0")}${fromIdToUnit}${"A202608040001-00001".padEnd(20)}N`.padEnd(120),
    );
    expect(eof).toBe("EOF00000001".padEnd(120));
  });

  test.each(["ach-p02", "ach-p02-120"])("the reply to %s differs in its name, its type and its code", (id) => {
    const asked = lines(id);
    const answered = asked.map((line) => line.replace("ACHP02", "ACHR02").replace(/N {2}/, "R0 "));
    const reply = layout(id.replace("p02", "r02"));
    const decoded = reply.decode(latin1(answered.join("\r\n")));
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    expect(decoded.content.details[0]?.values).toMatchObject({
      originalSequence: 1,
      transactionId: "A202608040001-00001",
      responseCode: "0",
    });
  });

  test("the code tables: 22 returns of debits, 20 answers to authorisations, and what each means for the next step", () => {
    expect(Object.keys(achReturnCodes)).toHaveLength(22);
    expect(Object.keys(achAuthorisationCodes)).toHaveLength(20);
    const of = (outcome: string) =>
      Object.entries(achReturnCodes)
        .flatMap(([code, entry]) => (entry.outcome === outcome ? [code] : []))
        .sort();
    expect(of("repeatable")).toEqual(["01", "10", "11"]);
    expect(of("unauthorised")).toEqual(["02", "03"]);
    expect(of("success")).toEqual([]);
    expect(layout("ach-r02").responseCode("0").outcome).toBe("success");
    expect(layout("ach-r02").responseCode("X").outcome).toBe("failed");
  });
});

describe("dates of the Republic", () => {
  test.each([
    ["1150804", "ROC7", "2026-08-04"],
    ["01150804", "ROC8", "2026-08-04"],
    ["991231", "ROC6", "2010-12-31"],
    ["0991231", "ROC7", "2010-12-31"],
    ["20260804", "YYYYMMDD", "2026-08-04"],
    ["2026/08/04", "YYYY/MM/DD", "2026-08-04"],
  ] as const)("%s as %s is %s, both ways", (text, style, day) => {
    expect(parseDate(text, style)).toBe(day);
    expect(formatDate(day, style)).toBe(text);
  });

  test("none is guessed: another style, or a day that does not exist, is refused", () => {
    expect(parseDate("20260804", "ROC7")).toBeUndefined();
    expect(parseDate("1150229", "ROC7")).toBeUndefined();
    expect(formatDate("2026-08-04", "ROC6")).toBeUndefined();
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
