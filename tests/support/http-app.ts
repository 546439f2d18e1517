import { contract, type ProcedureContract } from "@luckygas/gateway-client";
import type { Elysia } from "elysia";
import { Registry } from "prom-client";
import { createHttpApp, type HttpApp, type HttpAppDeps } from "../../src/http/app.ts";
import type { Health } from "../../src/http/health.ts";
import { createHttpMetrics } from "../../src/http/metrics.ts";
import { type AllHandlers, createProcedures } from "../../src/http/procedures.ts";
import { createAuthenticator, mintToken, type TokenRequest } from "../../src/platform/auth.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createLog } from "../../src/platform/log.ts";
import { Secret } from "../../src/platform/secret.ts";

const key = new Secret("test-key-0123456789abcdef0123456789");

export const tokenFor = (request: Partial<TokenRequest> = {}, now = new Date()) =>
  mintToken(key, { subject: "U1", role: "super_admin", validForSeconds: 600, ...request }, now);

type AnyEvents = (
  input: unknown,
  context: unknown,
  signal: AbortSignal,
) => AsyncIterable<{ id: string; data: unknown }>;
type AnyHandler = (input: unknown, context: { caller?: unknown }, signal: AbortSignal) => unknown;

export interface TestApp {
  app: HttpApp;
  logLines: string[];
  /** Calls that reached a handler, as `router.procedure`. */
  reached: string[];
}

export interface TestAppOptions {
  /** Handlers by `router.procedure`; every other procedure records its call and answers nothing useful. */
  handlers?: Record<string, AnyHandler>;
  /** Subscriptions by `router.procedure`. */
  events?: Record<string, AnyEvents>;
  health?: Partial<Health>;
  deps?: Partial<HttpAppDeps>;
  extend?: (app: Elysia) => void;
}

/** The HTTP surface over handlers of the test's own; no database, no provider. */
export function createTestApp(options: TestAppOptions = {}): TestApp {
  const logLines: string[] = [];
  const reached: string[] = [];
  const log = createLog({ level: "DEBUG", clock: systemClock, write: (line) => logLines.push(line) });
  const registry = new Registry();
  const noReply = async () => ({ status: 404, body: "" });
  const app = createHttpApp(
    {
      procedures: createProcedures(testHandlers({ ...options.handlers, ...options.events }, reached)),
      authenticator: createAuthenticator({ key, clock: systemClock }),
      webhooks: { every8d: noReply, mitake: noReply, twilio: noReply },
      health: {
        report: async () => ({ status: "healthy", services: { database: { status: "healthy" } } }),
        isReady: async () => true,
        startDraining: () => {},
        ...options.health,
      },
      registry,
      metrics: createHttpMetrics(registry),
      log,
      metricsToken: undefined,
      corsOrigins: [],
      publicBaseUrl: "https://gateway.example.tw",
      ...options.deps,
    },
    options.extend,
  );
  return { app, logLines, reached };
}

export function testHandlers(given: Record<string, AnyHandler>, reached: string[]): AllHandlers {
  const all: Record<string, Record<string, AnyHandler>> = {};
  for (const [router, procedures] of Object.entries(contract)) {
    const handlers: Record<string, AnyHandler> = {};
    for (const name of Object.keys(procedures as Record<string, ProcedureContract>)) {
      handlers[name] = (...parts) => {
        reached.push(`${router}.${name}`);
        return given[`${router}.${name}`]?.(...parts) ?? Promise.resolve(undefined);
      };
    }
    all[router] = handlers;
  }
  // as: a handler for every procedure of the contract, made in a loop.
  return all as unknown as AllHandlers;
}

export interface CallOptions {
  method?: string;
  token?: string;
  body?: string;
  headers?: Record<string, string>;
}

/** One request to the application, as a client would send it. */
export function call(app: HttpApp, path: string, options: CallOptions = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set("authorization", `Bearer ${options.token}`);
  if (options.body !== undefined) {
    headers.set("content-type", "application/json");
    headers.set("content-length", String(Buffer.byteLength(options.body)));
  }
  return app(
    new Request(`http://127.0.0.1${path}`, {
      method: options.method ?? (options.body === undefined ? "GET" : "POST"),
      headers,
      ...(options.body !== undefined && { body: options.body }),
    }),
  );
}
