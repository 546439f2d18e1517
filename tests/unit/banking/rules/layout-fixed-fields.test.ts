import { describe, expect, test } from "bun:test";
import type { RecordValues } from "../../../../src/banking/rules/layout/description.ts";
import { load, read, single, write } from "./sample-layouts.ts";

type Field = Parameters<typeof single>[0];

/** What a field's value is in the file: the bytes behind `D`, or the rule that it breaks. */
function written(field: Field, values: RecordValues, more: Parameters<typeof single>[1] = {}) {
  const file = write(load(single(field, more)), [values]);
  if (typeof file !== "string") return file.map(({ rule }) => rule).join("; ");
  expect(file).toHaveLength(field.length + 2);
  return file.slice(1, -1);
}

/** The value that these bytes of a field have, or the rule that they break; `undefined` for none. */
function readBack(field: Field, bytes: string | Uint8Array, more: Parameters<typeof single>[1] = {}) {
  const line = Buffer.concat([Buffer.from("D"), Buffer.from(bytes), Buffer.from("\n")]);
  const [found] = read(load(single(field, more)), line);
  if (found && "rule" in found) return found.rule;
  const { value } = field;
  return typeof value === "string" && found ? Reflect.get(found, value) : undefined;
}

describe("a text field", () => {
  const memo = { kind: "text", length: 4, value: "memo" };

  test("stands left or right, blanks filling it", () => {
    expect(written(memo, { memo: "ab" })).toBe("ab  ");
    expect(written({ ...memo, align: "right" }, { memo: "ab" })).toBe("  ab");
    expect(written({ ...memo, align: "right" }, { memo: "abcd" })).toBe("abcd");
    expect(written({ ...memo, pad: "zero", charset: "digits" }, { memo: "12" })).toBe("0012");
    expect(written({ ...memo, pad: "zero", charset: "digits" }, { memo: "1234" })).toBe("1234");
  });

  test("is read without its blanks: those of its own side only", () => {
    expect(readBack(memo, "ab  ")).toBe("ab");
    expect(readBack(memo, " ab ")).toBe(" ab");
    expect(readBack({ ...memo, align: "right" }, "  ab")).toBe("ab");
    expect(readBack({ ...memo, align: "right" }, " ab ")).toBe("ab ");
    expect(readBack({ ...memo, pad: "zero" }, "0012")).toBe("0012");
    expect(readBack({ ...memo, pad: "zero" }, " 012")).toBe(" 012");
  });

  test("that is blank has no value, and is refused where one is required", () => {
    for (const more of [{}, { align: "right" }, { pad: "zero" }]) {
      expect(readBack({ ...memo, ...more }, "    ")).toBeUndefined();
      expect(readBack({ ...memo, ...more, required: true }, "    ")).toBe("must not be empty");
    }
    expect(written(memo, {})).toBe("    ");
    expect(written({ ...memo, required: true }, {})).toBe("must not be empty");
    expect(written({ ...memo, required: true }, { memo: "" })).toBe("must not be empty");
  });

  test("has its default where there is no value", () => {
    expect(written({ ...memo, default: "zz" }, {})).toBe("zz  ");
    expect(written({ ...memo, default: "zz", required: true }, { memo: "" })).toBe("zz  ");
    expect(written({ ...memo, default: "zz" }, { memo: "a" })).toBe("a   ");
  });

  test("of digits or ASCII is held to them when read", () => {
    expect(readBack({ ...memo, charset: "digits" }, "12  ")).toBe("12");
    for (const wrong of ["1a  ", "a1  ", "1 2 "]) {
      expect(readBack({ ...memo, charset: "digits" }, wrong)).toBe("must be digits 0-9 only");
    }
    const utf8 = { encoding: "UTF-8" } as const;
    expect(readBack({ ...memo, charset: "ascii" }, "~ a ", utf8)).toBe("~ a");
    expect(readBack({ ...memo, charset: "ascii" }, "éa ", utf8)).toBe("must be visible ASCII characters only");
    expect(readBack({ ...memo, charset: "ascii" }, "aé ", utf8)).toBe("must be visible ASCII characters only");
    expect(readBack(memo, "éa ", utf8)).toBe("éa");
  });

  test("with bytes that are no text is refused, or read with replacements, as the field says", () => {
    for (const byte of [0x80, 0xff, 0x1f, 0x7f]) {
      const bytes = Uint8Array.of(0x61, byte, 0x62, 0x20);
      expect(readBack(memo, bytes)).toBe("holds bytes that are no ASCII text");
      expect(readBack({ ...memo, onUndecodable: "replace" }, bytes)).toBe("a\ufffdb");
    }
  });
});

