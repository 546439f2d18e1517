import { describe, expect, test } from "bun:test";
import { delimited, load, problemsOf, read, write } from "./sample-layouts.ts";

const id = { kind: "text", header: "id", value: "transactionId", length: 6, required: true } as const;
const memo = { kind: "text", header: "備註", value: "memo", length: 12 } as const;
const day = { kind: "date", header: "day", value: "paymentDate", style: "ROC7" } as const;
const amount = { kind: "amount", header: "amount", value: "amount", decimals: 0 } as const;
const number = { kind: "number", header: "number", value: "originalSequence" } as const;
const layout = load(delimited([id, memo]));

describe("cells of a delimited file", () => {
  test("are quoted only where they need it, and read back as they were", () => {
    const details = ["plain", "a,b", 'say "x"', 'say "', "許功蓋"].map((text) => ({ transactionId: "1", memo: text }));
    const file = 'id,備註\n1,plain\n1,"a,b"\n1,"say ""x"""\n1,"say """\n1,許功蓋\n';
    expect(write(layout, details)).toBe(file);
    expect(read(layout, file)).toEqual(details);
  });

  test("may be quoted without need, hold line ends when read, and begin a quotation only at their beginning", () => {
    expect(read(layout, '"id","備註"\n"1","a\nb"\n2,c"d"\n3,""\n')).toEqual([
      { transactionId: "1", memo: "a\nb" },
      { transactionId: "2", memo: 'c"d"' },
      { transactionId: "3" },
    ]);
    expect(read(layout, 'id,備註\n1,"a\n')).toEqual([{ record: 2, rule: "a quotation is not closed" }]);
  });

  test("are divided by the layout's own character", () => {
    for (const delimiter of [";", "|", "\t"] as const) {
      const options = delimiter === ";" ? {} : { delimiter };
      const own = load(delimited([id, memo]), options);
      const used = delimiter === ";" ? "," : delimiter;
      expect(write(own, [{ transactionId: "1", memo: "a,b|c" }])).toBe(
        `id${used}備註\n1${used}${used === "\t" ? "a,b|c" : '"a,b|c"'}\n`,
      );
      expect(read(own, `id${used}備註\n1${used}x\n`)).toEqual([{ transactionId: "1", memo: "x" }]);
    }
  });

  test("end with the layout's line end when written, with either when read", () => {
    const crlf = load(delimited([id, memo], { eol: "CRLF" }));
    expect(write(crlf, [{ transactionId: "1" }])).toBe("id,備註\r\n1,\r\n");
    for (const file of ["id,備註\r\n1,a\r\n", "id,備註\n1,a\n", "id,備註\n1,a", "id,備註\r\n1,a"]) {
      expect(read(crlf, file)).toEqual([{ transactionId: "1", memo: "a" }]);
    }
    expect(read(layout, "id,備註\n1,")).toEqual([{ transactionId: "1" }]);
    expect(read(layout, "id,備註\n1,a\rb\r\n")).toEqual([{ transactionId: "1", memo: "a\rb" }]);
  });

  test("of Big5 are divided after decoding: a pipe may be half a character", () => {
    const big5 = load(
      delimited(
        [
          { ...id, header: "id" },
          { ...memo, header: "memo" },
        ],
        { encoding: "BIG5", delimiter: "|" },
      ),
    );
    const encoded = big5.encode({ header: {}, details: [{ transactionId: "1", memo: "育|坑" }] });
    if (!encoded.ok) throw new Error("encode");
    expect(Buffer.from(encoded.bytes).includes(0x7c)).toBe(true);
    expect(read(big5, encoded.bytes)).toEqual([{ transactionId: "1", memo: "育|坑" }]);
    expect(read(big5, Buffer.from("id|memo\r\n1|a\tb\n2|c", "latin1"))).toEqual([
      { transactionId: "1", memo: "a\tb" },
      { transactionId: "2", memo: "c" },
    ]);
  });

  test("a byte order mark stands only where the layout says so, and only in UTF-8", () => {
    const details = [{ transactionId: "1" }];
    const bytesOf = (of: typeof layout) => {
      const encoded = of.encode({ header: {}, details });
      return encoded.ok ? Buffer.from(encoded.bytes).toString("latin1") : "";
    };
    expect(bytesOf(load(delimited([id], { byteOrderMark: true })))).toBe("\u00ef\u00bb\u00bfid\n1\n");
    expect(bytesOf(load(delimited([id])))).toBe("id\n1\n");
    expect(bytesOf(load(delimited([id], { byteOrderMark: true, encoding: "ASCII" })))).toBe("id\n1\n");
    expect(read(load(delimited([id])), "\ufeffid\n1\n")).toEqual(details);
    expect(read(load(delimited([id])), "id\n\ufeff1\n")).toEqual([{ transactionId: "\ufeff1" }]);
  });

  test("tells how many lines and how much money were written", () => {
    expect(load(delimited([amount])).encode({ header: {}, details: [{ amount: 1 }, { amount: 2 }] })).toMatchObject({
      ...{ ok: true, recordCount: 2, totalAmount: 3 },
    });
  });
});

