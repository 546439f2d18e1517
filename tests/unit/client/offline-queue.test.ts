import { describe, expect, test } from "bun:test";
import { createOfflineQueue, OfflineQueueError, type OfflineStorage } from "@luckygas/gateway-client/offline";
import { answer, brokenAnswer, brokenNetwork, clientOf, refusal, type Step, scriptedFetch } from "./support.ts";

const start = Date.parse("2026-01-15T01:00:00Z");

function memoryStorage(initial: string | null = null): OfflineStorage & { text: string | null } {
  return {
    text: initial,
    async read() {
      return this.text;
    },
    async write(text) {
      this.text = text;
    },
  };
}

interface World {
  storage?: OfflineStorage;
  steps?: Step[];
  expiresAfterMs?: number;
  itemsMax?: number;
  onSettled?: () => Promise<void>;
}

/** A driver's app: what the customer is told waits for the network. */
function driverApp({ storage = memoryStorage(), steps = [answer({ id: "m" })], ...options }: World = {}) {
  const { fetch, sent } = scriptedFetch(...steps);
  const client = clientOf(fetch, { retry: { attemptsMax: 1 } });
  const clock = { ms: start };
  const settled: unknown[] = [];
  const queue = createOfflineQueue({
    calls: { tellCustomer: client.sms.sendTemplate.mutate, issue: client.einvoice.issueInvoice.mutate },
    storage,
    now: () => new Date(clock.ms),
    onSettled: async (one) => {
      await options.onSettled?.();
      settled.push(one);
    },
    ...(options.expiresAfterMs !== undefined && { expiresAfterMs: options.expiresAfterMs }),
    ...(options.itemsMax !== undefined && { itemsMax: options.itemsMax }),
  });
  return { queue, sent, settled, clock, storage };
}

const keyOf = (request: { body: unknown } | undefined) =>
  /"idempotencyKey":"([^"]+)"/.exec(JSON.stringify(request))?.[1];
const codeOf = (request: { body: unknown } | undefined) => /"code":"([^"]+)"/.exec(JSON.stringify(request))?.[1];
const arrived = { to: "0912345678", code: "delivery_arrived" };
const leaving = { to: "0912345678", code: "delivery_completed" };

describe("a driver without a network", () => {
  test("what was stored is sent with one and the same key until it is answered, in order, also after a restart", async () => {
    const storage = memoryStorage();
    const before = driverApp({ storage, steps: [brokenNetwork] });
    await before.queue.add("tellCustomer", arrived);
    await before.queue.add("tellCustomer", leaving);
    expect(await before.queue.flush()).toEqual({ settled: 0, left: 2, stoppedBy: "no_answer" });
    expect(before.sent).toHaveLength(1);

    const after = driverApp({ storage, steps: [brokenAnswer, answer({ id: "m1" }), answer({ id: "m2" })] });
    expect(await after.queue.flush()).toEqual({ settled: 0, left: 2, stoppedBy: "no_answer" });
    expect((await after.queue.list()).map(({ attempts }) => attempts)).toEqual([2, 0]);
    expect(await after.queue.flush()).toEqual({ settled: 2, left: 0, stoppedBy: undefined });

    expect(after.sent.map(codeOf)).toEqual(["delivery_arrived", "delivery_arrived", "delivery_completed"]);
    const keys = [...before.sent, ...after.sent].map(keyOf);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
    expect(after.settled).toMatchObject([
      { call: "tellCustomer", input: arrived, outcome: { kind: "answered", result: { id: "m1" } } },
      { call: "tellCustomer", input: leaving, outcome: { kind: "answered", result: { id: "m2" } } },
    ]);
    expect(await driverApp({ storage }).queue.list()).toEqual([]);
  });

  test("the input of each call is checked by the compiler, and the key is not the app's to give", async () => {
    const { queue } = driverApp();
    await queue.add("issue", {
      buyer: { kind: "consumer" },
      lines: [{ description: "20 kg", quantity: 1, unitPrice: 690 }],
    });
    // @ts-expect-error no such call
    await queue.add("refund", {});
    // @ts-expect-error the recipient is missing
    await queue.add("tellCustomer", { code: "delivery_arrived" });
    expect(await queue.list()).toHaveLength(3);
  });

  test("what is too old is not sent; what was sent without an answer is said to be possibly done", async () => {
    const world = driverApp({ steps: [brokenNetwork], expiresAfterMs: 60_000 });
    await world.queue.add("tellCustomer", arrived);
    await world.queue.add("tellCustomer", leaving);
    await world.queue.flush();
    world.clock.ms += 60_000;
    expect(await world.queue.flush()).toEqual({ settled: 2, left: 0, stoppedBy: undefined });
    expect(world.sent).toHaveLength(1);
    expect(world.settled).toMatchObject([
      { input: arrived, outcome: { kind: "expired", mayHaveTakenEffect: true } },
      { input: leaving, outcome: { kind: "expired", mayHaveTakenEffect: false } },
    ]);
  });
});

