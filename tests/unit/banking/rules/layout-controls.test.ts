import { describe, expect, test } from "bun:test";
import { computeControls, lineAmount, responseCode } from "../../../../src/banking/rules/layout/controls.ts";
import { checkControls } from "../../../../src/banking/rules/layout/decode-controls.ts";
import type { RecordValues } from "../../../../src/banking/rules/layout/description.ts";
import type { FileProblem } from "../../../../src/banking/rules/layout/problem.ts";
import { fixed, load, record } from "./sample-layouts.ts";

const codes = {
  "000": { meaning: "paid", outcome: "success" },
  "001": { meaning: "no money", outcome: "repeatable" },
} as const;
const table = { responseCodes: codes };

describe("control values", () => {
  test("count and add all details, and those with a code by what it means", () => {
    const details = [
      { amount: 100, responseCode: "000" },
      { amount: 200, responseCode: "001" },
      { amount: 400, responseCode: "???" },
      { amount: 800, processedAmount: 700, responseCode: "000" },
      { amount: 1_600 },
      {},
    ];
    expect(computeControls(details, table)).toEqual({
      totalCount: 6,
      totalAmount: 3_000,
      successCount: 2,
      successAmount: 800,
      failCount: 2,
      failAmount: 600,
    });
    expect(computeControls([], table)).toMatchObject({ totalCount: 0, totalAmount: 0 });
  });

  test("a sum beyond the safe integers is none", () => {
    const amount = Number.MAX_SAFE_INTEGER;
    expect(computeControls([{ amount }], table)?.totalAmount).toBe(amount);
    expect(computeControls([{ amount }, { amount: 1 }], table)).toBeUndefined();
  });

  test("the hash total adds the last digits of every account, modulo", () => {
    const hashTotal = { lastDigits: 3, modulusDigits: 4 };
    const of = (...accounts: (string | undefined)[]) =>
      computeControls(
        accounts.map((accountNumber) => (accountNumber === undefined ? {} : { accountNumber })),
        { ...table, hashTotal },
      )?.hashTotal;
    expect(of("9001", "9002", "12")).toBe(15);
    expect(of(...Array<string>(11).fill("5999"))).toBe(989);
    expect(of("9001", undefined)).toBeUndefined();
    expect(computeControls([{ accountNumber: "1" }], table)?.hashTotal).toBeUndefined();
  });

  test("a line is worth what was processed, were it nothing", () => {
    expect(lineAmount({ amount: 5, processedAmount: 0 })).toBe(0);
    expect(lineAmount({ amount: 5 })).toBe(5);
    expect(lineAmount({})).toBeUndefined();
  });

  test("a code that the table lacks, or none, is a failure", () => {
    expect(responseCode(codes, "000")).toEqual({ meaning: "paid", outcome: "success" });
    for (const code of ["X", "", undefined]) expect(responseCode(codes, code).outcome).toBe("failed");
    expect(responseCode({ ...codes, "": { meaning: "blank", outcome: "success" } }, undefined).meaning).toBe("blank");
  });
});

describe("what a file says about itself", () => {
  const { description } = load(fixed(1, [record("detail", "D", [])], { responseCodes: codes }));
  const problemsOf = (details: RecordValues[], trailer?: RecordValues, header?: RecordValues) => {
    const problems: FileProblem[] = [];
    const content = {
      details: details.map((values, index) => ({ record: index + 2, values })),
      ...(header && { header: { record: 1, values: header } }),
      ...(trailer && { trailer: { record: details.length + 2, values: trailer } }),
    };
    checkControls(description, content, (problem) => problems.push(problem));
    return problems;
  };
  const two = [
    { amount: 100, responseCode: "000", sequence: 1 },
    { amount: 200, responseCode: "001", sequence: 2 },
  ];
  const told = { totalCount: 2, totalAmount: 300, successCount: 1, successAmount: 100, failCount: 1, failAmount: 200 };

  test("is believed when it agrees with its details, and when it says nothing", () => {
    expect(problemsOf(two, told)).toEqual([]);
    expect(problemsOf(two, {})).toEqual([]);
    expect(problemsOf(two)).toEqual([]);
    expect(problemsOf([{ amount: 1 }, { amount: 2 }], { totalAmount: 3 })).toEqual([]);
  });

  test("each value that does not agree is named with both figures and its record", () => {
    for (const [name, value] of Object.entries(told)) {
      const problems = problemsOf(two, { [name]: value + 1 });
      expect(problems).toEqual([{ record: 4, field: name, rule: `says ${value + 1}; the details make ${value}` }]);
    }
  });

  test("a sequence goes from 1 in steps of 1", () => {
    expect(problemsOf([{ sequence: 1 }, { sequence: 3 }, {}, { sequence: 4 }])).toEqual([
      { record: 3, field: "sequence", rule: "is 3; the sequence demands 2" },
    ]);
    expect(problemsOf([{ sequence: 0 }])).toHaveLength(1);
  });

  test("sums are left to reconciliation where a line has no amount, counts are not", () => {
    const lines = [{ amount: 100, responseCode: "000" }, { responseCode: "001" }];
    expect(problemsOf(lines, { totalAmount: 300, successAmount: 100, failAmount: 200 })).toEqual([]);
    expect(problemsOf(lines, { totalCount: 3 }).map(({ field }) => field)).toEqual(["totalCount"]);
  });

  test("success and failure make the total even where lines have no amounts", () => {
    const lines = [{ responseCode: "000" }];
    const sums = { totalAmount: 300, successAmount: 100, failAmount: 201 };
    expect(problemsOf(lines, sums)).toEqual([
      { record: 3, field: "totalAmount", rule: "says 300; success 100 and failure 201 make 301" },
    ]);
    for (const name of ["totalAmount", "successAmount", "failAmount"] as const) {
      const { [name]: _untold, ...others } = sums;
      expect(problemsOf(lines, others)).toEqual([]);
    }
  });

  test("details too large to add up are refused once", () => {
    const amount = Number.MAX_SAFE_INTEGER;
    const rule = "the sum of the details is too large";
    expect(problemsOf([{ amount }, { amount }], { totalAmount: 1 })).toEqual([{ field: "totalAmount", rule }]);
  });

  test("what the trailer repeats of the header is the same", () => {
    const header = { companyCode: "A", fileDate: "2026-01-31" };
    expect(problemsOf([], { companyCode: "A", fileDate: "2026-01-31" }, header)).toEqual([]);
    expect(problemsOf([], { memo: "x" }, header)).toEqual([]);
    expect(problemsOf([], { companyCode: "B", fileDate: "2026-02-01" }, header)).toEqual([
      { record: 2, field: "companyCode", rule: "says B; the header says A" },
      { record: 2, field: "fileDate", rule: "says 2026-02-01; the header says 2026-01-31" },
    ]);
    expect(problemsOf([], { companyCode: "B" })).toEqual([]);
  });
});
