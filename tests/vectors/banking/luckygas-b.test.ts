import { describe, expect, test } from "bun:test";
import { loadLayout } from "../../../src/banking/rules/layout/layout.ts";
import { luckygasBPayment, luckygasBReply } from "../../../src/banking/rules/layouts/luckygas-b.ts";
import { encodeBig5 } from "../../../src/platform/big5.ts";

// The expected bytes are put together here by hand from the column tables of the LuckyGas 200-byte format, variant B.
const bytesOf = (text: string) => {
  const encoded = encodeBig5(text);
  if (!encoded.ok) throw new Error("not Big5");
  return Buffer.from(encoded.bytes);
};
const field = (text: string, width: number) => {
  const bytes = bytesOf(text);
  return Buffer.concat([bytes, Buffer.alloc(width - bytes.length, " ")]);
};
const record = (...parts: Buffer[]) => {
  const bytes = Buffer.concat([...parts, Buffer.from("\r\n")]);
  expect(bytes).toHaveLength(202);
  return bytes;
};
const spaces = (count: number) => Buffer.alloc(count, " ");

const load = (input: unknown) => {
  const loaded = loadLayout(input);
  if (!loaded.ok) throw new Error(loaded.problems.join("; "));
  return loaded.layout;
};

const header = record(
  Buffer.from("H"),
  field("202601310001", 20),
  Buffer.from("20260130"),
  Buffer.from("017"),
  field("LUCKYGAS", 10),
  Buffer.from("001"),
  spaces(155),
);

describe("LuckyGas 200 bytes, variant B", () => {
  const payment = Buffer.concat([
    header,
    record(
      Buffer.from("D000001"),
      field("TX-1", 20),
      field("01234567890123", 14),
      field("許功蓋", 30),
      Buffer.from("0000000123400"),
      Buffer.from("20260131"),
      field("A123456789", 10),
      field("一月瓦斯費", 50),
      spaces(48),
    ),
    record(
      Buffer.from("D000002"),
      field("TX-2", 20),
      field("987654", 14),
      field("一二三四五六七八九十甲乙丙丁戊", 30),
      Buffer.from("9999999999900"),
      Buffer.from("20260131"),
      spaces(10),
      spaces(50),
      spaces(48),
    ),
    record(
      Buffer.from("T000002"),
      Buffer.from("010000000123300"),
      Buffer.from("000000000000000000000"),
      Buffer.from("000000000000000000000"),
      spaces(136),
    ),
  ]);

  const input = {
    header: { batchNumber: "202601310001", fileDate: "2026-01-30", clearingCode: "017", companyCode: "LUCKYGAS" },
    details: [
      {
        transactionId: "TX-1",
        accountNumber: "01234567890123",
        accountHolder: "許功蓋",
        amount: 1234,
        paymentDate: "2026-01-31",
        idNumber: "A123456789",
        memo: "一月瓦斯費",
      },
      {
        transactionId: "TX-2",
        accountNumber: "987654",
        accountHolder: "一二三四五六七八九十甲乙丙丁戊",
        amount: 99_999_999_999,
        paymentDate: "2026-01-31",
      },
    ],
  };

  test("a payment file is written byte for byte", () => {
    const encoded = load(luckygasBPayment).encode(input);
    if (!encoded.ok) throw new Error(JSON.stringify(encoded.problems));
    expect(Buffer.from(encoded.bytes).toString("hex")).toBe(payment.toString("hex"));
    expect(encoded.recordCount).toBe(2);
    expect(encoded.totalAmount).toBe(100_000_001_233);
  });

  test("and read back to the same values", () => {
    const decoded = load(luckygasBPayment).decode(payment);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    expect(decoded.content.header?.values).toEqual(input.header);
    expect(decoded.content.details.map((detail) => detail.values)).toEqual([
      { sequence: 1, ...input.details[0] },
      { sequence: 2, ...input.details[1] },
    ]);
  });

  const replyWith = (trailer: string, message = "交易成功") =>
    Buffer.concat([
      header,
      record(
        Buffer.from("D000001"),
        field("TX-1", 20),
        field("REF0001", 20),
        Buffer.from("000"),
        field(message, 100),
        Buffer.from("20260131"),
        spaces(42),
      ),
      record(
        Buffer.from("D000002"),
        field("TX-2", 20),
        field("REF0002", 20),
        Buffer.from("001"),
        field("餘額不足", 100),
        spaces(8),
        spaces(42),
      ),
      record(Buffer.from(trailer), spaces(136)),
    ]);
  const trailer = "T000002000000000123500000001000000000123400000001000000000000100";

  test("a reply in the service form is read by bytes: Chinese messages shift nothing", () => {
    const decoded = load(luckygasBReply).decode(replyWith(trailer));
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    expect(decoded.content.details.map((detail) => detail.values)).toEqual([
      {
        sequence: 1,
        transactionId: "TX-1",
        bankReference: "REF0001",
        responseCode: "000",
        responseMessage: "交易成功",
        processedDate: "2026-01-31",
      },
      {
        sequence: 2,
        transactionId: "TX-2",
        bankReference: "REF0002",
        responseCode: "001",
        responseMessage: "餘額不足",
      },
    ]);
    expect(decoded.content.trailer?.values).toEqual({
      totalCount: 2,
      totalAmount: 1235,
      successCount: 1,
      successAmount: 1234,
      failCount: 1,
      failAmount: 1,
    });
  });

  test.each([
    ["T000003000000000123500000001000000000123400000001000000000000100", "totalCount"],
    ["T000002000000000123500000002000000000123400000000000000000000100", "successCount"],
    ["T000002000000000999900000001000000000123400000001000000000000100", "totalAmount"],
  ])("a reply whose totals disagree is refused whole: %s", (wrong, name) => {
    const decoded = load(luckygasBReply).decode(replyWith(wrong));
    expect(decoded.ok).toBe(false);
    if (!decoded.ok) expect(decoded.problems.map((problem) => problem.field)).toContain(name);
  });

  test.each([
    [
      "one byte short",
      (file: Buffer) => Buffer.concat([file.subarray(0, 250), file.subarray(251)]),
      { record: 2, rule: "has 199 bytes instead of 200" },
    ],
    ["cut off", (file: Buffer) => file.subarray(0, 404), { rule: "the trailer is missing: the file may be cut off" }],
    [
      "unknown record type",
      (file: Buffer) => Buffer.concat([file.subarray(0, 202), Buffer.from("X"), file.subarray(203)]),
      { record: 2, column: 1 },
    ],
    [
      "a day that does not exist",
      (file: Buffer) => Buffer.concat([file.subarray(0, 352), Buffer.from("20260230"), file.subarray(360)]),
      { record: 2, column: 151, field: "processedDate" },
    ],
  ] as const)("%s: told with record and column", (_name, damage, expected) => {
    const decoded = load(luckygasBReply).decode(damage(replyWith(trailer)));
    expect(decoded.ok).toBe(false);
    if (!decoded.ok) expect(decoded.problems[0]).toMatchObject(expected);
  });

  test("an empty file and a header alone are days without items", () => {
    const reply = load(luckygasBReply);
    expect(reply.decode(new Uint8Array(0))).toEqual({ ok: true, content: { details: [] } });
    const alone = reply.decode(header);
    expect(alone.ok && alone.content.details).toEqual([]);
  });
});
