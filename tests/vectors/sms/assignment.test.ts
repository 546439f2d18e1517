import { expect, test } from "bun:test";
import { assignVariant, positionOf } from "../../../src/sms/rules/assignment.ts";

const EXPERIMENT = "order_confirmation#1";
const HALVES = [
  { variant: "B", weight: 50 },
  { variant: "A", weight: 50 },
];

const vectors: [string, number, string][] = [
  ["+886912345678", 0.013611538, "A"],
  ["+886987654321", 0.982787893, "B"],
  ["+886900000000", 0.521144201, "B"],
  ["+886922333444", 0.040101841, "A"],
  ["+886955123456", 0.863645957, "B"],
];

test.each(vectors)("%s stands at %p and gets %s", (recipient, position, variant) => {
  expect(positionOf(EXPERIMENT, recipient)).toBeCloseTo(position, 9);
  expect(assignVariant(EXPERIMENT, recipient, HALVES)?.variant).toBe(variant);
});

test("shares follow the weights, weight 0 gets nobody, and another experiment deals anew", () => {
  const variants = [
    { variant: "A", weight: 30 },
    { variant: "B", weight: 10 },
    { variant: "C", weight: 0 },
  ];
  const counts = new Map<string, number>();
  let moved = 0;
  for (let index = 0; index < 20_000; index += 1) {
    const recipient = `+8869${String(10_000_000 + index)}`;
    const variant = assignVariant("x#1", recipient, variants)?.variant ?? "none";
    counts.set(variant, (counts.get(variant) ?? 0) + 1);
    if (assignVariant("x#2", recipient, variants)?.variant !== variant) moved += 1;
  }
  expect(counts.has("C")).toBe(false);
  expect((counts.get("A") ?? 0) / 20_000).toBeCloseTo(0.75, 1);
  expect(moved / 20_000).toBeCloseTo(0.375, 1);
  expect(assignVariant("x#1", "+886912345678", [{ variant: "A", weight: 0 }])).toBeUndefined();
});

test("consecutive parts in the order of the names, in whatever order the variants are given", () => {
  const [a, b, c] = [
    { variant: "A", weight: 1 },
    { variant: "B", weight: 2 },
    { variant: "C", weight: 1 },
  ] as const;
  for (const order of [
    [a, b, c],
    [c, b, a],
    [b, c, a],
    [b, a, c],
  ]) {
    for (let index = 0; index < 200; index += 1) {
      const recipient = `+8869${String(20_000_000 + index)}`;
      const position = positionOf("x#3", recipient);
      const expected = position < 0.25 ? "A" : position < 0.75 ? "B" : "C";
      expect(assignVariant("x#3", recipient, order)?.variant).toBe(expected);
    }
  }
});