describe("answers that are errors", () => {
  test("a refusal ends its call and lets the next one pass", async () => {
    const refused = refusal({ code: "invalid_input", action: "fix_input", reason: "phone" }, 400);
    const world = driverApp({ steps: [refused, answer({ id: "m2" })] });
    await world.queue.add("tellCustomer", arrived);
    await world.queue.add("tellCustomer", leaving);
    await world.queue.flush();
    expect(world.settled).toMatchObject([
      { outcome: { kind: "refused", code: "invalid_input", reason: "phone", requestId: "request-0001" } },
      { outcome: { kind: "answered" } },
    ]);
  });

  test.each([
    ["unauthenticated", "fix_credentials", 401, "sign_in"],
    ["rate_limited", "repeat_with_same_key", 429, "try_later"],
    ["provider_unavailable", "repeat_with_same_key", 503, "try_later"],
  ] as const)("%s keeps everything where it is", async (code, action, status, stoppedBy) => {
    const world = driverApp({ steps: [refusal({ code, action }, status)] });
    await world.queue.add("tellCustomer", arrived);
    await world.queue.add("tellCustomer", leaving);
    expect(await world.queue.flush()).toEqual({ settled: 0, left: 2, stoppedBy });
    expect(world.sent).toHaveLength(1);
  });

  test("a call that the gateway keeps failing at does not hold up the others for ever", async () => {
    const fault = refusal({ code: "internal", action: "report_request_id" }, 500);
    const world = driverApp({ steps: [fault, fault, fault, fault, fault, answer({ id: "m2" })] });
    await world.queue.add("tellCustomer", arrived);
    await world.queue.add("tellCustomer", leaving);
    for (let run = 0; run < 4; run++) expect((await world.queue.flush()).stoppedBy).toBe("try_later");
    expect(await world.queue.flush()).toEqual({ settled: 2, left: 0, stoppedBy: undefined });
    expect(new Set(world.sent.slice(0, 5).map(keyOf)).size).toBe(1);
    expect(world.settled).toMatchObject([{ outcome: { kind: "failed" } }, {}]);
  });
});

describe("the storage", () => {
  test("a call that cannot be stored is not in the queue", async () => {
    const storage = { read: async () => null, write: () => Promise.reject(new Error("disk full")) };
    const { queue } = driverApp({ storage });
    expect(queue.add("tellCustomer", arrived)).rejects.toMatchObject({ name: "OfflineQueueError", reason: "storage" });
    expect(await queue.list()).toEqual([]);
  });

  test("a full queue refuses", async () => {
    const { queue } = driverApp({ itemsMax: 1 });
    await queue.add("tellCustomer", arrived);
    expect(queue.add("tellCustomer", leaving)).rejects.toMatchObject({ reason: "full" });
  });

  test.each(["{", "[]", '{"format":2,"items":[]}', '{"format":1,"items":[{"id":"x"}]}'])(
    "what is not a queue is neither sent nor overwritten: %s",
    async (text) => {
      const storage = memoryStorage(text);
      const { queue } = driverApp({ storage });
      expect(queue.add("tellCustomer", arrived)).rejects.toBeInstanceOf(OfflineQueueError);
      expect(queue.flush()).rejects.toMatchObject({ reason: "unreadable" });
      expect(storage.text).toBe(text);
    },
  );

  test("a call whose end could not be told stays and is sent again with its key", async () => {
    let broken = true;
    const onSettled = async () => {
      if (broken) throw new Error("the app's own database is locked");
    };
    const world = driverApp({ onSettled });
    await world.queue.add("tellCustomer", arrived);
    expect(world.queue.flush()).rejects.toThrow("locked");
    await world.queue.list();
    broken = false;
    expect(await world.queue.flush()).toMatchObject({ settled: 1, left: 0 });
    expect(new Set(world.sent.map(keyOf)).size).toBe(1);
    expect(world.sent).toHaveLength(2);
  });

  test("flushes at the same time share one run", async () => {
    const world = driverApp();
    await world.queue.add("tellCustomer", arrived);
    const [first, second] = await Promise.all([world.queue.flush(), world.queue.flush()]);
    expect(first).toBe(second);
    expect(world.sent).toHaveLength(1);
  });

  test("an aborted flush leaves the rest", async () => {
    const world = driverApp();
    await world.queue.add("tellCustomer", arrived);
    expect(await world.queue.flush({ signal: AbortSignal.abort() })).toEqual({
      settled: 0,
      left: 1,
      stoppedBy: "aborted",
    });
    expect(world.sent).toHaveLength(0);
  });
});

test("options out of range are refused", () => {
  expect(() => driverApp({ itemsMax: 0 })).toThrow(RangeError);
  expect(() => driverApp({ expiresAfterMs: 0.5 })).toThrow(RangeError);
});
