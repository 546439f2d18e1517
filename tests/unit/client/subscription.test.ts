import { describe, expect, test } from "bun:test";
import { type AppRouter, type GatewayFetch, isGatewayError } from "@luckygas/gateway-client";
import { createTRPCUntypedClient } from "@trpc/client";
import { initTRPC, tracked } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { createEventReader } from "../../../contracts/src/client/event-stream.ts";
import { createRetryPolicy } from "../../../contracts/src/client/retry-link.ts";
import { type SubscriptionOptions, subscriptionLink } from "../../../contracts/src/client/subscription-link.ts";
import { formatError, toTrpcError } from "../../../src/http/errors.ts";
import { OperationError } from "../../../src/platform/errors.ts";

const t = initTRPC.create({
  isDev: false,
  errorFormatter: ({ shape, error }) => formatError(shape, error, "request-0001"),
});

interface CountInput {
  to: number;
  lastEventId?: string;
}

/** Counts on from the last number heard up to `to`, and then ends. */
const router = t.router({
  count: t.procedure
    .input((value: unknown) => value as CountInput) // as: the tests' own input
    .subscription(async function* ({ input }) {
      for (let number = Number(input.lastEventId ?? 0) + 1; number <= input.to; number++) {
        yield tracked(String(number), { number });
      }
    }),
  refuse: t.procedure.subscription(async function* () {
    yield tracked("1", { number: 1 });
    throw toTrpcError(new OperationError("forbidden", "not for you"));
  }),
});

const served: GatewayFetch = (url, init) =>
  fetchRequestHandler({ endpoint: "/trpc", req: new Request(url, init), router, createContext: () => ({}) });

/** The answer's first bytes, and then a broken connection. */
async function cutAfter(bytes: number, answer: Response): Promise<Response> {
  const whole = new Uint8Array(await answer.arrayBuffer());
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(whole.slice(0, bytes));
      controller.error(new TypeError("terminated"));
    },
  });
  return new Response(body, { status: answer.status, headers: answer.headers });
}

function watch(fetch: GatewayFetch, options: Partial<SubscriptionOptions> = {}) {
  const link = subscriptionLink({
    url: "https://gateway.example.tw/trpc",
    fetch,
    headers: async () => ({ authorization: "Bearer token-0001" }),
    policy: createRetryPolicy({ delayMs: 0 }),
    streaming: true,
    silenceMsMax: 10_000,
    pollMs: 1,
    ...options,
  });
  const client = createTRPCUntypedClient<AppRouter>({ links: [link] });
  return (path: string, input: unknown, signal = new AbortController().signal) =>
    client.subscription(path, input, { signal });
}

