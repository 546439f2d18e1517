import { expect, test } from "bun:test";
import { eventsAtHand } from "../../../src/http/events-at-hand.ts";
import { call, createTestApp, tokenFor } from "../../support/http-app.ts";

const waits = { firstMs: 60_000, nextMs: 5 };

/** Gives the events and then waits until it is told to stop, as a watch does. */
async function* watch(events: string[], signal: AbortSignal): AsyncGenerator<string> {
  yield* events;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

async function collect(events: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test("ends when no further event comes for a moment", async () => {
  const open = (signal: AbortSignal) => watch(["one", "two"], signal);
  expect(await collect(eventsAtHand(open, new AbortController().signal, waits))).toEqual(["one", "two"]);
});

test("ends without an event when none comes", async () => {
  const open = (signal: AbortSignal) => watch([], signal);
  expect(await collect(eventsAtHand(open, new AbortController().signal, { firstMs: 5, nextMs: 5 }))).toEqual([]);
});

test("ends with its caller", async () => {
  const caller = new AbortController();
  const collected = collect(
    eventsAtHand((signal) => watch([], signal), caller.signal, { firstMs: 60_000, nextMs: 60_000 }),
  );
  caller.abort();
  expect(await collected).toEqual([]);
});

test("a caller that reads at the end gets the events at hand, and is not told that there will be no more", async () => {
  const event = {
    id: "018f2d3c-1111-7000-8000-123456789012",
    to: "0912***678",
    status: "delivered",
    statusReason: null,
    statusAt: "2026-01-31T16:00:00.000Z",
    messageType: "general",
    provider: "every8d",
  };
  const { app } = createTestApp({
    events: {
      "sms.watchMessages": async function* (_input, _context, signal) {
        yield { id: "1.018f2d3c-1111-7000-8000-123456789012", data: event };
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      },
    },
  });
  const response = await call(app, "/trpc/sms.watchMessages?input=%7B%7D", {
    token: await tokenFor(),
    headers: { accept: "text/event-stream", "x-gateway-stream": "poll" },
  });
  const text = await response.text();
  expect(text).toContain('"status":"delivered"');
  expect(text).not.toContain("event: return");
});
