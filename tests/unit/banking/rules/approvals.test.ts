import { expect, test } from "bun:test";
import { approvalsRequired } from "../../../../src/banking/rules/approvals.ts";

const bank = (required: number, secondApprovalAbove: number | null) => ({
  row: { approvalsRequired: required, secondApprovalAbove },
});

test("above its limit a batch needs two approvers, up to it the bank's usual number", () => {
  expect(approvalsRequired(bank(1, 1_000_000), 1_000_000)).toBe(1);
  expect(approvalsRequired(bank(1, 1_000_000), 1_000_001)).toBe(2);
  expect(approvalsRequired(bank(0, 1_000_000), 1)).toBe(0);
  expect(approvalsRequired(bank(0, 0), 1)).toBe(2);
});

test("a large batch never needs fewer approvers than a small one", () => {
  expect(approvalsRequired(bank(3, 1_000), 1_001)).toBe(3);
});

test("without a limit the total does not matter", () => {
  expect(approvalsRequired(bank(1, null), Number.MAX_SAFE_INTEGER)).toBe(1);
  expect(approvalsRequired(bank(2, null), 0)).toBe(2);
});
