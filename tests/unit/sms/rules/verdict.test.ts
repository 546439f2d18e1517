import { expect, test } from "bun:test";
import { judge, type VariantResults } from "../../../../src/sms/rules/verdict.ts";
import { seededRandom } from "../../../support/random.ts";

const results = (
  variant: string,
  delivered: number,
  total: number,
  more: Partial<VariantResults> = {},
): VariantResults => ({
  variant,
  weight: 50,
  assigned: total,
  ended: new Map([["every8d", { successes: delivered, total }]]),
  counted: total,
  pending: 0,
  ...more,
});

test("a clear difference on the planned size has a winner, whichever side it is on", () => {
  expect(judge([results("A", 900, 1000), results("B", 960, 1000)], 1000)).toMatchObject({
    state: "winner",
    winner: "B",
  });
  expect(judge([results("A", 960, 1000), results("B", 900, 1000)], 1000)).toMatchObject({
    state: "winner",
    winner: "A",
  });
  expect(judge([results("A", 950, 1000), results("B", 955, 1000)], 1000)).toMatchObject({ state: "no_difference" });
});

test("no winner before the planned size, nor while planned messages are on their way", () => {
  const clear = [results("A", 500, 1000), results("B", 990, 1000)] as const;
  expect(judge(clear, 1001)).toMatchObject({ state: "running", winner: null });
  expect(judge([clear[0], { ...clear[1], pending: 1 }], 1000)).toMatchObject({ state: "running", winner: null });
});

test("a broken split is no experiment", () => {
  const [a, b] = [results("A", 500, 1000), results("B", 990, 1000, { assigned: 1300 })];
  expect(judge([a, b], 1000)).toMatchObject({ state: "sample_ratio_mismatch", winner: null });
});

test("providers are compared within themselves: another mix of routes is no better text", () => {
  const mixed = (good: number, bad: number) =>
    new Map([
      ["every8d", { successes: good * 0.99, total: good }],
      ["twilio", { successes: bad * 0.5, total: bad }],
    ]);
  const a = results("A", 0, 1000, { ended: mixed(200, 800) });
  const b = results("B", 0, 1000, { ended: mixed(800, 200) });
  expect(judge([a, b], 1000)).toMatchObject({ state: "no_difference" });
});

test("of three, the winner beats both others", () => {
  const three = [results("A", 900, 1000), results("B", 905, 1000), results("C", 960, 1000)];
  expect(judge(three, 1000)).toMatchObject({ state: "winner", winner: "C" });
  expect(judge([...three.slice(0, 1), results("B", 960, 1000), results("C", 962, 1000)], 1000).winner).toBeNull();
});

test("one variant alone is no experiment", () => {
  const alone = judge([results("A", 900, 1000)], 1000);
  expect(alone).toMatchObject({ state: "running", winner: null, comparisons: [] });
  expect(judge([], 1000).state).toBe("running");
});

test("every variant needs the planned messages, not one of them", () => {
  const [small, large] = [results("A", 500, 999, { assigned: 1000 }), results("B", 990, 1000)];
  expect(judge([small, large], 1000)).toMatchObject({ state: "running", winner: null });
  expect(judge([large, { ...small, variant: "C" }], 1000)).toMatchObject({ state: "running", winner: null });
});

test("with three variants each comparison must be surer, so that all together err as seldom as one", () => {
  // z 2.05, p 0.040 and z 2.19, p 0.029: enough for a single comparison, not for one of three.
  const pair = [results("A", 938, 1000), results("B", 960, 1000)] as const;
  expect(judge(pair, 1000)).toMatchObject({ state: "winner", winner: "B" });
  expect(judge([...pair, results("C", 938, 1000)], 1000)).toMatchObject({ state: "no_difference", winner: null });
});

test("where nothing differs there is nothing to compute", () => {
  const verdict = judge([results("A", 1000, 1000), results("B", 1000, 1000)], 1000);
  expect(verdict.state).toBe("no_difference");
  expect(verdict.comparisons).toEqual([{ a: "A", b: "B", z: null, p: null }]);
});

test("a provider that served one variant alone tells nothing, whichever it was", () => {
  const both = { successes: 960, total: 1000 };
  const a = results("A", 900, 1000);
  const b = results("B", 0, 1000, { ended: new Map([["every8d", both]]) });
  const plain = judge([a, b], 1000).comparisons;
  const more = new Map([["twilio", { successes: 1, total: 500 }]]);
  expect(judge([a, { ...b, ended: new Map([...b.ended, ...more]) }], 1000).comparisons).toEqual(plain);
  expect(judge([{ ...a, ended: new Map([...a.ended, ...more]) }, b], 1000).comparisons).toEqual(plain);
});

const RUNS = 2_000;
const LOOKS = 20;

/** Experiments without a difference in which a winner was named at any look; each look sees a twentieth more. */
function falseWinners(planned: (look: number) => number, final: number): number {
  const random = seededRandom(20251124);
  let named = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const seen = [0, 0];
    const delivered = [0, 0];
    let isNamed = false;
    // What comes after the planned size is looked at as well, and must not count.
    for (let look = 1; look <= LOOKS; look += 1) {
      const until = Math.round((final * 2 * look) / LOOKS);
      for (const variant of [0, 1]) {
        const end = Math.min(until, planned(look));
        while ((seen[variant] ?? 0) < end) {
          seen[variant] = (seen[variant] ?? 0) + 1;
          if (random() < 0.95) delivered[variant] = (delivered[variant] ?? 0) + 1;
        }
      }
      const variants = ["A", "B"].map((name, index) => results(name, delivered[index] ?? 0, seen[index] ?? 0));
      isNamed ||= judge(variants, planned(look)).winner !== null;
    }
    if (isNamed) named += 1;
  }
  return named;
}

test("equal texts: at most 5 % false winners over 2,000 experiments with 20 looks each", () => {
  const named = falseWinners(() => 1_000, 1_000);
  expect(named / RUNS).toBeLessThanOrEqual(0.05);
  expect(named / RUNS).toBeGreaterThan(0.01);
});

test("the control: naming a winner at every look on what has come by then would be wrong far more often", () => {
  const named = falseWinners((look) => look * 100, 1_000);
  expect(named / RUNS).toBeGreaterThan(0.1);
});
