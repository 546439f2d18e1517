import { describe, expect, test } from "bun:test";
import { WEBHOOK_BODY_BYTES_MAX } from "../../../src/http/body-limit.ts";
import { createProcedures } from "../../../src/http/procedures.ts";
import { createCallerLimits } from "../../../src/platform/rate-limit.ts";
import { call, createTestApp, testHandlers, tokenFor } from "../../support/http-app.ts";

const whoAmI = { "system.whoAmI": async (_: unknown, { caller }: { caller?: unknown }) => caller };

describe("security headers", () => {
  test("stand on every answer, errors and refusals included", async () => {
    const { app } = createTestApp();
    const paths = ["/livez", "/trpc/system.whoAmI", "/api/v1/who-am-i", "/nothing", "/docs", "/api/v1/openapi.json"];
    for (const path of paths) {
      const { headers } = await call(app, path);
      expect({ path, headers: Object.fromEntries(headers) }).toMatchObject({
        headers: {
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "x-frame-options": "DENY",
          "content-security-policy": expect.stringContaining("default-src 'none'"),
          "cross-origin-resource-policy": "same-origin",
          "strict-transport-security": expect.stringContaining("max-age="),
          "x-request-id": expect.any(String),
        },
      });
    }
  });

  test("the page keeps its own policy; without https no browser is told to insist on it", async () => {
    const { app } = createTestApp({ deps: { publicBaseUrl: "http://127.0.0.1:8080" } });
    const { headers } = await call(app, "/docs");
    expect(headers.get("content-security-policy")).toContain("style-src 'sha256-");
    expect(headers.get("strict-transport-security")).toBeNull();
  });
});

describe("limits of a caller", () => {
  const limited = () => {
    const limits = createCallerLimits({ callsPerSecond: 1, nowMs: () => 0 });
    return createTestApp({ deps: { procedures: createProcedures(testHandlers(whoAmI, []), { limits }) } }).app;
  };

  test("429 with reason and retry-after, by tRPC and by REST; others are not touched", async () => {
    const app = limited();
    const token = await tokenFor({ subject: "S1", role: "service" });
    for (let count = 0; count < 10; count += 1)
      expect((await call(app, "/api/v1/who-am-i", { token })).status).toBe(200);
    for (const path of ["/trpc/system.whoAmI", "/api/v1/who-am-i"]) {
      const response = await call(app, path, { token });
      expect(response.status).toBe(429);
      expect(response.headers.get("retry-after")).toBe("1");
      expect((await response.json()).error.data.gateway).toMatchObject({
        code: "rate_limited",
        reason: "caller_limit",
      });
    }
    const other = await tokenFor({ subject: "S2", role: "service" });
    expect((await call(app, "/api/v1/who-am-i", { token: other })).status).toBe(200);
  });

  test("each call of a batch counts", async () => {
    const app = limited();
    const token = await tokenFor({ subject: "S1", role: "service" });
    const response = await call(app, `/trpc/${Array(20).fill("system.whoAmI").join(",")}?batch=1`, { token });
    const results: { error?: unknown }[] = await response.json();
    expect(results.filter(({ error }) => error).length).toBe(10);
    expect(response.headers.get("retry-after")).toBe("1");
  });
});

describe("a call that takes too long", () => {
  const never = () => new Promise<never>(() => {});
  const slow = (name: string) =>
    createTestApp({ deps: { procedures: createProcedures(testHandlers({ [name]: never }, []), { callMsMax: 20 }) } })
      .app;

  test("is answered as not known; one with a key may be repeated, another is looked at", async () => {
    const token = await tokenFor();
    const gateway = async (name: string, input: object) => {
      const response = await call(slow(name), `/trpc/${name}`, { token, body: JSON.stringify(input) });
      expect(response.status).toBe(503);
      return (await response.json()).error.data.gateway;
    };
    const message = { idempotencyKey: "key-00000001", to: "0912345678", text: "hello" };
    expect(await gateway("sms.sendMessage", message)).toMatchObject({
      reason: "call_timeout",
      action: "repeat_with_same_key",
    });
    const batch = { batchId: "01946a2b-7c30-7000-8000-0123456789ab" };
    expect(await gateway("banking.sendBatch", batch)).toMatchObject({ reason: "call_timeout", action: "read_state" });
  });
});

