import { describe, expect, test } from "bun:test";
import { encodingByName, textCodec } from "../../../../src/banking/rules/layout/text-codec.ts";
import { dateWidth, formatDate, maskAccount, parseDate } from "../../../../src/banking/rules/layout/values.ts";

describe("dates", () => {
  test.each([
    ["YYYYMMDD", 8],
    ["YYYY/MM/DD", 10],
    ["ROC6", 6],
    ["ROC7", 7],
    ["ROC8", 8],
  ] as const)("%s has %p characters, as it is written", (style, width) => {
    expect(dateWidth(style)).toBe(width);
    expect(formatDate("2010-12-31", style)).toHaveLength(width);
  });

  test("the Republic begins in 1912, and its years are never cut", () => {
    expect(formatDate("1912-01-01", "ROC7")).toBe("0010101");
    expect(formatDate("1911-12-31", "ROC7")).toBeUndefined();
    expect(formatDate("1911-12-31", "ROC8")).toBeUndefined();
    expect(formatDate("2010-12-31", "ROC6")).toBe("991231");
    expect(formatDate("2011-01-01", "ROC6")).toBeUndefined();
    expect(formatDate("2910-12-31", "ROC7")).toBe("9991231");
    expect(formatDate("2911-01-01", "ROC7")).toBeUndefined();
    expect(formatDate("2911-01-01", "ROC8")).toBe("10000101");
  });

  test.each([
    ["YYYYMMDD", "20260804"],
    ["YYYY/MM/DD", "2026/08/04"],
    ["ROC6", "990804"],
    ["ROC7", "1150804"],
    ["ROC8", "01150804"],
  ] as const)("%s: nothing before, behind or instead", (style, text) => {
    expect(parseDate(text, style)).toMatch(/^20(26|10)-08-04$/);
    for (const wrong of [`0${text}`, `${text}0`, ` ${text}`, `${text} `, `x${text}`, `${text}x`, text.slice(1), ""]) {
      expect(parseDate(wrong, style)).toBeUndefined();
    }
    expect(parseDate(text.replace("08", "13"), style)).toBeUndefined();
    expect(parseDate(text.replace("08", "00"), style)).toBeUndefined();
    expect(parseDate(text.replace(/04$/, "00"), style)).toBeUndefined();
    expect(parseDate(text.replace(/04$/, "32"), style)).toBeUndefined();
    expect(parseDate(text.replace("08", "02").replace(/04$/, "30"), style)).toBeUndefined();
  });
});

test("of an account number the last four characters are shown", () => {
  expect(["12345678", "12345", "1234", "12", ""].map(maskAccount)).toEqual(["****5678", "*2345", "1234", "12", ""]);
});

test.each([
  ["BIG5", "BIG5"],
  ["big5", "BIG5"],
  ["Big-5", "BIG5"],
  ["big5-tw", "BIG5"],
  ["cp950", "BIG5"],
  ["UTF-8", "UTF-8"],
  ["utf8", "UTF-8"],
  ["ascii", "ASCII"],
  ["US-ASCII", "ASCII"],
  ["GBK", undefined],
  ["", undefined],
] as const)("a bank's %j is %p", (name, encoding) => {
  expect(encodingByName(name)).toBe(encoding);
});

describe("encodings", () => {
  const written = (name: "BIG5" | "UTF-8" | "ASCII", text: string) => {
    const codec = textCodec(name);
    const bytes = new Uint8Array(16).fill(0xee);
    let length = 1;
    for (const character of text) {
      codec.write(character.codePointAt(0) ?? 0, bytes, length);
      length += codec.sizeBytes(character.codePointAt(0) ?? 0);
    }
    return Buffer.from(bytes.subarray(1, length)).toString("hex");
  };
  const sizes = (name: "BIG5" | "UTF-8" | "ASCII", codePoints: number[]) =>
    codePoints.map((codePoint) => textCodec(name).sizeBytes(codePoint));

  test("each is known by its own name", () => {
    for (const name of ["BIG5", "UTF-8", "ASCII"] as const) expect(textCodec(name).name).toBe(name);
  });

  test("UTF-8 counts bytes as the standard does, and has no control characters or half pairs", () => {
    expect(written("UTF-8", "A~é瓦🔥")).toBe(Buffer.from("A~é瓦🔥").toString("hex"));
    expect(sizes("UTF-8", [0x20, 0x7e, 0xa0, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff])).toEqual([
      ...[1, 1, 2, 2, 3, 3, 3, 3, 4, 4],
    ]);
    expect(sizes("UTF-8", [0x00, 0x0a, 0x1f, 0x7f, 0x80, 0x9f, 0xd800, 0xdbff, 0xdfff])).toEqual(Array(9).fill(0));
  });

  test("ASCII is 20 to 7E", () => {
    expect(written("ASCII", "A~ ")).toBe("417e20");
    expect(sizes("ASCII", [0x1f, 0x20, 0x7e, 0x7f, 0xe9])).toEqual([0, 1, 1, 0, 0]);
  });

  test("Big5 has one byte for ASCII and two for the rest", () => {
    expect(written("BIG5", "A許~")).toBe("41b35c7e");
    expect(sizes("BIG5", [0x41, 0x7e, 0x8a31, 0x5803, 0x0a, 0xe9])).toEqual([1, 1, 2, 0, 0, 0]);
  });

  test("what cannot be read becomes one replacement each, and is counted", () => {
    const decode = (name: "BIG5" | "UTF-8" | "ASCII", ...bytes: number[]) =>
      textCodec(name).decode(Uint8Array.from(bytes));
    expect(decode("ASCII", 0x41, 0x1f, 0x7f, 0xff, 0x7e)).toEqual({ text: "A\ufffd\ufffd\ufffd~", offences: 3 });
    expect(decode("ASCII", 0x20, 0x7e)).toEqual({ text: " ~", offences: 0 });
    expect(decode("UTF-8", 0x41, 0xff, 0xe7, 0x93, 0xa6)).toEqual({ text: "A\ufffd瓦", offences: 1 });
    expect(decode("UTF-8", 0x41, 0x0a, 0x42)).toEqual({ text: "A\nB", offences: 1 });
    expect(decode("UTF-8", 0xef, 0xbb, 0xbf, 0x41)).toEqual({ text: "\ufeffA", offences: 0 });
    expect(decode("BIG5", 0xb3, 0x5c, 0xff, 0x41)).toMatchObject({ offences: 1 });
  });
});