describe("a date field", () => {
  const day = { kind: "date", length: 7, value: "paymentDate", style: "ROC7" };

  test("is a day in its style", () => {
    expect(written(day, { paymentDate: "2026-08-04" })).toBe("1150804");
    expect(readBack(day, "1150804")).toBe("2026-08-04");
    expect(readBack(day, "1150832")).toBe("must be a day that exists, written ROC7");
    expect(written(day, { paymentDate: "1900-01-01" })).toBe("cannot be written as ROC7");
    expect(written({ ...day, style: "YYYYMMDD", length: 8 }, { paymentDate: "12026-1-1" })).toBe(
      "cannot be written as YYYYMMDD",
    );
  });

  test("that is blank has no value only where it may be absent", () => {
    expect(readBack({ ...day, required: false }, "       ")).toBeUndefined();
    expect(readBack(day, "       ")).toBe("must be a day that exists, written ROC7");
    expect(written({ ...day, required: false }, {})).toBe("       ");
    expect(written(day, {})).toBe("must not be empty");
  });
});

describe("an amount field", () => {
  const amount = { kind: "amount", length: 5, value: "amount", decimals: 2 };
  const left = { ...amount, align: "left" };

  test("is digits behind zeros, its implied decimals zeros", () => {
    expect(written(amount, { amount: 7 })).toBe("00700");
    expect(written(amount, { amount: 0 })).toBe("00000");
    expect(written(amount, { amount: 999 })).toBe("99900");
    expect(written(amount, { amount: 1_000 })).toBe("is too large: the bank's field holds 3 digits");
    expect(readBack(amount, "00700")).toBe(7);
    expect(readBack(amount, "99900")).toBe(999);
    expect(readBack(amount, "00701")).toBe("must be whole NT$: its decimals must be 0");
    expect(readBack(amount, "00710")).toBe("must be whole NT$: its decimals must be 0");
    for (const wrong of ["  700", "0070 ", "00a00", "-0700", "0/700", "0:700", "     "]) {
      expect(readBack(amount, wrong)).toMatch(/^must be /);
    }
  });

  test("that stands left has no zeros before it and blanks behind", () => {
    expect(written(left, { amount: 7 })).toBe("700  ");
    expect(written(left, { amount: 0 })).toBe("000  ");
    expect(written(left, { amount: 999 })).toBe("99900");
    expect(written(left, { amount: 1_000 })).toBe("is too large: the bank's field holds 3 digits");
    expect(readBack(left, "700  ")).toBe(7);
    expect(readBack(left, "99900")).toBe(999);
    expect(readBack(left, "000  ")).toBe(0);
    expect(readBack({ ...left, decimals: 0 }, "0    ")).toBe(0);
    expect(readBack({ ...left, decimals: 0 }, "10   ")).toBe(10);
    const rule = "must be up to 5 digits, left-aligned, without leading zeros";
    for (const wrong of ["0700 ", "00   ", " 700 ", "7 00 ", "7a00 ", "     ", "0000 "]) {
      expect(readBack(left, wrong)).toBe(rule);
    }
    expect(readBack(left, "701  ")).toBe("must be whole NT$: its decimals must be 0");
  });

  test("takes whole amounts of zero or more alone", () => {
    for (const wrong of [-1, 0.5]) {
      expect(written({ ...amount, length: 20 }, { amount: wrong })).toBe("must be a whole number, not negative");
    }
    expect(written(amount, {})).toBe("must not be empty");
  });

  test("beyond the safe integers cannot be read", () => {
    const wide = { ...amount, length: 16, decimals: 0 };
    expect(readBack(wide, "9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    expect(readBack(wide, "9007199254740992")).toBe("must be 16 digits");
  });
});

describe("a number field", () => {
  const number = { kind: "number", length: 3, value: "originalSequence" };

  test("is digits behind zeros", () => {
    expect(written(number, { originalSequence: 7 })).toBe("007");
    expect(written(number, { originalSequence: 1_000 })).toBe("is too large: the bank's field holds 3 digits");
    expect(readBack(number, "007")).toBe(7);
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53]) {
      const rule = "must be a whole number, not negative";
      expect(written({ ...number, length: 20 }, { originalSequence: wrong })).toBe(rule);
    }
    for (const wrong of [" 07", "07 ", "0a7", "   "]) expect(readBack(number, wrong)).toBe("must be 3 digits");
  });

  test("that is blank has no value only where it may be absent", () => {
    const optional = { ...number, required: false };
    expect(readBack(optional, "   ")).toBeUndefined();
    expect(readBack(optional, "  7")).toBe("must be 3 digits");
    expect(readBack(optional, "007")).toBe(7);
    expect(written(optional, {})).toBe("   ");
    expect(written(number, {})).toBe("must not be empty");
  });

  test("the sequence counts the details, whatever they say", () => {
    const layout = load(single({ kind: "number", length: 3, value: "sequence" }));
    expect(write(layout, [{}, { sequence: 9 }])).toBe("D001\nD002\n");
    expect(read(layout, "D001\nD002\n")).toEqual([{ sequence: 1 }, { sequence: 2 }]);
    expect(read(layout, "D001\nD003\n")).toMatchObject([{ record: 2, field: "sequence" }]);
  });
});

test("a literal is what it is", () => {
  const literal = { kind: "literal", length: 2, text: "XY" };
  expect(written(literal, {})).toBe("XY");
  expect(readBack(literal, "XY")).toBeUndefined();
  for (const wrong of ["XX", "YY", "  "]) expect(readBack(literal, wrong)).toBe('must be "XY"');
});
