import { describe, expect, jest, test } from "bun:test";
import { isGatewayError, isNoAnswer } from "@luckygas/gateway-client";
import {
  answer,
  brokenAnswer,
  brokenNetwork,
  clientOf,
  proxyPage,
  refusal,
  rejectionOf,
  type Step,
  scriptedFetch,
} from "./support.ts";

const rateLimited = refusal({ code: "rate_limited", action: "repeat_with_same_key" }, 429);
const unavailable = refusal({ code: "provider_unavailable", action: "repeat_with_same_key" }, 503);
const accepted = answer({ id: "018f3f3e-0000-7000-8000-000000000001", status: "queued" });
const message = { idempotencyKey: "order-0001/arrived", to: "0912345678", text: "即將到達" };

const passing: [string, Step][] = [
  ["a network fault", brokenNetwork],
  ["an answer that breaks off", brokenAnswer],
  ["429 of the gateway", rateLimited],
  ["503 of the gateway", unavailable],
  ["429 of a proxy", proxyPage(429)],
  ["502 of a proxy", proxyPage(502)],
  ["503 of a proxy", proxyPage(503)],
  ["504 of a proxy", proxyPage(504)],
];

const lasting: [string, Step][] = [
  ["400", refusal({ code: "invalid_input", action: "fix_input" }, 400)],
  ["401", refusal({ code: "unauthenticated", action: "fix_credentials" }, 401)],
  ["409", refusal({ code: "conflict", action: "use_new_key" }, 409)],
  ["500", refusal({ code: "internal", action: "report_request_id" }, 500)],
  ["503 that asks for something else", refusal({ code: "provider_unavailable", action: "read_state" }, 503)],
  ["a page with status 200", proxyPage(200)],
  ["a page with status 500", proxyPage(500)],
];

describe("what is repeated", () => {
  for (const [what, step] of passing) {
    test(`after ${what}: a query, and a mutation with its key, with the very same input`, async () => {
      const { fetch, sent } = scriptedFetch(step, accepted);
      await clientOf(fetch).sms.sendMessage.mutate(message);
      expect(sent.map(({ body }) => body)).toEqual([{ 0: message }, { 0: message }]);

      const query = scriptedFetch(step, answer({ subject: "U1", role: "driver" }));
      await clientOf(query.fetch).system.whoAmI.query();
      expect(query.sent.length).toBe(2);
    });

    test(`not after ${what}: a mutation without a key`, async () => {
      const { fetch, sent } = scriptedFetch(step, accepted);
      const call = clientOf(fetch).sms.cancelMessage.mutate({ id: "018f3f3e-0000-7000-8000-000000000001" });
      const error = await rejectionOf(call);
      expect(isGatewayError(error) || isNoAnswer(error)).toBe(true);
      expect(sent.length).toBe(1);
    });
  }

  for (const [what, step] of lasting) {
    test(`never after ${what}`, async () => {
      const { fetch, sent } = scriptedFetch(step, accepted);
      await rejectionOf(clientOf(fetch).sms.sendMessage.mutate(message));
      await rejectionOf(clientOf(scriptedFetch(step).fetch).system.whoAmI.query());
      expect(sent.length).toBe(1);
    });
  }

  test("the first input is what is repeated, also where the caller changes its object meanwhile", async () => {
    const input = { ...message };
    const { fetch, sent } = scriptedFetch(() => {
      input.idempotencyKey = "another-key";
      input.text = "changed";
      throw new TypeError("fetch failed");
    }, accepted);
    await clientOf(fetch).sms.sendMessage.mutate(input);
    expect(sent.map(({ body }) => body)).toEqual([{ 0: message }, { 0: message }]);
  });

  test("of a batch only the calls that failed", async () => {
    const half: Step = () =>
      Response.json([
        { result: { data: { valid: true } } },
        { error: { code: -32_603, message: "away", data: unavailableData } },
      ]);
    const unavailableData = {
      code: "SERVICE_UNAVAILABLE",
      httpStatus: 503,
      gateway: { code: "provider_unavailable", action: "repeat_with_same_key", requestId: "request-0001" },
    };
    const { fetch, sent } = scriptedFetch(half, answer({ valid: false }));
    const client = clientOf(fetch);
    const both = await Promise.all([
      client.einvoice.checkUbn.query({ ubn: "04595257" }),
      client.einvoice.checkUbn.query({ ubn: "04595258" }),
    ]);
    expect(both).toEqual([{ valid: true }, { valid: false }]);
    expect(sent[1]?.body).toEqual({ 0: { ubn: "04595258" } });
  });
});

describe("how often, and how fast", () => {
  test("three tries by default, then the last error", async () => {
    const { fetch, sent } = scriptedFetch(brokenNetwork);
    const error = await rejectionOf(clientOf(fetch).sms.sendMessage.mutate(message));
    expect(isNoAnswer(error) && error.cause.reason).toBe("network");
    expect(sent.length).toBe(3);
  });

  test("as many as asked for; 1 means no repeating", async () => {
    for (const attemptsMax of [1, 5]) {
      const { fetch, sent } = scriptedFetch(unavailable);
      await rejectionOf(clientOf(fetch, { retry: { attemptsMax } }).system.whoAmI.query());
      expect(sent.length).toBe(attemptsMax);
    }
  });

  test("a gateway that asks for a longer wait than allowed is left alone", async () => {
    const busy = refusal({ code: "rate_limited", action: "repeat_with_same_key" }, 429, { "retry-after": "60" });
    for (const step of [busy, proxyPage(503, { "retry-after": "60" })]) {
      const { fetch, sent } = scriptedFetch(step, accepted);
      await rejectionOf(clientOf(fetch).sms.sendMessage.mutate(message));
      expect(sent.length).toBe(1);
    }
    const { fetch, sent } = scriptedFetch(proxyPage(503, { "retry-after": "0" }), accepted);
    await clientOf(fetch).sms.sendMessage.mutate(message);
    expect(sent.length).toBe(2);
  });

  test("an abort between two tries ends it", async () => {
    const controller = new AbortController();
    const { fetch, sent } = scriptedFetch(() => {
      controller.abort(new Error("the page was left"));
      throw new TypeError("fetch failed");
    }, accepted);
    const call = clientOf(fetch).sms.sendMessage.mutate(message, { signal: controller.signal });
    expect(await rejectionOf(call)).toMatchObject({ message: "the page was left" });
    expect(sent.length).toBe(1);
  });

  test("an abort while the wait for the next try lasts leaves nothing that would wake later", async () => {
    jest.useFakeTimers();
    try {
      const controller = new AbortController();
      const { fetch, sent } = scriptedFetch(brokenNetwork, accepted);
      const client = clientOf(fetch, { retry: { delayMs: 1_000, random: () => 1 } });
      const call = rejectionOf(client.sms.sendMessage.mutate(message, { signal: controller.signal }));
      jest.advanceTimersByTime(1);
      for (let turn = 0; turn < 1_000 && jest.getTimerCount() < 2; turn++) await Promise.resolve();
      expect([sent.length, jest.getTimerCount()]).toEqual([1, 2]);
      controller.abort(new Error("the page was left"));
      expect(await call).toMatchObject({ message: "the page was left" });
      expect(jest.getTimerCount()).toBe(0);
      expect(sent.length).toBe(1);
    } finally {
      jest.useRealTimers();
    }
  });
});
