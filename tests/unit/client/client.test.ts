import { describe, expect, test } from "bun:test";
import { CONTRACT_VERSION, isGatewayError, isNoAnswer } from "@luckygas/gateway-client";
import packageFacts from "../../../contracts/package.json" with { type: "json" };
import { OperationError } from "../../../src/platform/errors.ts";
import { createTestApp, tokenFor } from "../../support/http-app.ts";
import { answer, callsOf, clientOf, fetchOf, proxyPage, rejectionOf, scriptedFetch } from "./support.ts";

describe("every request", () => {
  test("carries the token and the contract's version", async () => {
    const { fetch, sent } = scriptedFetch(answer({ valid: true }));
    await clientOf(fetch).einvoice.checkUbn.query({ ubn: "04595257" });
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer token-0001");
    expect(sent[0]?.headers.get("x-gateway-contract")).toBe(CONTRACT_VERSION);
    expect(CONTRACT_VERSION).toBe(packageFacts.version);
  });

  test("asks the token function anew; without a token there is no header", async () => {
    let number = 0;
    const { fetch, sent } = scriptedFetch(answer({ valid: true }));
    const client = clientOf(fetch, { token: async () => `token-${++number}` });
    await client.einvoice.checkUbn.query({ ubn: "04595257" });
    await client.einvoice.checkUbn.query({ ubn: "04595257" });
    await clientOf(fetch, { token: () => "" }).einvoice.checkUbn.query({ ubn: "04595257" });
    const tokens = sent.map(({ headers }) => headers.get("authorization"));
    expect(tokens).toEqual(["Bearer token-1", "Bearer token-2", null]);
  });

  test("a token function that fails is that call's error; nothing is sent, nothing repeated", async () => {
    let asked = 0;
    const { fetch, sent } = scriptedFetch(answer({ valid: true }));
    const token = () => {
      asked++;
      return Promise.reject(new Error("signed out"));
    };
    const error = await rejectionOf(clientOf(fetch, { token }).system.whoAmI.query());
    expect(error).toMatchObject({ message: "signed out" });
    expect(isGatewayError(error) || isNoAnswer(error)).toBe(false);
    expect([asked, sent.length]).toEqual([1, 0]);
  });

  test("holds at most as many calls as allowed, and no longer an address than proxies take", async () => {
    const { fetch, sent } = scriptedFetch(answer({ valid: true }));
    const ask = (client: ReturnType<typeof clientOf>, count: number, ubn: string) =>
      Promise.all(Array.from({ length: count }, () => client.einvoice.checkUbn.query({ ubn })));
    await ask(clientOf(fetch), 45, "04595257");
    expect(sent.map(({ url }) => callsOf(url).length)).toEqual([20, 20, 5]);
    await ask(clientOf(fetch, { batchItemsMax: 2 }), 3, "04595257");
    expect(sent.slice(3).map(({ url }) => callsOf(url).length)).toEqual([2, 1]);
    await ask(clientOf(fetch), 20, "統".repeat(100));
    const long = sent.slice(5);
    expect(long.flatMap(({ url }) => callsOf(url)).length).toBe(20);
    for (const { url } of long) expect(url.href.length).toBeLessThanOrEqual(15_000);
  });
});

test("queries may go by POST, and then nothing of what they ask stands in the address", async () => {
  const input = { to: "0912345678", text: "hello" };
  const { fetch, sent } = scriptedFetch(answer({}));
  await clientOf(fetch).sms.previewMessage.query(input);
  await clientOf(fetch, { queriesByPost: false }).sms.previewMessage.query(input);
  expect(sent.map(({ method, body }) => [method, body])).toEqual([
    ["POST", { 0: input }],
    ["GET", undefined],
  ]);
  expect(sent[0]?.url.href).toBe("https://gateway.example.tw/trpc/sms.previewMessage?batch=1");
});