describe("columns", () => {
  test("are found by their headers in any order, others are passed over", () => {
    expect(read(layout, "備註,more,id\na,b,1\n")).toEqual([{ transactionId: "1", memo: "a" }]);
    expect(read(layout, "ID,備註\n1,a\n")).toEqual([
      { record: 1, field: "transactionId", rule: 'column "id" is missing' },
    ]);
    expect(read(load(delimited([id, { ...memo, optional: true }])), "id\n1\n")).toEqual([{ transactionId: "1" }]);
  });

  test("each line has as many cells as the headers", () => {
    expect(read(layout, "id,備註\n1\n1,a,b\n1,a\n\n")).toEqual([
      { record: 2, rule: "has 1 fields instead of 2" },
      { record: 3, rule: "has 3 fields instead of 2" },
      { record: 5, rule: "has 1 fields instead of 2" },
    ]);
  });

  test("an empty file is a day without items", () => {
    expect(read(layout, "")).toEqual([]);
    expect(read(layout, "id,備註\n")).toEqual([]);
  });

  test("every wrong value is told with line, column and field, up to a hundred", () => {
    expect(read(load(delimited([id, amount])), "amount,id\n-1,\n")).toEqual([
      { record: 2, column: 2, field: "transactionId", rule: "must not be empty" },
      { record: 2, column: 1, field: "amount", rule: "must be whole NT$ in digits" },
    ]);
    expect(read(layout, `id,備註\n${",\n".repeat(150)}`)).toHaveLength(100);
    expect(write(layout, Array(150).fill({}))).toHaveLength(100);
    expect(write(layout, [{ transactionId: "1" }, {}])).toEqual([
      { item: 1, value: "transactionId", rule: "must not be empty" },
    ]);
    expect(write(load(delimited([amount])), [{ amount: Number.MAX_SAFE_INTEGER }, { amount: 1 }])).toEqual([
      { value: "totalAmount", rule: "the sum is too large" },
    ]);
  });

  test("a control value that does not agree refuses the file", () => {
    const sequence = { kind: "number", header: "no", value: "sequence" } as const;
    const counted = load(delimited([sequence, id]));
    expect(write(counted, [{ transactionId: "a" }, { transactionId: "b", sequence: 7 }])).toBe("no,id\n1,a\n2,b\n");
    expect(read(counted, "no,id\n1,a\n3,b\n")).toMatchObject([{ record: 3, field: "sequence" }]);
    expect(read(counted, "no,id\n1,a\nx,b\n")).toEqual([
      { record: 3, column: 1, field: "sequence", rule: "must be digits 0-9 only" },
    ]);
  });

  test("no header stands twice, and each can be written", () => {
    expect(problemsOf(delimited([id, { ...memo, header: "id" }]))).toEqual(['column "id" stands twice']);
    expect(problemsOf(delimited([id, memo], { encoding: "ASCII" }))).toEqual([
      'column header "備註" cannot be written in ASCII',
    ]);
    expect(problemsOf(delimited([{ ...id, header: "A注" }], { encoding: "ASCII" }))).toHaveLength(1);
    expect(problemsOf(delimited([id, memo]))).toEqual([]);
  });
});

