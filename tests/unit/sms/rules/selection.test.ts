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
