import { expect, test } from "bun:test";
import { cancelBefore, reportDueAt, uploadDueAt } from "../../../src/einvoice/rules/deadlines.ts";

test.each([
  ["2025-01-01T00:00:00Z", "consumer", "2025-01-03T16:00:00.000Z"],
  ["2025-01-01T15:59:59Z", "consumer", "2025-01-03T16:00:00.000Z"],
  ["2025-01-01T16:00:00Z", "consumer", "2025-01-04T16:00:00.000Z"],
  ["2025-01-01T00:00:00Z", "business", "2025-01-08T16:00:00.000Z"],
  ["2024-12-30T20:00:00Z", "business", "2025-01-07T16:00:00.000Z"],
] as const)("issued %p to a %s: due before %p", (issuedAt, kind, due) => {
  expect(uploadDueAt(new Date(issuedAt), kind).toISOString()).toBe(due);
});

test.each([
  ["11402", "2025-03-15T16:00:00.000Z", "2025-03-10T16:00:00.000Z"],
  ["11404", "2025-05-15T16:00:00.000Z", "2025-05-10T16:00:00.000Z"],
  ["11312", "2025-01-15T16:00:00.000Z", "2025-01-10T16:00:00.000Z"],
])("period %p: cancelled before %p, unused numbers reported before %p", (period, cancel, report) => {
  expect(cancelBefore(period).toISOString()).toBe(cancel);
  expect(reportDueAt(period).toISOString()).toBe(report);
});