describe("text columns", () => {
  const of = (more: object, encoding: "UTF-8" | "ASCII" = "UTF-8") =>
    load(delimited([{ ...id, required: false, ...more }], { encoding }));
  const rule = (more: object, text: string) =>
    read(of(more), `id\n${text}\n`).map((one) => ("rule" in one ? one.rule : one));

  test("hold to their characters when read and written", () => {
    expect(rule({ charset: "digits" }, "0129")).toEqual([{ transactionId: "0129" }]);
    for (const wrong of ["1a", "a1"]) expect(rule({ charset: "digits" }, wrong)).toEqual(["must be digits 0-9 only"]);
    expect(rule({ charset: "ascii" }, " ~a")).toEqual([{ transactionId: " ~a" }]);
    for (const wrong of ["é", "aé", "éa"]) {
      expect(rule({ charset: "ascii" }, wrong)).toEqual(["must be visible ASCII characters only"]);
    }
    expect(write(of({ charset: "digits" }), [{ transactionId: "1a" }])).toMatchObject([
      { rule: "must be digits 0-9 only" },
    ]);
    expect(write(of({}), [{ transactionId: "1234567" }])).toMatchObject([
      { rule: expect.stringContaining("has 7 bytes") },
    ]);
    expect(write(of({ onOverflow: "cut" }), [{ transactionId: "1234567" }])).toBe("id\n123456\n");
  });

  test("with bytes that are no text are refused or read with replacements", () => {
    const bytes = Buffer.from([0x69, 0x64, 0x0a, 0x61, 0xff, 0x0a]);
    expect(read(of({}), bytes)).toMatchObject([{ rule: "holds bytes that are no text of the file's encoding" }]);
    expect(read(of({ onUndecodable: "replace" }), bytes)).toEqual([{ transactionId: "a\ufffd" }]);
    expect(read(of({ onUndecodable: "replace" }, "ASCII"), bytes)).toEqual([{ transactionId: "a\ufffd" }]);
  });

  test("may be empty unless required, and have defaults", () => {
    expect(rule({}, '""')).toEqual([{}]);
    expect(rule({ required: true }, '""')).toEqual(["must not be empty"]);
    expect(rule({ required: true, optional: true }, '""')).toEqual([{}]);
    expect(write(of({ default: "zz" }), [{}, { transactionId: "" }, { transactionId: "a" }])).toBe("id\nzz\nzz\na\n");
    expect(write(of({ default: "zz", required: true }), [{}])).toBe("id\nzz\n");
  });
});

describe("columns of dates, amounts and numbers", () => {
  const rule = (column: Parameters<typeof delimited>[0][number], text: string) =>
    read(load(delimited([column])), `${column.header}\n${text}\n`).map((one) => ("rule" in one ? one.rule : one));

  test("a date is a day in its style", () => {
    expect(rule(day, "1150804")).toEqual([{ paymentDate: "2026-08-04" }]);
    expect(rule(day, "20260804")).toEqual(["must be a day that exists, written ROC7"]);
    expect(rule(day, '""')).toEqual(["must not be empty"]);
    expect(rule({ ...day, required: false }, '""')).toEqual([{}]);
    expect(write(load(delimited([day])), [{ paymentDate: "2026-08-04" }])).toBe("day\n1150804\n");
    expect(write(load(delimited([day])), [{}])).toMatchObject([{ rule: "must not be empty" }]);
    expect(write(load(delimited([day])), [{ paymentDate: "1900-01-01" }])).toMatchObject([
      { rule: "cannot be written as ROC7" },
    ]);
    expect(write(load(delimited([{ ...day, required: false }])), [{}])).toBe("day\n\n");
  });

  test("an amount is whole, its decimals zeros", () => {
    expect(rule(amount, "1380")).toEqual([{ amount: 1380 }]);
    expect(rule(amount, "1380.00")).toEqual([{ amount: 1380 }]);
    expect(rule(amount, "999999999999999")).toEqual([{ amount: 999_999_999_999_999 }]);
    for (const wrong of ["1.5", "1.", ".0", "-1", "1e3", " 1", "1 ", "x1", "1x", "1.00000", "1234567890123456", "１"]) {
      expect(rule(amount, wrong)).toEqual(["must be whole NT$ in digits"]);
      expect(rule(number, wrong)).toEqual(["must be digits 0-9 only"]);
    }
    const decimals = load(delimited([{ ...amount, decimals: 2 }]));
    expect(write(decimals, [{ amount: 1380 }])).toBe("amount\n1380.00\n");
    expect(write(load(delimited([amount])), [{ amount: 1380 }, { amount: 0 }])).toBe("amount\n1380\n0\n");
    expect(write(decimals, [{ amount: 0.5 }, { amount: -1 }, {}])).toMatchObject([
      { rule: "must be a whole number, not negative" },
      { rule: "must be a whole number, not negative" },
      { rule: "must not be empty" },
    ]);
    expect(rule(amount, '""')).toEqual(["must not be empty"]);
  });

  test("an optional one may be empty", () => {
    for (const column of [
      { ...amount, optional: true },
      { ...number, optional: true },
    ]) {
      expect(rule(column, '""')).toEqual([{}]);
      expect(write(load(delimited([column])), [{}])).toBe(`${column.header}\n\n`);
    }
    expect(rule(number, '""')).toEqual(["must not be empty"]);
    expect(rule(number, "007")).toEqual([{ originalSequence: 7 }]);
    expect(write(load(delimited([number])), [{ originalSequence: 7 }])).toBe("number\n7\n");
    expect(write(load(delimited([number])), [{ originalSequence: 2 ** 53 }])).toMatchObject([
      { rule: "must be a whole number, not negative" },
    ]);
  });
});
