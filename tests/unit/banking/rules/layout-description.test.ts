import { describe, expect, test } from "bun:test";
import type { FixedFieldInput } from "../../../../src/banking/rules/layout/description.ts";
import { layoutDescriptionSchema } from "../../../../src/banking/rules/layout/description.ts";
import { delimited, fixed, load, problemsOf, read, record, write } from "./sample-layouts.ts";

const memo = { kind: "text", name: "memo", start: 2, length: 3, value: "memo" } as const;
const sound = fixed(4, [record("detail", "D", [memo])]);
const withField = (more: object) => ({
  ...sound,
  records: [
    {
      ...record("detail", "D", []),
      fields: [
        { kind: "literal", name: "t", start: 1, length: 1, text: "D" },
        { ...memo, ...more },
      ],
    },
  ],
});

describe("what a description may say", () => {
  test("a sound one says what was left out", () => {
    expect(layoutDescriptionSchema.parse(sound)).toEqual({
      ...sound,
      responseCodes: {},
      absence: "missing",
      returnWindowDays: 1,
      needsAuthorisation: [],
      receipts: { reversal: [] },
      records: [
        {
          name: "detail",
          role: "detail",
          selector: { start: 1, text: "D" },
          optional: false,
          meaning: "result",
          fields: [
            { kind: "literal", name: "type", start: 1, length: 1, text: "D" },
            {
              ...memo,
              ...{ charset: "any", required: false, onOverflow: "refuse", onUnmappable: "refuse", transforms: [] },
              ...{ onUndecodable: "refuse", align: "left", pad: "space" },
            },
          ],
        },
      ],
    });
    expect(
      layoutDescriptionSchema.parse(
        delimited([
          { kind: "date", header: "d", value: "paymentDate", style: "ROC7" },
          { kind: "number", header: "n", value: "sequence" },
          { kind: "amount", header: "a", value: "amount", decimals: 0 },
          { kind: "text", header: "t", value: "memo", length: 3 },
        ]),
      ),
    ).toMatchObject({
      byteOrderMark: false,
      columns: [
        { optional: false, required: true },
        { optional: false, required: true },
        { optional: false },
        { optional: false, required: false },
      ],
    });
    const fields: FixedFieldInput[] = [
      { kind: "date", name: "d", start: 2, length: 7, value: "paymentDate", style: "ROC7" },
      { kind: "number", name: "n", start: 9, length: 1, value: "sequence" },
      { kind: "amount", name: "a", start: 10, length: 1, value: "amount", decimals: 0 },
    ];
    expect(layoutDescriptionSchema.parse(fixed(10, [record("detail", "D", fields)]))).toMatchObject({
      records: [{ fields: [{}, { required: true }, { required: true }, { align: "right" }] }],
    });
  });

  const fieldOf = (more: object) => withField(more);
  test.each<[string, (value: unknown) => unknown, unknown, unknown]>([
    ["recordBytes", (value) => ({ ...sound, recordBytes: value }), 4, 4097],
    ["a field's length", (value) => fieldOf({ length: value }), 3, 0],
    ["a field's start", (value) => fieldOf({ start: value }), 2, 0],
    ["a field's name", (value) => fieldOf({ name: value }), "m", ""],
    ["a long field's name", (value) => fieldOf({ name: value }), "m".repeat(60), "m".repeat(61)],
    ["a default", (value) => fieldOf({ default: value }), "z", ""],
    ["transforms", (value) => fieldOf({ transforms: value }), Array(4).fill("trim"), Array(5).fill("trim")],
    ["a value", (value) => fieldOf({ value }), "note", "amount"],
    ["the id", (value) => ({ ...sound, id: value }), "a-9", "ab"],
    ["a long id", (value) => ({ ...sound, id: value }), "a".repeat(60), "a".repeat(61)],
    ["an id's letters", (value) => ({ ...sound, id: value }), "abc", "Abc"],
    ["an id's end", (value) => ({ ...sound, id: value }), "abc", "abc_"],
    ["the title", (value) => ({ ...sound, title: value }), "t", ""],
    ["returnWindowDays", (value) => ({ ...sound, returnWindowDays: value }), 30, 31],
    ["returnWindowDays below", (value) => ({ ...sound, returnWindowDays: value }), 0, -1],
    ["needsAuthorisation", (value) => ({ ...sound, needsAuthorisation: value }), ["A"], [""]],
    [
      "a long type in needsAuthorisation",
      (value) => ({ ...sound, needsAuthorisation: [value] }),
      "A".repeat(10),
      "A".repeat(11),
    ],
    [
      "many types in needsAuthorisation",
      (value) => ({ ...sound, needsAuthorisation: value }),
      Array(10).fill("A"),
      Array(11).fill("A"),
    ],
    ["hash digits", (value) => ({ ...sound, hashTotal: { lastDigits: value, modulusDigits: 1 } }), 1, 0],
    ["many hash digits", (value) => ({ ...sound, hashTotal: { lastDigits: value, modulusDigits: 1 } }), 9, 10],
    ["hash modulus", (value) => ({ ...sound, hashTotal: { lastDigits: 1, modulusDigits: value } }), 1, 0],
    ["large hash modulus", (value) => ({ ...sound, hashTotal: { lastDigits: 1, modulusDigits: value } }), 15, 16],
    ["records", (value) => ({ ...sound, records: value }), sound.records, []],
    [
      "reversals",
      (value) => ({ ...sound, receipts: { reversal: value } }),
      Array(5).fill({ value: "flag", texts: ["R"] }),
      Array(6).fill({ value: "flag", texts: ["R"] }),
    ],
    [
      "texts of a reversal",
      (value) => ({ ...sound, receipts: { reversal: [{ value: "flag", texts: value }] } }),
      ["R"],
      [],
    ],
    [
      "many texts of a reversal",
      (value) => ({ ...sound, receipts: { reversal: [{ value: "flag", texts: value }] } }),
      Array(20).fill("R"),
      Array(21).fill("R"),
    ],
    [
      "what settles a receipt",
      (value) => ({ ...sound, receipts: { settled: value } }),
      { value: "status", texts: ["S"] },
      { value: "status" },
    ],
    ["the direction", (value) => ({ ...sound, direction: value }), "statement", "other"],
    ["the encoding", (value) => ({ ...sound, encoding: value }), "BIG5", "GBK"],
    ["the final end of line", (value) => ({ ...sound, finalEol: value }), "none", "some"],
    [
      "a response code",
      (value) => ({ ...sound, responseCodes: { "1": { meaning: "m", outcome: value } } }),
      "duplicate",
      "other",
    ],
    [
      "an unknown word in a response code",
      (value) => ({ ...sound, responseCodes: { "1": { meaning: "m", outcome: "failed", ...Object(value) } } }),
      {},
      { more: 1 },
    ],
    ["an unknown word in a field", (value) => fieldOf(Object(value)), {}, { more: 1 }],
    [
      "columns",
      (value) => ({ ...delimited([]), columns: value }),
      [{ kind: "amount", header: "a", value: "amount", decimals: 0 }],
      [],
    ],
    [
      "decimals",
      (value) => delimited([{ kind: "amount", header: "a", value: "amount", decimals: Number(value) }]),
      4,
      5,
    ],
    [
      "decimals below",
      (value) => delimited([{ kind: "amount", header: "a", value: "amount", decimals: Number(value) }]),
      0,
      -1,
    ],
    [
      "a column's header",
      (value) => delimited([{ kind: "amount", header: String(value), value: "amount", decimals: 0 }]),
      "a",
      "",
    ],
    [
      "the delimiter",
      (value) => ({ ...delimited([{ kind: "amount", header: "a", value: "amount", decimals: 0 }]), delimiter: value }),
      "|",
      ";",
    ],
  ])("%s has its limit", (_what, make, good, bad) => {
    expect(problemsOf(make(good))).toEqual([]);
    expect(problemsOf(make(bad)).length).toBeGreaterThan(0);
  });

  test("a wide record, many fields, many records and many columns have their limits", () => {
    const filler = (index: number) => ({ kind: "filler", name: `f${index}`, start: index + 2, length: 1 });
    const many = (count: number) => ({
      ...fixed(count + 1, []),
      records: [
        {
          ...record("detail", "D", []),
          fields: [...record("detail", "D", []).fields, ...Array.from({ length: count }, (_, index) => filler(index))],
        },
      ],
    });
    expect(problemsOf(many(199))).toEqual([]);
    expect(problemsOf(many(200)).length).toBeGreaterThan(0);
    const wide = (bytes: number) => fixed(bytes, [record("detail", "D", [{ ...memo, length: bytes - 1 }])]);
    expect(problemsOf(wide(4096))).toEqual([]);
    expect(problemsOf(wide(4097)).length).toBeGreaterThan(0);
    const kinds = (count: number) =>
      fixed(
        4,
        Array.from({ length: count }, (_, index) =>
          record("detail", String.fromCharCode(65 + index), [memo], { name: `r${index}` }),
        ),
      );
    expect(problemsOf(kinds(10))).toEqual([]);
    expect(problemsOf(kinds(11)).length).toBeGreaterThan(0);
    const columns = (count: number) =>
      delimited(
        Array.from({ length: count }, (_, index) => ({
          kind: "amount" as const,
          header: `c${index}`,
          value: "amount" as const,
          decimals: 0,
        })),
      );
    expect(problemsOf(columns(100))).toEqual([]);
    expect(problemsOf(columns(101)).length).toBeGreaterThan(0);
  });

  test("a selector begins at 1 and has 1 to 10 characters; a record's name 1 to 60", () => {
    const named = (more: object) => ({ ...fixed(4, []), records: [{ ...record("detail", "D", [memo]), ...more }] });
    const literal = { kind: "literal", name: "type", start: 1, length: 11, text: "ABCDEFGHIJK" };
    const long = (text: string) => ({
      ...fixed(11, []),
      records: [{ name: "d", role: "detail", selector: { start: 1, text }, fields: [literal] }],
    });
    expect(problemsOf(long("ABCDEFGHIJ"))).toEqual([]);
    expect(problemsOf(long("ABCDEFGHIJK")).length).toBeGreaterThan(0);
    expect(problemsOf(long("")).length).toBeGreaterThan(0);
    expect(problemsOf(named({ selector: { start: 0, text: "D" } })).length).toBeGreaterThan(0);
    expect(problemsOf(named({ name: "n".repeat(60) }))).toEqual([]);
    expect(problemsOf(named({ name: "n".repeat(61) })).length).toBeGreaterThan(0);
    expect(problemsOf(named({ name: "" })).length).toBeGreaterThan(0);
    expect(problemsOf(named({ fields: [] })).length).toBeGreaterThan(0);
    expect(problemsOf(named({ bytes: 0 })).length).toBeGreaterThan(0);
  });

  test("anything but an object is none, and every problem names its place", () => {
    for (const wrong of [undefined, null, "text", 5]) expect(problemsOf(wrong)).toEqual(["is no JSON object"]);
    expect(problemsOf({ ...sound, title: "" })[0]).toStartWith("title: ");
    expect(problemsOf(withField({ length: 0 }))[0]).toStartWith("records.0.fields.1.length: ");
    expect(problemsOf({ ...sound, more: 1 })[0]).toStartWith("layout: ");
  });
});

