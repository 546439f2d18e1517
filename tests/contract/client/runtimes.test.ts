import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { createTestApp, tokenFor } from "../../support/http-app.ts";
import { exampleHandlers } from "../../unit/http/rest-requests.ts";

const root = join(import.meta.dir, "../../..");
const messageId = "0194b1f0-7c3a-7e1e-9d7a-3f2b1c0d9e8f";

const messageEvent = {
  id: messageId,
  to: "0912***678",
  statusReason: null,
  statusAt: "2025-01-15T01:00:00.000Z",
  messageType: "delivery_arrived",
  provider: null,
};

/** One program for every runtime: a call, a refusal, three events, an offline call. It resolves to what it found. */
const program = `
import { createGatewayClient, isGatewayError } from "@luckygas/gateway-client/client";
import { createOfflineQueue } from "@luckygas/gateway-client/offline";
import { createGatewayQueryOptions } from "@luckygas/gateway-client/query";

globalThis.tryGateway = async (url, token) => {
  const gateway = createGatewayClient({ url, token, pollMs: 10, retry: { delayMs: 1 } });
  const me = await gateway.system.whoAmI.query();
  const refused = await gateway.sms.sendMessage.mutate({ idempotencyKey: "x", to: "", text: "" }).catch((error) => error);
  const heard = [];
  for await (const { id, data } of gateway.sms.watchMessages.subscribe({})) {
    heard.push(id + " " + data.status);
    if (heard.length === 3) break;
  }
  let stored = null;
  const settled = [];
  const queue = createOfflineQueue({
    calls: { tell: gateway.sms.sendTemplate.mutate },
    storage: { read: async () => stored, write: async (text) => { stored = text; } },
    onSettled: ({ outcome }) => { settled.push(outcome.kind); },
  });
  await queue.add("tell", { to: "0912345678", code: "delivery_arrived" });
  const { left } = await queue.flush();
  const { queryFn } = createGatewayQueryOptions(gateway).system.whoAmI.queryOptions();
  const again = await queryFn({ signal: new AbortController().signal });
  const code = isGatewayError(refused) ? refused.data.gateway.code : String(refused);
  return JSON.stringify({ subject: me.subject, code, heard, settled, left, again: again.subject });
};
`;

const expected = {
  subject: "U1",
  code: "invalid_input",
  heard: [`1.${messageId} queued`, `2.${messageId} submitted`, `3.${messageId} delivered`],
  settled: ["answered"],
  left: 0,
  again: "U1",
};

describe("the same program, bundled without the schemas,", () => {
  let server: { url: URL; stop(force: boolean): Promise<void> };
  let folder: string;
  let bundle: string;
  let token: string;

  beforeAll(async () => {
    token = await tokenFor({ subject: "U1", role: "manager" });
    const statuses = ["queued", "submitted", "delivered"];
    const { app } = createTestApp({
      handlers: {
        ...exampleHandlers,
        "system.whoAmI": async () => ({ subject: "U1", role: "manager" }),
      },
      events: {
        "sms.watchMessages": async function* (input) {
          const last = Number(/"lastEventId":"(\d+)/.exec(JSON.stringify(input))?.[1] ?? 0);
          for (const [index, status] of statuses.entries()) {
            const id = `${index + 1}.${messageId}`;
            if (index >= last) yield { id, data: { ...messageEvent, status } };
          }
        },
      },
    });
    server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => app(request) });
    folder = await mkdtemp(join(tmpdir(), "client-runtimes-"));
    const entry = join(folder, "program.js");
    await writeFile(entry, program);
    const built = await Bun.build({
      entrypoints: [entry],
      target: "browser",
      format: "esm",
      plugins: [
        {
          name: "the repository's packages",
          setup: (build) => {
            build.onResolve({ filter: /^@luckygas/ }, ({ path }) => ({ path: Bun.resolveSync(path, root) }));
          },
        },
      ],
    });
    bundle = (await built.outputs[0]?.text()) ?? "";
  });

  afterAll(async () => {
    await server?.stop(true);
    await rm(folder, { recursive: true, force: true });
  });

  test("holds nothing of Node, nothing of Bun, no EventSource and no schema", () => {
    expect(bundle).not.toMatch(/node:|\brequire\(|\bprocess\.|\bBuffer\b|\bBun\./);
    expect(bundle).not.toMatch(/new EventSource/);
    expect(bundle).not.toContain("ZodObject");
  });

  const runtimes = [process.execPath, Bun.which("node")].filter((path) => path !== null);
  test.each(runtimes)("runs on %s", async (runtime) => {
    const file = join(folder, "run.mjs");
    await writeFile(file, `${bundle}\ntryGateway(...process.argv.slice(2)).then(console.log);`);
    const child = Bun.spawn([runtime, file, server.url.origin, token], { stdout: "pipe", stderr: "pipe" });
    const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    expect(errors).toBe("");
    expect(JSON.parse(output)).toEqual(expected);
  });

  test("runs where there is no more than React Native has: no readable answers, no crypto, no newer parts of AbortSignal", async () => {
    const asked: string[] = [];
    const context = createContext({
      fetch: reactNativeFetch(asked),
      setTimeout,
      clearTimeout,
      AbortController: ReactNativeAbortController,
      Headers,
      console,
    });
    runInContext(bundle, context);
    const found: unknown = await runInContext(
      `tryGateway(${JSON.stringify(server.url.origin)}, ${JSON.stringify(token)})`,
      context,
    );
    expect(JSON.parse(String(found))).toEqual(expected);
    expect(asked).toContain("poll");
  });
});

/** An answer that can be read when it has ended, and not before; its `body` is absent. */
function reactNativeFetch(asked: string[]) {
  return async (url: string, init: RequestInit = {}) => {
    asked.push(new Headers(init.headers).get("x-gateway-stream") ?? "");
    const { signal: _, ...sent } = init;
    const { status, ok, headers, text } = await fetch(url, sent).then(async (response) => {
      const whole = await response.text();
      return { status: response.status, ok: response.ok, headers: response.headers, text: async () => whole };
    });
    return { status, ok, headers, text, json: async () => JSON.parse(await text()) };
  };
}

type Listener = () => void;

/** What React Native's own has: `aborted` and the event; no `reason`, no `throwIfAborted`, no `any` and no `timeout`. */
class ReactNativeAbortController {
  readonly signal = {
    aborted: false,
    listeners: new Set<Listener>(),
    addEventListener: (_: string, listener: Listener) => this.signal.listeners.add(listener),
    removeEventListener: (_: string, listener: Listener) => this.signal.listeners.delete(listener),
  };
  abort() {
    if (this.signal.aborted) return;
    this.signal.aborted = true;
    for (const listener of this.signal.listeners) listener();
  }
}