describe("against the gateway's HTTP surface", () => {
  const failing = (error: Error) => createTestApp({ handlers: { "system.whoAmI": () => Promise.reject(error) } }).app;

  test("a call is answered as the handler answered", async () => {
    const { app } = createTestApp({ handlers: { "system.whoAmI": async (_, { caller }) => caller } });
    const client = clientOf(fetchOf(app), { token: () => tokenFor({ subject: "D1", role: "driver" }) });
    expect(await client.system.whoAmI.query()).toEqual({ subject: "D1", role: "driver" });
  });

  test("an operation's error arrives with code, reason, action, fields and request id", async () => {
    const app = failing(
      new OperationError("state_not_allowed", "the range is used up", {
        reason: "range_exhausted",
        fields: [{ path: "lines.0", rule: "test" }],
      }),
    );
    const error = await rejectionOf(clientOf(fetchOf(app), { token: () => tokenFor() }).system.whoAmI.query());
    if (!isGatewayError(error)) throw error;
    expect(error.message).toBe("the range is used up");
    expect(error.data.httpStatus).toBe(412);
    const { requestId, ...gateway } = error.data.gateway;
    expect(requestId.length).toBeGreaterThan(7);
    expect(gateway).toEqual({
      code: "state_not_allowed",
      reason: "range_exhausted",
      action: "read_state",
      fields: [{ path: "lines.0", rule: "test" }],
    });
  });

  test("wrong input, no token, no right, a fault of the gateway: each is a typed error", async () => {
    const app = failing(new Error("column xyz"));
    const codeOf = async (role: "driver" | "super_admin" | undefined, call: "preview" | "whoAmI") => {
      const client = clientOf(fetchOf(app), { token: async () => (role ? tokenFor({ role }) : "") });
      const calling =
        call === "whoAmI" ? client.system.whoAmI.query() : client.sms.previewMessage.query({ to: "", text: "x" });
      const error = await rejectionOf(calling);
      return isGatewayError(error) ? `${error.data.gateway.code} ${error.data.gateway.action}` : error;
    };
    expect(await codeOf("super_admin", "preview")).toBe("invalid_input fix_input");
    expect(await codeOf(undefined, "preview")).toBe("unauthenticated fix_credentials");
    expect(await codeOf("driver", "preview")).toBe("forbidden ask_for_rights");
    expect(await codeOf("driver", "whoAmI")).toBe("internal report_request_id");
  });

  test("a body over the limit, which no procedure sees, is a typed error too", async () => {
    const { app, reached } = createTestApp();
    const client = clientOf(fetchOf(app), { token: () => tokenFor() });
    const call = client.sms.sendMessage.mutate({
      idempotencyKey: "order-0001",
      to: "0912345678",
      text: "x".repeat(3_000_000),
    });
    const error = await rejectionOf(call);
    expect(isGatewayError(error) && error.data.gateway).toMatchObject({
      code: "invalid_input",
      reason: "body_too_large",
      action: "fix_input",
    });
    expect(reached).toEqual([]);
  });

  test("a call that succeeded unheard is repeated with its key, and the handler can tell", async () => {
    const keys: unknown[] = [];
    const { app } = createTestApp({
      handlers: {
        "sms.sendMessage": async (input) => {
          keys.push(input);
          throw new OperationError("provider_rejected", "seen");
        },
      },
    });
    let cut = true;
    const client = clientOf(
      async (url, init) => {
        const response = await fetchOf(app)(url, init);
        if (!cut) return response;
        cut = false;
        throw new TypeError("connection reset");
      },
      { token: () => tokenFor() },
    );
    const input = { idempotencyKey: "order-0001", to: "0912345678", text: "hello" };
    expect(await rejectionOf(client.sms.sendMessage.mutate(input))).toMatchObject({ message: "seen" });
    expect(keys).toMatchObject([input, input]);
  });
});

describe("what is not an answer of the gateway", () => {
  const bodies = ["<html></html>", "", "null", "7", "{}", "[null]", '{"error":{"code":502,"message":"bad gateway"}}'];
  for (const body of bodies) {
    test(`is told apart: ${JSON.stringify(body)}`, async () => {
      const { fetch } = scriptedFetch(() => new Response(body, { status: 404 }));
      const error = await rejectionOf(clientOf(fetch).system.whoAmI.query());
      expect(isNoAnswer(error) && error.cause).toMatchObject({ reason: "unreadable", httpStatus: 404 });
      expect(isGatewayError(error)).toBe(false);
    });
  }

  test("an error with a code or an action outside the closed lists is no gateway error", () => {
    const errorWith = (gateway: object) =>
      Object.assign(new Error("refused"), { data: { gateway: { requestId: "request-0001", ...gateway } } });
    expect(isGatewayError(errorWith({ code: "conflict", action: "use_new_key" }))).toBe(true);
    expect(isGatewayError(errorWith({ code: "conflict", action: "dance" }))).toBe(false);
    expect(isGatewayError(errorWith({ code: "toString", action: "use_new_key" }))).toBe(false);
    expect(isGatewayError(errorWith({ code: "conflict" }))).toBe(false);
    for (const other of [undefined, null, "conflict", new Error("x"), { data: { gateway: {} } }]) {
      expect(isGatewayError(other)).toBe(false);
      expect(isNoAnswer(other)).toBe(false);
    }
  });

  test("a page of a proxy names its status and nothing of its text", async () => {
    const error = await rejectionOf(clientOf(scriptedFetch(proxyPage(500)).fetch).system.whoAmI.query());
    expect(error).toMatchObject({ message: "the answer with HTTP status 500 is not one of the gateway" });
  });
});
