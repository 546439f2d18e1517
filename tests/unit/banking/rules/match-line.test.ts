import { describe, expect, test } from "bun:test";
import type { RecordValues } from "../../../../src/banking/rules/layout/description.ts";
import { createItemFinder, isAccountOf } from "../../../../src/banking/rules/match-line.ts";
import type { ExpectedItem } from "../../../../src/banking/rules/reconcile.ts";

const item = (id: string, more: Partial<ExpectedItem> = {}): ExpectedItem => ({
  id,
  batchId: "A",
  sequence: Number(id),
  fileDate: "2026-08-04",
  transactionId: `TX-${id}`,
  accountNumber: `00${id}00`,
  customerNumber: `C-${id}`,
  amount: 100,
  status: "pending",
  ...more,
});
const find = (items: ExpectedItem[], values: RecordValues, more: { namedBatchId?: string; byMandate?: boolean } = {}) =>
  createItemFinder({ items, namedBatchId: undefined, ...more })(values)?.id;

describe("which item a line means", () => {
  const two = [item("1"), item("2")];

  test("the one of its transaction, before every other key", () => {
    expect(find(two, { transactionId: "TX-2" })).toBe("2");
    expect(find(two, { transactionId: "TX-2", originalDate: "2026-08-04", originalSequence: 1 })).toBe("2");
    expect(find(two, { transactionId: "TX-9" })).toBeUndefined();
    expect(find(two, {})).toBeUndefined();
  });

  test("the day and number of the original file", () => {
    expect(find(two, { originalDate: "2026-08-04", originalSequence: 2 })).toBe("2");
    expect(find(two, { transactionId: "TX-9", originalDate: "2026-08-04", originalSequence: 1 })).toBe("1");
    expect(find(two, { originalDate: "2026-08-05", originalSequence: 2 })).toBeUndefined();
    const finder = createItemFinder({ items: two, namedBatchId: undefined });
    expect(finder({ originalDate: "2026-08-04", originalSequence: 3 })).toBeUndefined();
  });

  test("the only one that a key fits, though account or amount differ: that is for the line's class to tell", () => {
    const original = { originalDate: "2026-08-04", originalSequence: 1 };
    expect(find(two, { ...original, accountNumber: "999", amount: 5 })).toBe("1");
  });

  test("the number alone only within the batch that the file names", () => {
    const others = [item("1"), item("2", { batchId: "B", sequence: 1 })];
    expect(find(others, { originalSequence: 1 })).toBeUndefined();
    expect(find(others, { originalSequence: 1 }, { namedBatchId: "A" })).toBe("1");
    expect(find(others, { originalSequence: 1 }, { namedBatchId: "B" })).toBe("2");
    expect(find(others, { originalSequence: 2 }, { namedBatchId: "B" })).toBeUndefined();
  });

  test("where two files of a day have the number, account and amount together leave one or none", () => {
    const original = { originalDate: "2026-08-04", originalSequence: 1 };
    const twins = [item("1"), item("2", { batchId: "B", sequence: 1, accountNumber: "0020", amount: 200 })];
    expect(find(twins, original)).toBeUndefined();
    expect(find(twins, { ...original, accountNumber: "20" })).toBe("2");
    expect(find(twins, { ...original, amount: 100 })).toBe("1");
    expect(find(twins, { ...original, accountNumber: "20", amount: 100 })).toBeUndefined();
    const equal = [item("1"), item("2", { batchId: "B", sequence: 1, accountNumber: "00100" })];
    expect(find(equal, { ...original, accountNumber: "100", amount: 100 })).toBeUndefined();
  });

  test("the same lines in any order find the same items", () => {
    const finder = createItemFinder({ items: two, namedBatchId: "A" });
    const found = [2, 1, 2].map((originalSequence) => finder({ originalSequence })?.id);
    expect(found).toEqual(["2", "1", "2"]);
  });
});

describe("which request a reply about an authorisation means", () => {
  const mandate = { accountNumber: "100", customerNumber: "C-1" };
  const byMandate = { byMandate: true };

  test("the open one of its account and customer number", () => {
    const requests = [item("1"), item("2"), item("3", { accountNumber: "100", customerNumber: "C-3" })];
    expect(find(requests, mandate, byMandate)).toBe("1");
    expect(find(requests, { ...mandate, customerNumber: "C-3" }, byMandate)).toBe("3");
    expect(find(requests, { ...mandate, customerNumber: "C-2" }, byMandate)).toBeUndefined();
    expect(find(requests, { accountNumber: "100" }, byMandate)).toBeUndefined();
    expect(find(requests, { customerNumber: "C-1" }, byMandate)).toBeUndefined();
  });

  test("none where the key is that of debits", () => {
    expect(find([item("1")], mandate)).toBeUndefined();
  });

  test("none that is over, and none where two are open", () => {
    expect(find([item("1", { status: "success" })], mandate, byMandate)).toBeUndefined();
    const again = { accountNumber: "100", customerNumber: "C-1" };
    expect(find([item("1"), item("2", again)], mandate, byMandate)).toBeUndefined();
    expect(find([item("1", { status: "failed" }), item("2", again)], mandate, byMandate)).toBe("2");
  });

  test("a request without a customer number is not meant by a line without one", () => {
    const nameless = [item("1", { customerNumber: null })];
    expect(find(nameless, { accountNumber: "100" }, byMandate)).toBeUndefined();
    const { customerNumber: _none, ...without } = item("1");
    expect(find([without], { accountNumber: "100" }, byMandate)).toBeUndefined();
  });

  test("before the number in the original file", () => {
    const requests = [item("1"), item("2")];
    const original = { originalDate: "2026-08-04", originalSequence: 2 };
    expect(find(requests, { ...mandate, ...original }, byMandate)).toBe("1");
    expect(find(requests, original, byMandate)).toBe("2");
  });
});

describe("whether an account is the item's", () => {
  const own = item("1", { accountNumber: "0010203" });
  test.each<[RecordValues, boolean]>([
    [{}, true],
    [{ presentingAccount: "5" }, true],
    [{ accountNumber: "10203" }, true],
    [{ accountNumber: "00000010203" }, true],
    [{ accountNumber: "0010203", presentingAccount: "77" }, true],
    [{ accountNumber: "77", presentingAccount: "0000010203" }, true],
    [{ accountNumber: "77", presentingAccount: "78" }, false],
    [{ accountNumber: "77" }, false],
    [{ accountNumber: "123" }, false],
    [{ accountNumber: "102030" }, false],
  ])("%j: %p", (values, expected) => {
    expect(isAccountOf(own, values)).toBe(expected);
  });
});
