import { describe, expect, test } from "bun:test";
import { OperationError } from "../../../src/platform/errors.ts";
import { Secret } from "../../../src/platform/secret.ts";
import { call, createTestApp, tokenFor } from "../../support/http-app.ts";

const whoAmI = { "system.whoAmI": async (_: unknown, { caller }: { caller?: unknown }) => caller };

async function gatewayError(response: Response) {
  const body = await response.json();
  return body.error.data;
}

describe("who may call", () => {
  test("a valid token reaches the procedure, by tRPC and by REST", async () => {
    const { app } = createTestApp({ handlers: whoAmI });
    const token = await tokenFor({ subject: "D1", role: "driver" });
    const viaTrpc = await call(app, "/trpc/system.whoAmI", { token });
    expect(await viaTrpc.json()).toEqual({ result: { data: { subject: "D1", role: "driver" } } });
    const viaRest = await call(app, "/api/v1/who-am-i", { token });
    expect(await viaRest.json()).toEqual({ subject: "D1", role: "driver" });
  });

  const bad = [
    ["no token", undefined, "token_missing"],
    ["nonsense", "nonsense", "token_malformed"],
  ] as const;
  for (const [what, token, reason] of bad) {
    test(`${what}: 401 with the reason, and no handler runs`, async () => {
      const { app, reached } = createTestApp({ handlers: whoAmI });
      for (const path of ["/trpc/system.whoAmI", "/api/v1/who-am-i"]) {
        const response = await call(app, path, { ...(token && { token }) });
        expect(response.status).toBe(401);
        const data = await gatewayError(response);
        expect(data).toMatchObject({ code: "UNAUTHORIZED", httpStatus: 401 });
        expect(data.gateway).toMatchObject({ code: "unauthenticated", reason, action: "fix_credentials" });
      }
      expect(reached).toEqual([]);
    });
  }

  test("an expired token says so", async () => {
    const { app } = createTestApp();
    const token = await tokenFor({ validForSeconds: 60 }, new Date(Date.now() - 3_600_000));
    const response = await call(app, "/trpc/system.whoAmI", { token });
    expect((await gatewayError(response)).gateway.reason).toBe("token_expired");
  });
});

describe("errors", () => {
  const failing = (error: unknown) =>
    createTestApp({
      handlers: {
        "system.whoAmI": async () => {
          throw error;
        },
      },
    });

  test("an operation's error keeps its code, reason and fields", async () => {
    const error = new OperationError("state_not_allowed", "the range is used up", {
      reason: "range_exhausted",
      fields: [{ path: "lines.0", rule: "test" }],
      detail: "internal detail",
    });
    const { app } = failing(error);
    const token = await tokenFor();
    for (const path of ["/trpc/system.whoAmI", "/api/v1/who-am-i"]) {
      const response = await call(app, path, { token, headers: { "x-request-id": "request-0001" } });
      expect(response.status).toBe(412);
      expect(response.headers.get("x-request-id")).toBe("request-0001");
      const text = await response.text();
      expect(JSON.parse(text).error.data.gateway).toEqual({
        code: "state_not_allowed",
        reason: "range_exhausted",
        action: "read_state",
        fields: [{ path: "lines.0", rule: "test" }],
        requestId: "request-0001",
      });
      expect(text).not.toContain("internal detail");
    }
  });

  test("an unexpected error tells the caller nothing but the request id, and the log its cause", async () => {
    const { app, logLines } = failing(new Error("column xyz of hunter2"));
    const token = await tokenFor();
    for (const path of ["/trpc/system.whoAmI", "/api/v1/who-am-i"]) {
      const response = await call(app, path, { token });
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(text).not.toContain("column");
      expect(text).not.toContain("stack");
      expect(JSON.parse(text).error.data.gateway).toMatchObject({ code: "internal", action: "report_request_id" });
    }
    expect(logLines.filter((line) => line.includes("column xyz")).length).toBeGreaterThanOrEqual(2);
  });

  test("a database that is away is 503 with the advice to repeat", async () => {
    const { app } = failing(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }));
    for (const path of ["/trpc/system.whoAmI", "/api/v1/who-am-i"]) {
      const response = await call(app, path, { token: await tokenFor() });
      expect(response.status).toBe(503);
      const { gateway } = await gatewayError(response);
      expect(gateway).toMatchObject({ reason: "database_unavailable", action: "repeat_with_same_key" });
    }
  });

  test("an answer that breaks its own contract is an internal error and shows nothing of the value", async () => {
    const { app } = createTestApp({ handlers: { "system.whoAmI": async () => ({ subject: 7, role: "hunter2" }) } });
    const response = await call(app, "/trpc/system.whoAmI", { token: await tokenFor() });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
  });

  test("malformed JSON: 400 in tRPC and REST", async () => {
    const { app, reached } = createTestApp();
    const token = await tokenFor();
    for (const path of ["/trpc/sms.sendMessage", "/api/v1/sms/test"]) {
      const response = await call(app, path, { token, body: '{"to": ' });
      expect(response.status).toBe(400);
      expect((await gatewayError(response)).gateway.code).toBe("invalid_input");
    }
    expect(reached).toEqual([]);
  });

  test("a body over the limit: 413 naming the rule, with and without a declared length", async () => {
    const { app, reached } = createTestApp();
    const token = await tokenFor();
    const body = JSON.stringify({ text: "x".repeat(10 * 1024 * 1024) });
    const declared = await call(app, "/trpc/sms.sendMessage", { token, body });
    const chunked = await app(
      new Request("http://127.0.0.1/trpc/sms.sendMessage", {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: new Blob([body]).stream(),
      }),
    );
    for (const response of [declared, chunked]) {
      expect(response.status).toBe(413);
      const { gateway } = await gatewayError(response);
      expect(gateway).toMatchObject({ code: "invalid_input", reason: "body_too_large", fields: [{ path: "(body)" }] });
    }
    expect(reached).toEqual([]);
  });

  test("unknown procedures and addresses: 404 in the same shape", async () => {
    const { app } = createTestApp();
    for (const path of ["/trpc/system.nothing", "/api/v1/nothing", "/"]) {
      const response = await call(app, path, { token: await tokenFor() });
      expect(response.status).toBe(404);
      expect((await gatewayError(response)).gateway.code).toBe("not_found");
    }
  });

  test("a batch over the limit is refused; one within it answers each call", async () => {
    const { app } = createTestApp({ handlers: whoAmI });
    const token = await tokenFor();
    const batch = (size: number) => `/trpc/${Array(size).fill("system.whoAmI").join(",")}?batch=1`;
    expect((await call(app, batch(21), { token })).status).toBe(400);
    const answered = await call(app, batch(20), { token });
    expect((await answered.json()).length).toBe(20);
  });
});

