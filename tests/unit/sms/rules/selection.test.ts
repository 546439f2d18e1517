import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Candidate, selectProvider } from "../../../../src/sms/rules/selection.ts";

const candidate = (provider: string, changes: Partial<Candidate> = {}): Candidate => ({
  provider,
  breaker: "closed",
  slotsFree: 10,
  priority: 100,
  successRate: 0.95,
  costMicros: 850_000n,
  lastUsedAt: undefined,
  textUnitsMax: 333,
  segmentsMax: 5,
  triedBefore: false,
  ...changes,
});
const anyProvider = { requestedProvider: undefined, textUnits: 50, segments: 2 };
const pick = (...candidates: Candidate[]) => selectProvider(candidates, anyProvider);

test("priority decides before success rate", () => {
  const chosen = pick(
    candidate("every8d", { successRate: 0.5 }),
    candidate("mitake", { priority: 90, successRate: 1 }),
  );
  expect(chosen).toEqual({ provider: "every8d", reason: "priority 100 before mitake 90" });
});

test("an open breaker, a missing slot, an inactive provider and a long text each stand aside, and the reason says so", () => {
  const chosen = selectProvider(
    [
      candidate("every8d", { breaker: "open" }),
      candidate("mitake", { slotsFree: 0 }),
      candidate("other", { unusable: "inactive" }),
      candidate("short", { textUnitsMax: 10 }),
      candidate("single", { segmentsMax: 1 }),
      candidate("twilio", { priority: 1 }),
    ],
    anyProvider,
  );
  expect(chosen.provider).toBe("twilio");
  expect(chosen.reason).toBe(
    "the only one ready; every8d: circuit breaker open; mitake: no free slot; other: inactive; short: text too long; single: text too long",
  );
});

test("a half-open breaker may be used", () => {
  expect(pick(candidate("every8d", { breaker: "half_open", slotsFree: 1 })).provider).toBe("every8d");
});

test("success rates within two points are equal, and then the cheaper one wins", () => {
  const cheap = candidate("mitake", { successRate: 0.93, costMicros: 700_000n });
  expect(pick(candidate("every8d"), cheap)).toEqual({
    provider: "mitake",
    reason: "cost NT$ 0.70 before every8d NT$ 0.85",
  });
  expect(pick(candidate("every8d", { successRate: 0.951 }), cheap)).toEqual({
    provider: "every8d",
    reason: "success rate 95.1 % before mitake 93.0 %",
  });
  const dear = candidate("twilio", { priority: 80 });
  expect(pick(dear, cheap, candidate("every8d")).reason).toBe("cost NT$ 0.70 before every8d NT$ 0.85");
});

test("at equal cost the least recently used wins, and one never used before all", () => {
  const used = candidate("every8d", { lastUsedAt: new Date(2_000) });
  expect(pick(used, candidate("mitake", { lastUsedAt: new Date(1_000) })).provider).toBe("mitake");
  expect(pick(used, candidate("twilio")).provider).toBe("twilio");
});

test("a provider that has refused the message already is asked after the others, whatever its priority", () => {
  expect(pick(candidate("every8d", { triedBefore: true }), candidate("mitake", { priority: 1 })).provider).toBe(
    "mitake",
  );
  expect(pick(candidate("every8d", { triedBefore: true })).provider).toBe("every8d");
});

test("where everything is equal the name decides, in whatever order they stand", () => {
  const three = ["every8d", "mitake", "twilio"].map((provider) => candidate(provider));
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 0, 2],
    [1, 2, 0],
  ] as const) {
    const shuffled = order.flatMap((place) => three.slice(place, place + 1));
    expect(pick(...shuffled)).toEqual({ provider: "every8d", reason: "name" });
  }
});

test("the reason is the rule that left one, though earlier rules left some out", () => {
  const chosen = pick(
    candidate("every8d", { priority: 1 }),
    candidate("mitake", { lastUsedAt: new Date(1_000) }),
    candidate("twilio", { lastUsedAt: new Date(2_000) }),
  );
  expect(chosen).toEqual({ provider: "mitake", reason: "least recently used" });
});