async function collect(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const upTo = (last: number) =>
  Array.from({ length: last }, (_, index) => ({ id: String(index + 1), data: { number: index + 1 } }));

describe("a subscription", () => {
  test("tells every event with its id, and ends when the gateway ends it", async () => {
    const headers: Headers[] = [];
    const fetch: GatewayFetch = (url, init) => {
      headers.push(new Headers(init.headers));
      return served(url, init);
    };
    expect(await collect(watch(fetch)("count", { to: 3 }))).toEqual(upTo(3));
    expect(headers.length).toBe(1);
    expect(headers[0]?.get("authorization")).toBe("Bearer token-0001");
    expect(headers[0]?.has("x-gateway-stream")).toBe(false);
  });

  test("cut off anywhere, is resumed after the last event heard: none is missed, none comes twice", async () => {
    const whole = new Uint8Array(
      await (await served("https://x/trpc/count?input=%7B%22to%22%3A4%7D", {})).arrayBuffer(),
    );
    for (let bytes = 0; bytes < whole.length; bytes += 7) {
      let cut = true;
      const fetch: GatewayFetch = async (url, init) => {
        const answer = await served(url, init);
        if (!cut) return answer;
        cut = false;
        return cutAfter(bytes, answer);
      };
      expect(await collect(watch(fetch)("count", { to: 4 }))).toEqual(upTo(4));
    }
  });

  test("outlives a network that is away and a proxy that answers for the gateway", async () => {
    const troubles: GatewayFetch[] = [
      () => Promise.reject(new TypeError("fetch failed")),
      async () => new Response("<html></html>", { status: 502 }),
      async () => new Response("<html></html>", { status: 503, headers: { "retry-after": "0" } }),
    ];
    let calls = 0;
    const fetch: GatewayFetch = (url, init) => (troubles[calls++] ?? served)(url, init);
    expect(await collect(watch(fetch)("count", { to: 2 }))).toEqual(upTo(2));
    expect(calls).toBe(4);
  });

  test("that falls silent is resumed", async () => {
    let calls = 0;
    const fetch: GatewayFetch = (url, init) => {
      if (calls++ > 0) return served(url, init);
      return new Promise((_, reject) => {
        init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    };
    expect(await collect(watch(fetch, { silenceMsMax: 10 })("count", { to: 1 }))).toEqual(upTo(1));
    expect(calls).toBe(2);
  });

  test("that the gateway refuses ends with its error, after what was told before", async () => {
    let calls = 0;
    const fetch: GatewayFetch = (url, init) => {
      calls++;
      return served(url, init);
    };
    const heard: unknown[] = [];
    let refusal: unknown;
    try {
      for await (const event of watch(fetch)("refuse", undefined)) heard.push(event);
    } catch (error) {
      refusal = error;
    }
    expect(heard).toEqual(upTo(1));
    expect(isGatewayError(refusal) && refusal.data.gateway.code).toBe("forbidden");
    expect(calls).toBe(1);
  });

  test("that is answered by a refusal before any stream, or by a page, ends too", async () => {
    const data = {
      code: "BAD_REQUEST",
      httpStatus: 400,
      gateway: { code: "invalid_input", action: "fix_input", requestId: "r" },
    };
    const answers: GatewayFetch[] = [
      async () => Response.json({ error: { message: "no", data } }, { status: 400 }),
      async () => new Response("<html></html>", { status: 404 }),
    ];
    const errors = await Promise.all(answers.map((fetch) => collect(watch(fetch)("count", { to: 1 })).catch((e) => e)));
    expect(isGatewayError(errors[0]) && errors[0].data.gateway.code).toBe("invalid_input");
    expect(errors[1]).toMatchObject({ cause: { reason: "unreadable", httpStatus: 404 } });
  });

  test("ends when its caller aborts, and the request with it", async () => {
    const controller = new AbortController();
    let request: AbortSignal | null | undefined;
    const fetch: GatewayFetch = (_, init) => {
      request = init.signal;
      const body = new ReadableStream({
        start(stream) {
          stream.enqueue(new TextEncoder().encode('data: {"number":1}\nid: 1\n\n'));
          init.signal?.addEventListener("abort", () => stream.error(new Error("aborted")));
        },
      });
      return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
    };
    const heard: unknown[] = [];
    for await (const event of watch(fetch)("count", { to: 9 }, controller.signal)) {
      heard.push(event);
      controller.abort();
    }
    expect(heard).toEqual(upTo(1));
    expect(request?.aborted).toBe(true);
  });
});

describe("where answers cannot be read while they come", () => {
  test("the gateway is asked for what there is, again and again, from the last event on", async () => {
    const asked: (string | null)[] = [];
    const fetch: GatewayFetch = async (url, init) => {
      expect(new Headers(init.headers).get("x-gateway-stream")).toBe("poll");
      const last = new URL(url).searchParams.get("lastEventId");
      asked.push(last);
      if (asked.length === 4) return served(url, init);
      const next = Number(last ?? 0) + 1;
      const text = `event: connected\ndata: {}\n\n\ndata: {"number":${next}}\nid: ${next}\n\n\n`;
      return new Response(text, { headers: { "content-type": "text/event-stream" } });
    };
    expect(await collect(watch(fetch, { streaming: false })("count", { to: 4 }))).toEqual(upTo(4));
    expect(asked).toEqual([null, "1", "2", "3"]);
  });
});

describe("the reader of events", () => {
  const text = ": ping\n\nevent: a\r\ndata: 1\r\ndata: 2\r\nid: x\r\n\r\n\n\ndata:3\n\nevent: ping\ndata: \n\n";

  test("reads the same however the text is cut", () => {
    const whole = createEventReader()(text);
    expect(whole.filter(({ data }) => data !== "")).toEqual([
      { type: "a", data: "1\n2", id: "x" },
      { type: "message", data: "3", id: undefined },
    ]);
    for (let at = 1; at < text.length; at++) {
      const read = createEventReader();
      expect([...read(text.slice(0, at)), ...read(text.slice(at))]).toEqual(whole);
    }
  });

  test("refuses an event without end", () => {
    const read = createEventReader();
    expect(() => {
      for (let number = 0; number < 5; number++) read("x".repeat(1_000_000));
    }).toThrow("too long");
    const lines = createEventReader();
    expect(() => {
      for (let number = 0; number < 5; number++) lines(`data: ${"x".repeat(1_000_000)}\n`);
    }).toThrow("too long");
    const events = createEventReader();
    for (let number = 0; number < 5; number++) events(`data: ${"x".repeat(1_000_000)}\n\n`);
  });
});