describe("receipts", () => {
  test("are read up to their own limit", async () => {
    const { app } = createTestApp();
    const send = (size: number) => call(app, "/api/v1/webhooks/sms/every8d/x", { body: "x".repeat(size) });
    expect((await send(WEBHOOK_BODY_BYTES_MAX)).status).toBe(404); // the provider's own answer
    expect((await send(WEBHOOK_BODY_BYTES_MAX + 1)).status).toBe(413);
  });
});

describe("access lines", () => {
  const accessLine = async (path: string, headers: Record<string, string> = {}, token?: string) => {
    const { app, logLines } = createTestApp({ handlers: whoAmI, deps: { gcpProjectId: "luckygas-prod" } });
    await call(app, path, { headers, ...(token && { token }) });
    const lines = logLines.map((line) => JSON.parse(line)).filter((line) => line.httpRequest);
    expect(lines.length).toBe(1);
    return lines[0];
  };

  test("one a request, with route, status, caller and nothing of the address", async () => {
    const token = await tokenFor({ subject: "D1", role: "driver" });
    expect(await accessLine("/api/v1/who-am-i?phone=0912345678", {}, token)).toMatchObject({
      severity: "INFO",
      message: "GET system.whoAmI 200",
      subject: "D1",
      role: "driver",
      httpRequest: {
        requestMethod: "GET",
        requestUrl: "system.whoAmI",
        status: 200,
        latency: expect.stringMatching(/^\d+\.\d{6}s$/),
      },
    });
    expect(await accessLine("/livez")).toMatchObject({ severity: "DEBUG" });
    expect(await accessLine("/0912345678/secret")).toMatchObject({ message: "GET (unknown) 404" });
    expect(await accessLine("/trpc/secret.token,system.whoAmI?batch=1")).toMatchObject({
      message: "GET /trpc/(unknown),system.whoAmI 207",
    });
    const webhook = await accessLine("/api/v1/webhooks/sms/every8d/callback-secret?RM=0912345678");
    expect(webhook).toMatchObject({ message: "GET webhook.every8d 404" });
    expect(JSON.stringify(webhook)).not.toMatch(/callback-secret|0912/);
  });

  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const named = `projects/luckygas-prod/traces/${trace}`;
  const cases: [string, Record<string, string>, unknown][] = [
    [
      "traceparent",
      { traceparent: `00-${trace}-00f067aa0ba902b7-01` },
      {
        "logging.googleapis.com/trace": named,
        "logging.googleapis.com/spanId": "00f067aa0ba902b7",
        "logging.googleapis.com/trace_sampled": true,
      },
    ],
    [
      "X-Cloud-Trace-Context",
      { "x-cloud-trace-context": `${trace}/67667974448284343;o=1` },
      {
        "logging.googleapis.com/trace": named,
        "logging.googleapis.com/spanId": "00f067aa0ba902b7",
        "logging.googleapis.com/trace_sampled": true,
      },
    ],
    [
      "X-Cloud-Trace-Context without a span",
      { "x-cloud-trace-context": trace },
      { "logging.googleapis.com/trace": named },
    ],
  ];
  for (const [what, headers, expected] of cases) {
    test(`the trace is that of ${what}`, async () => {
      expect(await accessLine("/livez", headers)).toMatchObject(expected as object);
    });
  }

  test("a header that is no trace adds nothing", async () => {
    for (const value of ["00-0-0-0", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, 'x" injected']) {
      const line = await accessLine("/livez", { traceparent: value });
      expect(Object.keys(line).filter((name) => name.startsWith("logging"))).toEqual([]);
    }
  });
});
