import { expect, test } from "bun:test";
import type { SmsStatus } from "@luckygas/gateway-client";
import fc from "fast-check";
import {
  applyReceipt,
  isFinal,
  type ReceiptState,
  receiptStates,
  statusRanks,
} from "../../../../src/sms/rules/states.ts";

const receipt = fc.constantFrom(...receiptStates);

function applyAll(receipts: readonly ReceiptState[]) {
  let status: SmsStatus = "dispatching";
  for (const state of receipts) status = applyReceipt(status, state) ?? status;
  return status;
}

test("receipts never move a message backwards", () => {
  fc.assert(
    fc.property(fc.array(receipt, { maxLength: 12 }), (receipts) => {
      let status: SmsStatus = "dispatching";
      for (const state of receipts) {
        const next: SmsStatus = applyReceipt(status, state) ?? status;
        expect(statusRanks[next]).toBeGreaterThanOrEqual(statusRanks[status]);
        status = next;
      }
    }),
  );
});

test("a delivered receipt wins wherever it comes in the order, once or often", () => {
  fc.assert(
    fc.property(fc.array(receipt), fc.array(receipt), (before, after) => {
      expect(applyAll([...before, "delivered", ...after])).toBe("delivered");
    }),
  );
});

test("order of the receipts that are not ends does not matter", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(["scheduled", "submitted", "sent"] as const, { minLength: 3 }), (receipts) => {
      expect(applyAll(receipts)).toBe("sent");
    }),
  );
});

test("each step of the ladder", () => {
  expect(applyReceipt("dispatching", "scheduled")).toBe("submitted");
  expect(applyReceipt("unknown", "scheduled")).toBe("submitted");
  expect(applyReceipt("submitted", "scheduled")).toBeUndefined();
  expect(applyReceipt("unknown", "sent")).toBe("sent");
  expect(applyReceipt("sent", "sent")).toBeUndefined();
  expect(applyReceipt("sent", "undelivered")).toBe("undelivered");
  expect(applyReceipt("undelivered", "expired")).toBeUndefined();
  expect(applyReceipt("undelivered", "delivered")).toBe("delivered");
  expect(applyReceipt("expired", "delivered")).toBe("delivered");
  expect(applyReceipt("delivered", "undelivered")).toBeUndefined();
  expect(applyReceipt("queued", "delivered")).toBe("delivered");
});

test("final states", () => {
  const finals = Object.keys(statusRanks).filter((status) => isFinal(status as keyof typeof statusRanks)); // as: keys of it
  expect(finals.sort()).toEqual(["cancelled", "delivered", "expired", "rejected", "suppressed", "undelivered"]);
});