describe("regression: a hook that reads the body", () => {
  test("a mutation's body reaches the tRPC adapter unread", async () => {
    const inputs: unknown[] = [];
    const bodies: unknown[] = [];
    const { app } = createTestApp({
      extend: (elysia) => {
        elysia.onBeforeHandle(({ body }) => {
          bodies.push(body);
        });
      },
      handlers: {
        "sms.sendMessage": async (input) => {
          inputs.push(input);
        },
      },
    });
    const input = { idempotencyKey: "key-00000001", to: "0912345678", text: "hello" };
    await call(app, "/trpc/sms.sendMessage", { token: await tokenFor(), body: JSON.stringify(input) });
    expect(inputs).toMatchObject([{ idempotencyKey: "key-00000001", text: "hello" }]);
    expect(bodies.length).toBe(1);
  });
});

describe("platform endpoints", () => {
  test("health is public and in the guide's shape; 503 only when the gateway itself cannot serve", async () => {
    const { app } = createTestApp();
    for (const path of ["/api/v1/health", "/api/v1/health/"]) {
      const response = await call(app, path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ status: "healthy", services: { database: { status: "healthy" } } });
    }
    const sick = createTestApp({ health: { report: async () => ({ status: "unhealthy", services: {} }) } });
    expect((await call(sick.app, "/api/v1/health/")).status).toBe(503);
  });

  test("livez always, readyz only when ready", async () => {
    const { app } = createTestApp({ health: { isReady: async () => false } });
    expect((await call(app, "/livez")).status).toBe(200);
    expect((await call(app, "/readyz")).status).toBe(503);
  });

  test("metrics need their token where one is set", async () => {
    const { app } = createTestApp({ deps: { metricsToken: new Secret("metrics-token-1234") } });
    expect((await call(app, "/metrics")).status).toBe(401);
    expect((await call(app, "/metrics", { token: "metrics-token-1235" })).status).toBe(401);
    const response = await call(app, "/metrics", { token: "metrics-token-1234" });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("http_requests_total");
  });

  test("only listed origins get CORS headers", async () => {
    const { app } = createTestApp({ deps: { corsOrigins: ["https://app.example.tw"] } });
    const allowed = await call(app, "/livez", { headers: { origin: "https://app.example.tw" } });
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example.tw");
    const other = await call(app, "/livez", { headers: { origin: "https://evil.example" } });
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
    const preflight = await call(app, "/trpc/system.whoAmI", {
      method: "OPTIONS",
      headers: { origin: "https://app.example.tw" },
    });
    expect(preflight.headers.get("access-control-allow-headers")).toContain("authorization");
  });

  test("a webhook gets its secret segment, the public address and the peer; the token is not logged", async () => {
    const seen: { token?: string; url: string; remoteAddress?: string }[] = [];
    const { app, logLines } = createTestApp({
      deps: {
        webhooks: {
          every8d: async ({ token, url, remoteAddress }) => {
            seen.push({ ...(token && { token }), url: url.href, ...(remoteAddress && { remoteAddress }) });
            return { status: 200, body: "OK" };
          },
          mitake: async () => ({
            status: 200,
            body: "magicid=sms_gateway_rpack\nmsgid=1\n",
            headers: { "content-type": "text/plain" },
          }),
          twilio: async () => ({ status: 204, body: "" }),
        },
      },
    });
    const request = new Request(
      "http://10.0.0.5/api/v1/webhooks/sms/every8d/secret-token?BatchID=1&RM=%2B886912345678",
    );
    const response = await app(request, () => "203.0.113.9");
    expect(await response.text()).toBe("OK");
    expect(seen).toEqual([
      {
        token: "secret-token",
        url: "https://gateway.example.tw/api/v1/webhooks/sms/every8d/secret-token?BatchID=1&RM=%2B886912345678",
        remoteAddress: "203.0.113.9",
      },
    ]);
    const mitake = await call(app, "/api/v1/webhooks/sms/mitake/x?msgid=1");
    expect(await mitake.text()).toBe("magicid=sms_gateway_rpack\nmsgid=1\n");
    expect(logLines.join("\n")).not.toContain("secret-token");
  });
});

test("the API's document and its readable page are served", async () => {
  const { app } = createTestApp();
  const document = await call(app, "/api/v1/openapi.json");
  expect(await document.json()).toMatchObject({ openapi: expect.stringMatching(/^3\.1/), paths: expect.any(Object) });
  const page = await call(app, "/docs");
  expect(page.headers.get("content-type")).toStartWith("text/html");
});
