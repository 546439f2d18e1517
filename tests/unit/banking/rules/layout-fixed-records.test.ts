import { describe, expect, test } from "bun:test";
import { fixed, load, read, record, write } from "./sample-layouts.ts";

const company = { kind: "text", name: "company", start: 2, length: 3, value: "companyCode" } as const;
const amount = { kind: "amount", name: "amount", start: 2, length: 3, value: "amount", decimals: 0 } as const;
const count = { kind: "number", name: "count", start: 2, length: 3, value: "totalCount" } as const;
const header = record("header", "H", [company]);
const detail = record("detail", "D", [amount]);
const trailer = record("trailer", "T", [count]);
const all = [header, detail, trailer];
const layout = load(fixed(4, all));
const rulesOf = (file: string, of = layout) =>
  read(of, file).map((problem) => ("rule" in problem ? [problem.record, problem.rule] : problem));

describe("records of a file", () => {
  const file = "HABC\nD001\nD002\nT002\n";

  test("header, details and trailer, written and read", () => {
    expect(write(layout, [{ amount: 1 }, { amount: 2 }], { companyCode: "ABC" })).toBe(file);
    const decoded = layout.decode(Buffer.from(file));
    expect(decoded).toEqual({
      ok: true,
      content: {
        header: { record: 1, values: { companyCode: "ABC" } },
        details: [
          { record: 2, values: { amount: 1 } },
          { record: 3, values: { amount: 2 } },
        ],
        trailer: { record: 4, values: { totalCount: 2 } },
      },
    });
  });

  test("tells how many records and how much money were written", () => {
    expect(layout.encode({ header: {}, details: [{ amount: 1 }, { amount: 2 }] })).toMatchObject({
      recordCount: 2,
      totalAmount: 3,
    });
  });

  test("an empty file, or a header alone, is a day without items", () => {
    expect(rulesOf("")).toEqual([]);
    expect(rulesOf("HABC\n")).toEqual([]);
    expect(rulesOf("HABC\nT000\n")).toEqual([]);
  });

  test.each<[string, string, [number | undefined, string][]]>([
    ["no header", "D001\nT001\n", [[1, "the header is missing"]]],
    ["no trailer", "HABC\nD001\n", [[undefined, "the trailer is missing: the file may be cut off"]]],
    ["no header and no details", "T000\n", [[1, "the header is missing"]]],
    ["a header in the middle", "HABC\nD001\nHABC\nT001\n", [[3, "header is not the first record"]]],
    ["a second header", "HABC\nHABC\nT000\n", [[2, "header is not the first record"]]],
    ["a detail after the trailer", "HABC\nT000\nD001\n", [[3, "stands after the trailer"]]],
    ["a second trailer", "HABC\nT000\nT000\n", [[3, "stands after the trailer"]]],
    ["a record of no kind", "HABC\nX001\nT000\n", [[2, "is of no record type that the layout knows"]]],
    ["a short record", "HABC\nD01\nT000\n", [[2, "has 3 bytes instead of 4"]]],
    ["a long record", "HABC\nD0001\nT000\n", [[2, "has 5 bytes instead of 4"]]],
    ["an empty record", "HABC\n\nT000\n", [[2, "has 0 bytes instead of 4"]]],
  ])("refuses a file with %s", (_what, text, expected) => {
    expect(rulesOf(text)).toEqual(expected);
  });

  test("names record, column and field of every wrong value, up to a hundred", () => {
    expect(read(layout, "HABC\nD0x1\nT001\n")).toEqual([
      { record: 2, column: 2, field: "amount", rule: "must be 3 digits" },
    ]);
    expect(read(layout, `HABC\n${"Dxxx\n".repeat(150)}T150\n`)).toHaveLength(100);
  });

  test("values that cannot be written are named too, up to a hundred", () => {
    expect(write(layout, [{ amount: 1 }, { amount: -1 }], { companyCode: "ABCD" })).toEqual([
      { value: "companyCode", rule: expect.stringContaining("has 4 bytes") },
      { item: 1, value: "amount", rule: "must be a whole number, not negative" },
    ]);
    expect(write(layout, Array(150).fill({ amount: -1 }))).toHaveLength(100);
    expect(write(layout, [{ amount: Number.MAX_SAFE_INTEGER }, { amount: 1 }])).toEqual([
      { value: "totalAmount", rule: "the sum is too large" },
    ]);
  });
});