describe("what a bank's configuration adds", () => {
  test("another encoding and another delimiter", () => {
    expect(load(sound).encoding).toBe("ASCII");
    expect(load(sound, { encoding: "UTF-8" }).encoding).toBe("UTF-8");
    const csv = delimited([
      { kind: "text", header: "id", value: "memo", length: 9 },
      { kind: "text", header: "note", value: "note", length: 9 },
    ]);
    for (const delimiter of [",", "|", "\t"]) {
      expect(write(load(csv, { delimiter }), [{ memo: "a", note: "b" }])).toBe(`id${delimiter}note\na${delimiter}b\n`);
    }
    expect(write(load({ ...csv, delimiter: "|" }, { delimiter: ";" }), [{ memo: "a", note: "b" }])).toBe(
      "id|note\na|b\n",
    );
    expect(write(load({ ...csv, delimiter: "|" }, { delimiter: "," }), [{ memo: "a", note: "b" }])).toBe(
      "id,note\na,b\n",
    );
    expect(write(load({ ...csv, delimiter: "|" }), [{ memo: "a", note: "b" }])).toBe("id|note\na|b\n");
  });

  test("rules for the texts it names, and for no others", () => {
    const note = { kind: "text", name: "note", start: 5, length: 3, value: "note" } as const;
    const two = fixed(7, [record("detail", "D", [memo, note])]);
    const text = { fields: { memo: { transforms: ["upper_case" as const], onOverflow: "cut" as const } } };
    expect(write(load(two, { text }), [{ memo: "abcd", note: "xyz" }])).toBe("DABCxyz\n");
    expect(write(load(two, { text }), [{ memo: "abcd", note: "wxyz" }])).toMatchObject([{ value: "note" }]);
    expect(write(load(two), [{ memo: "abcd", note: "xyz" }])).toMatchObject([{ value: "memo" }]);
    const columns = delimited([{ kind: "text", header: "id", value: "memo", length: 3 }]);
    expect(write(load(columns, { text }), [{ memo: "abcd" }])).toBe("id\nABC\n");
  });

  test("substitutions, each of one character for what can be written", () => {
    const substituting = { ...memo, onUnmappable: "substitute" } as const;
    const one = fixed(4, [record("detail", "D", [substituting])]);
    expect(write(load(one, { text: { substitutions: { é: "e" } } }), [{ memo: "é" }])).toBe("De  \n");
    expect(write(load(one, { text: {} }), [{ memo: "é" }])).toMatchObject([{ value: "memo" }]);
    expect(problemsOf(one, { text: { substitutions: { é: "瓦", èè: "e", "🔥": "f" } } })).toEqual([
      'substitution of "é": "瓦" is not in ASCII',
      'substitution of "èè": must be of one character',
    ]);
    expect(problemsOf(one, { text: { substitutions: { é: "e瓦" } } })).toHaveLength(1);
    const columns = delimited([{ kind: "text", header: "id", value: "memo", length: 3, onUnmappable: "substitute" }], {
      encoding: "ASCII",
    });
    expect(write(load(columns, { text: { substitutions: { é: "e" } } }), [{ memo: "é" }])).toBe("id\ne\n");
  });

  test("each changes the fingerprint, and nothing else does", () => {
    const hash = (options = {}) => load(sound, options).sha256;
    expect(hash()).toMatch(/^[0-9a-f]{64}$/);
    expect(hash()).toBe(load(structuredClone(sound), { text: { substitutions: {} } }).sha256);
    const changed = [
      hash(),
      hash({ encoding: "UTF-8" }),
      hash({ text: { substitutions: { é: "e" } } }),
      hash({ text: { fields: { memo: { onOverflow: "cut" } } } }),
      load({ ...sound, title: "other" }).sha256,
    ];
    expect(new Set(changed).size).toBe(changed.length);
  });
});

test("a layout knows its own codes, and no return where it is delimited", () => {
  const coded = load({ ...sound, responseCodes: { "00": { meaning: "paid", outcome: "success" } } });
  expect(coded.responseCode("00")).toEqual({ meaning: "paid", outcome: "success" });
  expect(coded.responseCode("01").outcome).toBe("failed");
  const columns = load(delimited([{ kind: "text", header: "id", value: "memo", length: 3 }]));
  expect(columns.isReturn({ recordName: "detail" })).toBe(false);
  expect(read(columns, "id\na\n")).toEqual([{ memo: "a" }]);
});
