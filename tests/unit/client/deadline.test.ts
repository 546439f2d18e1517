import { describe, expect, test } from "bun:test";
import { createGatewayClient, isGatewayError, isNoAnswer } from "@luckygas/gateway-client";
import { answer, brokenNetwork, callsOf, clientOf, rejectionOf, type Step, scriptedFetch, silence } from "./support.ts";

const deadlineOf = (error: unknown) => (isNoAnswer(error) ? error.cause : undefined);

describe("a deadline", () => {
  test("ends a call that gets no answer, says so, and aborts the request", async () => {
    const { fetch, sent } = scriptedFetch(silence);
    const error = await rejectionOf(clientOf(fetch, { deadlineMs: 20 }).system.whoAmI.query());
    expect(deadlineOf(error)).toMatchObject({ reason: "deadline", message: "no answer within 20 ms" });
    expect(isGatewayError(error)).toBe(false);
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true]);
  });

  test("counts over all tries together, also while the wait for the next one lasts", async () => {
    const { fetch } = scriptedFetch(brokenNetwork);
    const client = clientOf(fetch, { deadlineMs: 20, retry: { delayMs: 60_000, delayMsMax: 60_000, random: () => 1 } });
    expect(deadlineOf(await rejectionOf(client.system.whoAmI.query()))?.reason).toBe("deadline");
  });

  test("also counts while the token is asked for", async () => {
    const { fetch, sent } = scriptedFetch(silence);
    const client = clientOf(fetch, { deadlineMs: 20, token: () => new Promise(() => {}) });
    expect(deadlineOf(await rejectionOf(client.system.whoAmI.query()))?.reason).toBe("deadline");
    expect(sent).toEqual([]);
  });

  test("can be set for one call, which ends alone; the rest of its batch is answered", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: Step = async ({ url }) => {
      await released;
      return Response.json(callsOf(url).map(() => ({ result: { data: { valid: true } } })));
    };
    const { fetch, sent } = scriptedFetch(slow);
    const client = clientOf(fetch);
    const hasty = client.einvoice.checkUbn.query({ ubn: "04595257" }, { context: { deadlineMs: 10 } });
    const patient = client.einvoice.checkUbn.query({ ubn: "04595257" });
    expect(deadlineOf(await rejectionOf(hasty))?.reason).toBe("deadline");
    expect(sent.length).toBe(1);
    expect(sent[0]?.signal?.aborted).toBe(false);
    release();
    expect(await patient).toEqual({ valid: true });
  });

  test("an answer in time is an answer, and nothing is aborted afterwards", async () => {
    const { fetch, sent } = scriptedFetch(answer({ valid: true }));
    expect(await clientOf(fetch).einvoice.checkUbn.query({ ubn: "04595257" })).toEqual({ valid: true });
    expect(sent[0]?.signal?.aborted).toBe(false);
  });
});

describe("an abort by the caller", () => {
  test("before the call: nothing is sent", async () => {
    const { fetch, sent } = scriptedFetch(answer({ valid: true }));
    const call = clientOf(fetch).einvoice.checkUbn.query({ ubn: "04595257" }, { signal: AbortSignal.abort() });
    const error = await rejectionOf(call);
    expect(error).toMatchObject({ cause: { name: "AbortError" } });
    expect(isNoAnswer(error) || isGatewayError(error)).toBe(false);
    expect(sent).toEqual([]);
  });

  test("during the call: it ends with the caller's reason, and the request is aborted", async () => {
    const controller = new AbortController();
    const { fetch, sent } = scriptedFetch((request) => {
      queueMicrotask(() => controller.abort(new Error("the page was left")));
      return silence(request);
    });
    const call = clientOf(fetch).system.whoAmI.query(undefined, { signal: controller.signal });
    expect(await rejectionOf(call)).toMatchObject({ message: "the page was left" });
    expect(sent.map(({ signal }) => signal?.aborted)).toEqual([true]);
  });

  test("with a reason that is no error still rejects with one", async () => {
    const { fetch } = scriptedFetch(silence);
    const call = clientOf(fetch).system.whoAmI.query(undefined, { signal: AbortSignal.abort("left") });
    expect(await rejectionOf(call)).toMatchObject({ cause: { name: "AbortError", cause: "left" } });
  });
});

test("options out of range are refused by name", () => {
  const url = "https://gateway.example.tw";
  for (const deadlineMs of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 3_600_001]) {
    expect(() => createGatewayClient({ url, deadlineMs })).toThrow("deadlineMs");
  }
  for (const batchItemsMax of [0, 21, 2.5]) expect(() => createGatewayClient({ url, batchItemsMax })).toThrow("batch");
  for (const bad of ["", "gateway.example.tw", "ftp://gateway.example.tw", "https://"]) {
    expect(() => createGatewayClient({ url: bad })).toThrow("url");
  }
});

test("a deadline out of range for one call is that call's error", async () => {
  const { fetch, sent } = scriptedFetch(answer({ valid: true }));
  const call = clientOf(fetch).einvoice.checkUbn.query({ ubn: "04595257" }, { context: { deadlineMs: -5 } });
  expect(await rejectionOf(call)).toMatchObject({ message: expect.stringContaining("deadlineMs") });
  expect(sent).toEqual([]);
});
