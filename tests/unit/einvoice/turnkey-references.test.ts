import { expect, test } from "bun:test";
import { isNamedIn } from "../../../src/einvoice/connectors/turnkey/references.ts";
import type { NumbersDocument } from "../../../src/einvoice/rules/document.ts";

const report: NumbersDocument = {
  kind: "unused_numbers",
  report: { sellerUbn: "12345676", period: "11402", prefix: "AA", ranges: [[10, 49]] },
};
const branch: NumbersDocument = {
  kind: "branch_numbers",
  numbers: {
    ...{ headUbn: "12345676", branchUbn: "04595257", period: "11402", prefix: "AA", begin: 0, end: 199 },
    parts: [{ begin: 50, end: 99 }],
  },
};

test.each([
  ["AA11402", true],
  ["11402 / AA", true],
  ["字軌 AA-11402 已處理", true],
  ["AA00000010", true],
  ["aa 0000 0010", true],
  ["BB11402", false],
  ["AA11404", false],
  ["AA00000011", false],
  ["", false],
])("E0402: %p names the report: %p", (words, expected) => {
  expect(isNamedIn(report, words)).toBe(expected);
});

test.each([
  ["AA11402-04595257", true],
  ["04595257 AA00000050", true],
  ["AA11402", false],
  ["AA11402-12345676", false],
  ["04595257", false],
])("E0401: %p names the numbers: %p, the branch must be in it", (words, expected) => {
  expect(isNamedIn(branch, words)).toBe(expected);
});
