import { describe, expect, test } from "bun:test";
import { item, line, run } from "./reconcile-run.ts";

const [open, paid, unpaid] = [item("1", 100), item("2", 200), item("3", 400)] as const;
const lines = [line("2", "000"), line("3", "001")];

describe("identities of a file", () => {
  test("every item is accounted for in count and amount, whatever it stands at", () => {
    const items = [
      open,
      item("2", 200, "success"),
      item("3", 400, "failed"),
      item("4", 800, "paid_by_absence"),
      item("5", 1_600, "returned"),
    ];
    expect(run(items, []).identities).toEqual([
      {
        name: "expected items = succeeded + failed + returned + open + paid by absence",
        left: { count: 5, amount: 3_100 },
        right: { count: 5, amount: 3_100 },
        explanation: null,
        holds: true,
      },
    ]);
  });

  const namesOf = (trailer: Record<string, number>) =>
    run([open, paid, unpaid], lines, { trailer }).identities.map(({ name, left, right }) => [name, left, right]);
  const expected = expect.stringContaining("expected items");

  test("each total that a trailer tells is compared, and no other", () => {
    expect(namesOf({})).toEqual([[expected, expect.anything(), expect.anything()]]);
    expect(namesOf({ totalCount: 2, successCount: 1, failCount: 1 }).slice(1)).toEqual([
      ["trailer total = lines", { count: 2, amount: 600 }, { count: 2, amount: 600 }],
      ["trailer success = lines with a success code", { count: 1, amount: 200 }, { count: 1, amount: 200 }],
      ["trailer failure = lines with any other code", { count: 1, amount: 400 }, { count: 1, amount: 400 }],
    ]);
    expect(namesOf({ totalAmount: 600 }).slice(1)).toEqual([
      ["trailer total = lines", { count: 2, amount: 600 }, { count: 2, amount: 600 }],
    ]);
    expect(namesOf({ failAmount: 401 }).slice(1)).toEqual([
      ["trailer failure = lines with any other code", { count: 1, amount: 401 }, { count: 1, amount: 400 }],
    ]);
  });

  const withUnknown = (trailer: Record<string, number>) =>
    run([paid], [line("2", "000"), line("9", "000")], { trailer }).identities.at(-1);

  test("unknown transactions explain what is left over, were it nothing, but no other count", () => {
    expect(withUnknown({ totalCount: 2, totalAmount: 200 })).toMatchObject({
      explanation: "NT$ 0 belong to 1 lines of unknown transactions",
      holds: true,
    });
    expect(withUnknown({ totalCount: 3, totalAmount: 250 })).toMatchObject({ explanation: null, holds: false });
    expect(withUnknown({ totalCount: 2, totalAmount: 199 })).toMatchObject({ explanation: null, holds: false });
  });

  test("without unknown transactions nothing explains a difference", () => {
    const result = run([paid], [line("2", "000")], { trailer: { totalCount: 1, totalAmount: 201 } });
    expect(result.identities.at(-1)).toMatchObject({ explanation: null, holds: false });
  });
});
