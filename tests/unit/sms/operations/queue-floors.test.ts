import { expect, test } from "bun:test";
import { createQueueFloors } from "../../../../src/sms/operations/queue-floors.ts";
import type { QueuedMessage } from "../../../../src/sms/store/claim.ts";

const LOWEST = "00000000-0000-0000-0000-000000000000";

const message = (id: string, lane: number, requestedProvider?: string): QueuedMessage => ({
  ...{ id, lane, requestedProvider, recipient: "+886912345678", text: "a", messageType: "general" },
  ...{ segments: 1, attemptsCount: 0, expiresAt: new Date(0) },
});

test("each queue and lane has a floor of its own: the last message that was given out", () => {
  const floors = createQueueFloors();
  expect(floors.of("", 1)).toBe(LOWEST);
  floors.raise({
    looked: [message("a", 0), message("b", 1), message("c", 1), message("d", 1, "mitake")],
    leavesSome: false,
  });
  expect([floors.of("", 0), floors.of("", 1), floors.of("mitake", 1), floors.of("", 2)]).toEqual([
    "a",
    "c",
    "d",
    LOWEST,
  ]);
});

test("a round that leaves a message in its queue leaves no floor above it", () => {
  const floors = createQueueFloors();
  floors.raise({ looked: [message("a", 1)], leavesSome: false });
  floors.raise({ looked: [message("b", 1), message("c", 1)], leavesSome: true });
  expect(floors.of("", 1)).toBe(LOWEST);
});

test("floors are forgotten on demand, so that what was queued again is found", () => {
  const floors = createQueueFloors();
  floors.raise({ looked: [message("a", 1)], leavesSome: false });
  floors.forget();
  expect(floors.of("", 1)).toBe(LOWEST);
});