test("an unknown price neither wins nor loses by cost", () => {
  const [cheap, dear] = [candidate("cheap", { costMicros: 1n }), candidate("dear", { costMicros: 2n })];
  const unknown = candidate("unknown", { costMicros: undefined, lastUsedAt: new Date(5) });
  const used = { lastUsedAt: new Date(9) };
  expect(pick({ ...cheap, ...used }, { ...dear, ...used }, unknown)).toMatchObject({ provider: "unknown" });
  expect(pick(cheap, dear, unknown)).toEqual({ provider: "cheap", reason: "least recently used" });
  expect(pick(unknown, candidate("another", { costMicros: undefined }))).toMatchObject({ provider: "another" });
  expect(pick(dear, cheap)).toEqual({ provider: "cheap", reason: "cost NT$ 0.000001 before dear NT$ 0.000002" });
});

test("a text as long as the provider takes is not too long", () => {
  const exact = candidate("every8d", { textUnitsMax: 50, segmentsMax: 2 });
  expect(selectProvider([exact], anyProvider).provider).toBe("every8d");
  expect(selectProvider([exact], { ...anyProvider, textUnits: 51 }).provider).toBeUndefined();
  expect(selectProvider([exact], { ...anyProvider, segments: 3 }).provider).toBeUndefined();
});

test("who was passed over for having been tried before is named", () => {
  const tried = candidate("every8d", { triedBefore: true });
  expect(pick(tried, candidate("mitake"))).toEqual({
    provider: "mitake",
    reason: "not tried before; every8d: tried before",
  });
  expect(pick(tried, candidate("mitake", { triedBefore: true, priority: 1 }))).toEqual({
    provider: "every8d",
    reason: "priority 100 before mitake 1",
  });
});

test("a provider asked for is used alone, or none is", () => {
  const request = { requestedProvider: "mitake", textUnits: 50, segments: 2 };
  const both = [candidate("every8d"), candidate("mitake", { priority: 1 })];
  expect(selectProvider(both, request)).toEqual({ provider: "mitake", reason: "asked for by the caller" });
  const open = [candidate("every8d"), candidate("mitake", { breaker: "open" })];
  expect(selectProvider(open, request)).toMatchObject({ provider: undefined, obstacle: "none_usable" });
  expect(selectProvider([candidate("every8d")], request)).toMatchObject({ reason: "no such provider" });
});

test("no slot anywhere is told apart from no provider", () => {
  expect(pick(candidate("every8d", { slotsFree: 0 }))).toMatchObject({ obstacle: "wait_for_slot" });
  expect(pick(candidate("every8d", { breaker: "open" }))).toMatchObject({ obstacle: "none_usable" });
  expect(pick(candidate("every8d", { breaker: "open" }), candidate("mitake", { slotsFree: 0 }))).toMatchObject({
    obstacle: "wait_for_slot",
  });
});

const anyCandidate = fc.record({
  unusable: fc.option(fc.constant("inactive"), { nil: undefined, freq: 4 }),
  breaker: fc.constantFrom("closed" as const, "open" as const, "half_open" as const),
  slotsFree: fc.integer({ min: 0, max: 3 }),
  priority: fc.integer({ min: 0, max: 3 }),
  successRate: fc.double({ min: 0, max: 1, noNaN: true }),
  costMicros: fc.option(fc.bigInt({ min: 0n, max: 3n }), { nil: undefined }),
  lastUsedAt: fc.option(fc.date({ min: new Date(0), max: new Date(10), noInvalidDate: true }), { nil: undefined }),
  textUnitsMax: fc.constantFrom(10, 333),
  segmentsMax: fc.constantFrom(1, 5),
  triedBefore: fc.boolean(),
});

test("what is chosen is always ready, and the order of the candidates does not matter", () => {
  fc.assert(
    fc.property(fc.array(anyCandidate, { maxLength: 5 }), (drawn) => {
      const candidates = drawn.map((part, index) => ({ ...part, provider: `p${index}` }));
      const chosen = selectProvider(candidates, anyProvider);
      expect(selectProvider([...candidates].reverse(), anyProvider).provider).toBe(chosen.provider);
      const ready = candidates.filter(
        (one) =>
          !one.unusable &&
          one.breaker !== "open" &&
          one.slotsFree > 0 &&
          one.textUnitsMax >= 50 &&
          one.segmentsMax >= 2,
      );
      if (chosen.provider === undefined) expect(ready).toEqual([]);
      else expect(ready.map((one) => one.provider)).toContain(chosen.provider);
    }),
  );
});