describe("ends of lines", () => {
  const ending = (finalEol: "required" | "optional" | "none", eol: "CRLF" | "LF" = "LF") =>
    load(fixed(4, [detail], { finalEol, eol }));

  test("the last one is required, optional or absent", () => {
    expect(write(ending("required"), [{ amount: 1 }])).toBe("D001\n");
    expect(write(ending("optional"), [{ amount: 1 }])).toBe("D001\n");
    expect(write(ending("none"), [{ amount: 1 }, { amount: 2 }])).toBe("D001\nD002");
    expect(write(ending("none"), [])).toBe("");
    expect(rulesOf("D001", ending("required"))).toEqual([[undefined, "the last record does not end with LF"]]);
    expect(rulesOf("D001\nD002", ending("optional"))).toEqual([{ amount: 1 }, { amount: 2 }]);
    expect(rulesOf("D001\n", ending("optional"))).toEqual([{ amount: 1 }]);
    expect(rulesOf("D001\nD002", ending("none"))).toEqual([{ amount: 1 }, { amount: 2 }]);
    expect(rulesOf("D001\n", ending("none"))).toEqual([
      [undefined, "the last record ends with LF, which this layout does not have"],
    ]);
  });

  test("CR LF is two bytes, and a line feed alone is none", () => {
    const crlf = ending("required", "CRLF");
    expect(write(crlf, [{ amount: 1 }, { amount: 2 }])).toBe("D001\r\nD002\r\n");
    expect(rulesOf("D001\r\nD002\r\n", crlf)).toEqual([{ amount: 1 }, { amount: 2 }]);
    expect(rulesOf("D001\nD002\r\n", crlf)).toEqual([[1, "has 9 bytes instead of 4"]]);
    expect(rulesOf("D001\rD002\r\n", crlf)).toEqual([[1, "has 9 bytes instead of 4"]]);
    expect(rulesOf("D001\r\n", ending("none", "CRLF"))).toHaveLength(1);
    expect(write(ending("none", "CRLF"), [{ amount: 1 }])).toBe("D001");
  });
});

describe("records that may be absent", () => {
  const optional = load(fixed(4, [{ ...header, optional: true }, detail, { ...trailer, optional: true }]));

  test("are written when there is something to say", () => {
    expect(write(optional, [{ amount: 1 }])).toBe("D001\n");
    expect(write(optional, [{ amount: 1 }], { companyCode: "ABC" })).toBe("HABC\nD001\n");
    expect(write(optional, [{ amount: 1 }], {}, { totalAmount: 5 })).toBe("D001\nT001\n");
    expect(optional.encode({ header: { companyCode: undefined }, details: [] })).toMatchObject({ recordCount: 0 });
    expect(write(optional, [], Object.fromEntries([["companyCode", undefined]]))).toBe("");
  });

  test("are not missed when read", () => {
    expect(rulesOf("D001\n", optional)).toEqual([{ amount: 1 }]);
    expect(rulesOf("HABC\nD001\n", optional)).toEqual([{ amount: 1 }]);
    expect(rulesOf("D001\nT002\n", optional)).toEqual([[2, "says 2; the details make 1"]]);
  });
});

describe("several kinds of details", () => {
  const result = record("detail", "R", [amount], { name: "result" });
  const back = record("detail", "B", [{ ...amount, length: 5 }], { name: "back", bytes: 6, meaning: "return" });
  const two = load(fixed(4, [header, result, back]));

  test("are told by their names, the first where none is said, each with its own length", () => {
    const details = [{ amount: 1 }, { recordName: "back", amount: 2 }, { recordName: "result", amount: 3 }];
    expect(write(two, details, { companyCode: "ABC" })).toBe("HABC\nR001\nB00002\nR003\n");
    expect(read(two, "HABC\nR001\nB00002\nR003\n")).toEqual([
      { recordName: "result", amount: 1 },
      { recordName: "back", amount: 2 },
      { recordName: "result", amount: 3 },
    ]);
    expect(rulesOf("HABC\nB002\n", two)).toEqual([[2, "has 4 bytes instead of 6"]]);
  });

  test("that the layout lacks are refused, also the names of its other records", () => {
    for (const recordName of ["other", "header"]) {
      expect(write(two, [{ recordName, amount: 2 }], { companyCode: "ABC" })).toEqual([
        { item: 0, value: "recordName", rule: "is no record of this layout" },
      ]);
    }
  });

  test("one kind is no name worth telling", () => {
    expect(read(layout, "HABC\nD001\nT001\n")).toEqual([{ amount: 1 }]);
  });

  test("some of them tell that a debit came back", () => {
    expect(two.isReturn({ recordName: "back" })).toBe(true);
    expect(two.isReturn({ recordName: "result" })).toBe(false);
    expect(two.isReturn({})).toBe(false);
    expect(load(fixed(4, [{ ...detail, meaning: "return" }])).isReturn({})).toBe(true);
    expect(layout.isReturn({ recordName: "header" })).toBe(false);
  });
});

