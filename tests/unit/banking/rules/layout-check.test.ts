import { describe, expect, test } from "bun:test";
import type {
  FixedFieldInput,
  FixedRecordInput,
  LayoutInput,
} from "../../../../src/banking/rules/layout/description.ts";
import { loadLayout } from "../../../../src/banking/rules/layout/layout.ts";
import { builtInLayouts } from "../../../../src/banking/rules/layouts/index.ts";

const type = { kind: "literal", name: "type", start: 1, length: 1, text: "D" } as const;
const id = { kind: "text", name: "id", start: 2, length: 5, value: "transactionId" } as const;
const amount = { kind: "amount", name: "amount", start: 7, length: 4, value: "amount", decimals: 2 } as const;
const detail: FixedRecordInput = {
  name: "detail",
  role: "detail",
  selector: { start: 1, text: "D" },
  fields: [type, id, amount],
};

const layoutWith = (record: Partial<FixedRecordInput>, more: FixedRecordInput[] = []): LayoutInput => ({
  format: "fixed_width",
  id: "test-layout",
  title: "test",
  direction: "payment",
  encoding: "BIG5",
  eol: "CRLF",
  finalEol: "required",
  recordBytes: 10,
  records: [{ ...detail, ...record }, ...more],
});

const problemsOf = (input: unknown) => {
  const loaded = loadLayout(input);
  return loaded.ok ? [] : loaded.problems;
};

