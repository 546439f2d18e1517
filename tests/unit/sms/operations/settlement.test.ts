import { expect, test } from "bun:test";
import { type AttemptContext, costOf, settlementOf } from "../../../../src/sms/operations/settlement.ts";

const now = new Date("2026-01-01T00:00:00Z");
const context: AttemptContext = {
  attemptId: "a",
  messageId: "m",
  messageType: "general",
  segments: 2,
  attemptNumber: 1,
  canFailOver: false,
  costPerMessage: undefined,
  costPerSegment: 850_000n,
};

test("accepted: submitted, priced, polled for later", () => {
  const settled = settlementOf({ kind: "accepted", providerMessageId: "p", points: "3" }, context, now);
  expect(settled).toMatchObject({
    state: "accepted",
    costMicros: 2_550_000n,
    freesSlot: false,
    providerMessageId: "p",
  });
  expect(settled.next).toMatchObject({ status: "submitted", clearsText: false });
  expect(settled.pollAt).toEqual(new Date("2026-01-01T00:02:00Z"));
  expect(settled.resolveAt).toBeUndefined();
});

test("rejected is final; a secret text goes with it", () => {
  const rejected = { kind: "rejected", outcomeClass: "recipient", providerCode: "-3", reason: "bad number" } as const;
  const settled = settlementOf(rejected, { ...context, messageType: "otp", canFailOver: true }, now);
  expect(settled).toMatchObject({ state: "rejected", providerCode: "-3" });
  expect(settled.next).toMatchObject({ status: "rejected", reason: "recipient: bad number", clearsText: true });
});

test("unknown is asked about and never fails over; its text is kept for the question", () => {
  const otp = { ...context, messageType: "otp", canFailOver: true } as const;
  const settled = settlementOf({ kind: "unknown", reason: "no answer (timeout)" }, otp, now);
  expect(settled).toMatchObject({ state: "unknown", outcomeClass: "ambiguous", freesSlot: false });
  expect(settled.resolveAt).toEqual(new Date("2026-01-01T00:00:02Z"));
  expect(settled.next).toMatchObject({ status: "unknown", clearsText: false, dueAt: undefined });
});

test("not taken: due at once where another provider may take it, else after a pause; only not_sent frees the slot", () => {
  const notTaken = { kind: "not_taken", outcomeClass: "not_sent", reason: "connect" } as const;
  expect(settlementOf(notTaken, { ...context, canFailOver: true }, now)).toMatchObject({
    state: "not_sent",
    freesSlot: true,
    next: { status: "deferred", dueAt: now },
  });
  const later = settlementOf({ ...notTaken, outcomeClass: "account" }, { ...context, attemptNumber: 2 }, now);
  expect(later).toMatchObject({ freesSlot: false, next: { dueAt: new Date("2026-01-01T00:01:00Z") } });
});

test("cost: per message and per segment, by points where they are known, unknown without a price", () => {
  expect(costOf(context)).toBe(1_700_000n);
  expect(costOf({ ...context, costPerMessage: 100_000n })).toBe(1_800_000n);
  expect(costOf({ ...context, costPerMessage: 100_000n, costPerSegment: undefined })).toBe(100_000n);
  expect(costOf(context, "?")).toBe(1_700_000n);
  expect(costOf({ ...context, costPerSegment: undefined })).toBeUndefined();
});