describe("amounts of a trailer", () => {
  const total = { kind: "amount", name: "total", start: 2, length: 3, value: "totalAmount", decimals: 0 } as const;
  const id = { kind: "text", name: "id", start: 2, length: 3, value: "transactionId" } as const;
  const processed = { ...amount, value: "processedAmount" } as const;

  test("are computed where the details carry amounts, else they are those that are given", () => {
    const carrying = load(fixed(4, [detail, record("trailer", "T", [total])]));
    expect(write(carrying, [{ amount: 1 }, { amount: 2 }], {}, { totalAmount: 9 })).toBe("D001\nD002\nT003\n");
    const processing = load(fixed(4, [record("detail", "D", [processed]), record("trailer", "T", [total])]));
    expect(write(processing, [{ processedAmount: 1 }], {}, { totalAmount: 9 })).toBe("D001\nT001\n");
    const bare = load(fixed(4, [record("detail", "D", [id]), record("trailer", "T", [total])]));
    expect(write(bare, [{ transactionId: "X" }], {}, { totalAmount: 9 })).toBe("DX  \nT009\n");
    expect(write(bare, [{ transactionId: "X" }])).toEqual([{ value: "totalAmount", rule: "must not be empty" }]);
  });

  test("counts are computed in any case", () => {
    const bare = load(fixed(4, [record("detail", "D", [id]), trailer]));
    expect(write(bare, [{ transactionId: "X" }, { transactionId: "Y" }], {}, { totalCount: 9 })).toBe(
      "DX  \nDY  \nT002\n",
    );
  });

  test("a header tells totals as well, and a trailer repeats the header", () => {
    const counting = load(fixed(4, [record("header", "H", [count]), detail, record("trailer", "T", [company])]));
    expect(write(counting, [{ amount: 1 }, { amount: 1 }], { companyCode: "ABC" })).toBe("H002\nD001\nD001\nTABC\n");
  });
});

describe("fillers", () => {
  const filled = load(
    fixed(6, [
      record("detail", "D", [
        { kind: "filler", name: "own", start: 2, length: 2 },
        { ...amount, start: 4 },
      ]),
    ]),
  );

  test("that are not blank come back with their bytes, so that they can be written again", () => {
    const decoded = filled.decode(Buffer.from("D  001\nDab002\nD c003\n"));
    if (!decoded.ok) throw new Error("decode");
    const { details } = decoded.content;
    expect(details.map(({ raw }) => raw && Buffer.from(raw).toString())).toEqual([undefined, "Dab002", "D c003"]);
    const raw = new Map(details.flatMap((one) => (one.raw ? [[one.record, one.raw] as const] : [])));
    const again = filled.encode({ header: {}, details: details.map(({ values }) => values), raw });
    expect(again.ok && Buffer.from(again.bytes).toString()).toBe("D  001\nDab002\nD c003\n");
  });
});

describe("how records are told apart", () => {
  test("by letters at their own place", () => {
    const at = (name: string, text: string) => ({
      ...record("detail", "X", [
        { kind: "literal", name: "kind", start: 2, length: 2, text } as const,
        { ...amount, start: 4 },
      ]),
      ...{ name, selector: { start: 2, text } },
    });
    const kinds = load(fixed(6, [at("one", "AA"), at("two", "AB")]));
    expect(read(kinds, "XAA001\nXAB002\n")).toEqual([
      { recordName: "one", amount: 1 },
      { recordName: "two", amount: 2 },
    ]);
    expect(rulesOf("XAC001\n", kinds)).toEqual([[1, "is of no record type that the layout knows"]]);
    expect(rulesOf("XA\n", kinds)).toEqual([[1, "has 2 bytes instead of 6"]]);
    expect(rulesOf("X\nAA001\n", kinds)).toEqual([
      [1, "has 1 bytes instead of 6"],
      [2, "has 5 bytes instead of 6"],
    ]);
  });

  test("a single kind needs no letters", () => {
    const plain = load(fixed(3, [{ name: "d", role: "detail", fields: [{ ...amount, start: 1 }] }]));
    expect(read(plain, "001\n002\n")).toEqual([{ amount: 1 }, { amount: 2 }]);
  });
});

describe("values that repeat from record to record", () => {
  const memo = { kind: "text", name: "memo", start: 2, length: 2, value: "memo" } as const;
  const day = {
    kind: "date",
    name: "day",
    start: 4,
    length: 6,
    value: "paymentDate",
    style: "ROC6",
    required: false,
  } as const;
  const repeating = load(fixed(9, [record("detail", "D", [memo, day])]));

  test("are each their own", () => {
    expect(read(repeating, "Dab990101\nDab990101\nDac      \nD        \nD  990102\nDab990101\n")).toEqual([
      { memo: "ab", paymentDate: "2010-01-01" },
      { memo: "ab", paymentDate: "2010-01-01" },
      { memo: "ac" },
      {},
      { paymentDate: "2010-01-02" },
      { memo: "ab", paymentDate: "2010-01-01" },
    ]);
    expect(
      write(repeating, [
        { memo: "ab", paymentDate: "2010-01-01" },
        { paymentDate: "2010-01-01" },
        { paymentDate: "2010-01-02" },
        {},
      ]),
    ).toBe("Dab990101\nD  990101\nD  990102\nD        \n");
  });

  test("a wrong one is wrong each time it comes, and does not spoil a right one", () => {
    expect(read(repeating, "D  990199\nD  990199\nD  990101\nD  990199\n")).toMatchObject([
      ...[{ record: 1 }, { record: 2 }, { record: 4 }],
    ]);
  });
});
