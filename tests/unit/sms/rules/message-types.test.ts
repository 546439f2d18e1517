import { expect, test } from "bun:test";
import { expiryOf, isSecretText, laneOf, lanes } from "../../../../src/sms/rules/message-types.ts";

const accepted = new Date("2026-01-01T00:00:00Z");

test("one-time codes go first and expire first; promotions go last", () => {
  expect(laneOf("otp")).toBe(lanes.urgent);
  expect(laneOf("payment_reminder")).toBe(lanes.transactional);
  expect(laneOf("promotional")).toBe(lanes.promotional);
  expect(expiryOf("otp", accepted).toISOString()).toBe("2026-01-01T00:05:00.000Z");
  expect(expiryOf("general", accepted).toISOString()).toBe("2026-01-02T00:00:00.000Z");
});

test("the caller's own validity wins", () => {
  expect(expiryOf("otp", accepted, 90).toISOString()).toBe("2026-01-01T00:01:30.000Z");
});

test("only one-time codes are secret texts", () => {
  expect(isSecretText("otp")).toBe(true);
  expect(isSecretText("general")).toBe(false);
});
