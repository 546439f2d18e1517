import { describe, expect, test } from "bun:test";
import type { FixedRecordInput, LayoutInput } from "../../../../src/banking/rules/layout/description.ts";
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

  test("an unknown key is refused, not ignored", () => {
    expect(problemsOf({ ...layoutWith({}), recordByte: 10 })).toHaveLength(1);
  });
});