describe("layout checks", () => {
  test.each([...builtInLayouts])("%s is sound", (_name, layout) => {
    expect(problemsOf(layout)).toEqual([]);
  });

  test("a sound layout passes (control of the cases below)", () => {
    expect(problemsOf(layoutWith({}))).toEqual([]);
  });

  test("a gap is refused with its place", () => {
    const moved = { ...amount, start: 8, length: 3 };
    expect(problemsOf(layoutWith({ fields: [type, id, moved] }))).toEqual([
      'record "detail": gap of 1 bytes before field "amount" at byte 8',
    ]);
  });

  test("an overlap is refused with its place", () => {
    const moved = { ...amount, start: 6, length: 5 };
    expect(problemsOf(layoutWith({ fields: [type, id, moved] }))).toEqual([
      'record "detail": field "amount" at byte 6 overlaps the field before it, which ends at byte 6',
    ]);
  });

  test("a wrong total is refused", () => {
    expect(problemsOf({ ...layoutWith({}), recordBytes: 12 })).toEqual([
      'record "detail": fields end at byte 10, but the record has 12 bytes',
    ]);
  });

  test("a value in two fields, a date of the wrong width, a literal of the wrong width", () => {
    const fields = [
      { kind: "literal", name: "type", start: 1, length: 2, text: "D" },
      { kind: "date", name: "day", start: 3, length: 4, value: "paymentDate", style: "ROC7" },
      { kind: "text", name: "a", start: 7, length: 2, value: "memo" },
      { kind: "text", name: "b", start: 9, length: 2, value: "memo" },
    ];
    expect(problemsOf({ ...layoutWith({}), records: [{ ...detail, fields }] })).toEqual([
      'record "detail", field "type": literal "D" has 1 characters instead of 2',
      'record "detail", field "day": a date ROC7 has 7 characters, the field has 4',
      'record "detail": value "memo" stands in more than one field',
    ]);
  });

  test("records that cannot be told apart, or a selector that nothing writes", () => {
    expect(problemsOf(layoutWith({}, [{ ...detail, name: "other" }]))).toContain(
      'records "detail" and "other" cannot be told apart by their selectors',
    );
    expect(problemsOf(layoutWith({ selector: { start: 1, text: "X" } }))).toEqual([
      'record "detail": selector "X" at byte 1 is not what the literal fields write there',
    ]);
  });

  test("a gap, an overlap and an end are named each, and so are all records", () => {
    const fields = [type, { ...id, start: 3, length: 3 }, { ...amount, start: 5, length: 4 }];
    expect(problemsOf(layoutWith({ fields }))).toEqual([
      'record "detail": gap of 1 bytes before field "id" at byte 3',
      'record "detail": field "amount" at byte 5 overlaps the field before it, which ends at byte 5',
      'record "detail": fields end at byte 8, but the record has 10 bytes',
    ]);
    const short = { ...detail, name: "trailer", role: "trailer" as const, selector: { start: 1, text: "T" } };
    const trailer = { ...short, fields: [{ ...type, text: "T" }], bytes: 2 };
    expect(problemsOf(layoutWith({}, [trailer]))).toEqual([
      'record "trailer": fields end at byte 1, but the record has 2 bytes',
    ]);
    expect(problemsOf(layoutWith({}, [{ ...trailer, bytes: 1 }]))).toEqual([]);
  });

  test("an amount needs a digit before its decimals", () => {
    const narrow = { ...amount, length: 2, decimals: 2 };
    const fields = [type, id, narrow, { kind: "filler", name: "rest", start: 9, length: 2 } as const];
    expect(problemsOf(layoutWith({ fields }))).toEqual([
      'record "detail", field "amount": 2 digits cannot hold 2 decimals',
    ]);
    const fitting = [
      type,
      id,
      { ...narrow, decimals: 1 },
      { kind: "filler", name: "rest", start: 9, length: 2 } as const,
    ];
    expect(problemsOf(layoutWith({ fields: fitting }))).toEqual([]);
  });

  test("one header, one trailer, at least one detail", () => {
    const other = (role: "header" | "trailer" | "detail", text: string): FixedRecordInput => ({
      ...{ name: text, role, selector: { start: 1, text } },
      fields: [
        { ...type, text },
        { kind: "filler", name: "rest", start: 2, length: 9 },
      ],
    });
    expect(problemsOf(layoutWith({}, [other("header", "H"), other("trailer", "T"), other("detail", "E")]))).toEqual([]);
    expect(problemsOf(layoutWith({}, [other("header", "H"), other("header", "I")]))).toEqual([
      "more than one header record",
    ]);
    expect(problemsOf(layoutWith({}, [other("trailer", "T"), other("trailer", "U")]))).toEqual([
      "more than one trailer record",
    ]);
    expect(problemsOf({ ...layoutWith({}), records: [other("header", "H")] })).toEqual(["no detail record"]);
  });

  test("a record needs a selector when there are others", () => {
    const { selector: _none, ...bare } = detail;
    const second: FixedRecordInput = {
      ...{ ...detail, name: "second", selector: { start: 1, text: "S" } },
      fields: [{ ...type, text: "S" }, id, amount],
    };
    expect(problemsOf({ ...layoutWith({}), records: [bare] })).toEqual([]);
    expect(problemsOf({ ...layoutWith({}), records: [second, bare] })).toEqual([
      'record "detail" needs a selector, since there are others',
    ]);
  });

  test("a selector may be a part of its literal, at its own place", () => {
    const long = { kind: "literal", name: "type", start: 1, length: 6, text: "ABCDEF" } as const;
    const chosen = (start: number, text: string) =>
      problemsOf(layoutWith({ fields: [long, amount], selector: { start, text } }));
    expect(chosen(1, "ABC")).toEqual([]);
    expect(chosen(3, "CDEF")).toEqual([]);
    expect(chosen(3, "ABC")).toHaveLength(1);
    expect(chosen(5, "EFG")).toHaveLength(1);
    expect(chosen(7, "0")).toHaveLength(1);
    const behind = { ...long, start: 5, name: "behind" };
    const before = { kind: "filler", name: "before", start: 1, length: 4 } as const;
    expect(problemsOf(layoutWith({ fields: [before, behind], selector: { start: 1, text: "CDE" } }))).toHaveLength(1);
    expect(problemsOf(layoutWith({ fields: [before, behind], selector: { start: 1, text: "ABC" } }))).toHaveLength(1);
  });

  test.each<[string, FixedFieldInput, string, boolean]>([
    ["a text may be anything", { ...id, start: 1, length: 1 }, "D", true],
    ["a text of digits is no letter", { ...id, start: 1, length: 1, charset: "digits" }, "D", false],
    ["a text of digits may be a digit", { ...id, start: 1, length: 1, charset: "digits" }, "7", true],
    ["or a blank", { ...id, start: 1, length: 1, charset: "digits" }, " ", true],
    ["an amount is no letter", { ...amount, start: 1, length: 1, decimals: 0 }, "D", false],
    ["an amount may be a digit", { ...amount, start: 1, length: 1, decimals: 0 }, "0", true],
    ["a filler may be anything", { kind: "filler", name: "f", start: 1, length: 1 }, "D", true],
    ["another literal is another record", { ...type, name: "x", text: "E" }, "D", false],
    ["the same literal is the same record", { ...type, name: "x" }, "D", true],
  ])("records told apart: %s", (_what, first, text, isTwin) => {
    const rest = { kind: "filler", name: "rest", start: 2, length: 8 } as const;
    const mark = { kind: "literal", name: "mark", start: 10, length: 1, text: "Z" } as const;
    const chosen = {
      ...detail,
      selector: { start: 1, text },
      fields: [
        { ...type, text },
        { ...rest, length: 9 },
      ],
    };
    const other = { ...detail, name: "other", selector: { start: 10, text: "Z" }, fields: [first, rest, mark] };
    expect(problemsOf({ ...layoutWith({}), records: [chosen, other] })).toEqual(
      isTwin ? ['records "detail" and "other" cannot be told apart by their selectors'] : [],
    );
  });

  test("records told apart: all characters of a selector count, and what is beyond a record is not in it", () => {
    const rest = { kind: "filler", name: "rest", start: 3, length: 8 } as const;
    const pair = (text: string, other: string) => {
      const of = (name: string, own: string) => ({
        ...{ ...detail, name, selector: { start: 1, text: own } },
        fields: [{ ...type, length: 2, text: own }, rest],
      });
      return problemsOf({ ...layoutWith({}), records: [of("one", text), of("two", other)] });
    };
    expect(pair("AB", "AC")).toEqual([]);
    expect(pair("AB", "CB")).toEqual([]);
    expect(pair("AB", "AB")).toHaveLength(1);
    const behind = (name: string, text: string): FixedRecordInput => ({
      ...{ ...detail, name, selector: { start: 2, text } },
      fields: [type, { kind: "literal", name: "kind", start: 2, length: 2, text }, { ...rest, start: 4, length: 7 }],
    });
    expect(problemsOf({ ...layoutWith({}), records: [behind("one", "AA"), behind("two", "AB")] })).toEqual([]);
    expect(problemsOf({ ...layoutWith({}), records: [behind("one", "AA"), behind("two", "AA")] })).toHaveLength(1);
    const end = { kind: "literal", name: "end", start: 10, length: 1, text: "Z" } as const;
    const long = {
      ...detail,
      selector: { start: 10, text: "Z" },
      fields: [{ ...type, length: 9, text: "DDDDDDDDD" }, end],
    };
    const short = { ...detail, name: "short", bytes: 1, fields: [type] };
    expect(problemsOf({ ...layoutWith({}), records: [long, short] })).toEqual([]);
  });

  test("an unknown key is refused, not ignored", () => {
    expect(problemsOf({ ...layoutWith({}), recordByte: 10 })).toHaveLength(1);
  });
});
