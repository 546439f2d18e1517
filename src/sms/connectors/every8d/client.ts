import { z } from "zod";
import { ConnectorError } from "../../../platform/errors.ts";
import type { HttpClient, HttpOutcome } from "../../../platform/http-client.ts";
import type { Credentials } from "../credentials.ts";
import type { ConnectorCall } from "../port.ts";
import type { Every8dConfig } from "./config.ts";
import { endpoints } from "./endpoints.ts";

export const PROVIDER = "every8d";

/** The provider asks for a new token every eight hours; ours is renewed before that. */
const TOKEN_MS = 7 * 60 * 60 * 1000;
/** Refusals of the credentials: nothing was done, so the call may be repeated with a new token. */
const AUTH_REFUSED = /^\s*-(?:2|100|101|300)\s*(?:,|$)/;

export type Every8dReply = { kind: "text"; text: string } | { kind: "unknown"; reason: string };

export interface Every8dClient {
  /** One form to one service. Throws a `ConnectorError` only when certainly nothing was applied. */
  post(operation: string, path: string, fields: Record<string, string>, call: ConnectorCall): Promise<Every8dReply>;
}

const tokenSchema = z.discriminatedUnion("Result", [
  z.object({ Result: z.literal(true), Msg: z.string().min(1) }),
  z.object({ Result: z.literal(false), Status: z.string() }),
]);

export function createEvery8dClient(deps: {
  credentials: Credentials;
  config: Every8dConfig;
  http: HttpClient;
  now(): Date;
}): Every8dClient {
  const { username, password, api_url: base } = deps.credentials;
  let token: { text: string; until: number } | undefined;

  async function send(
    operation: string,
    path: string,
    call: ConnectorCall,
    body: { type: string; text: string; bearer?: string },
  ): Promise<Every8dReply> {
    const outcome = await deps.http.send({
      method: "POST",
      url: base + path,
      headers: {
        "content-type": body.type,
        ...(body.bearer !== undefined && { authorization: `Bearer ${body.bearer}` }),
      },
      body: body.text,
      timeoutMs: call.timeoutMs,
      ...(call.signal && { signal: call.signal }),
    });
    return readOutcome(operation, outcome);
  }

  async function currentToken(call: ConnectorCall): Promise<string> {
    if (token && token.until > deps.now().getTime()) return token.text;
    const login = { HandlerType: 3, VerifyType: 1, UID: username, PWD: password };
    const type = "application/json";
    const reply = await send("ConnectionHandler", endpoints.connection, call, { type, text: JSON.stringify(login) });
    const parsed = tokenSchema.safeParse(reply.kind === "text" ? readJson(reply.text) : undefined);
    // Nothing effectful was asked yet, so an unreadable answer here is no unknown outcome of the message.
    if (!parsed.success) throw notApplied("ConnectionHandler", "transient", "no token was given");
    if (!parsed.data.Result) {
      throw notApplied("ConnectionHandler", "account", "credentials refused", parsed.data.Status);
    }
    token = { text: parsed.data.Msg, until: deps.now().getTime() + TOKEN_MS };
    return token.text;
  }

  const form = (fields: Record<string, string>) => ({
    type: "application/x-www-form-urlencoded; charset=utf-8",
    text: new URLSearchParams(fields).toString(),
  });

  return {
    post: async (operation, path, fields, call) => {
      if (deps.config.auth === "password") {
        return send(operation, path, call, form({ UID: username, PWD: password, ...fields }));
      }
      const hadToken = token !== undefined;
      const reply = await send(operation, path, call, { ...form(fields), bearer: await currentToken(call) });
      if (!hadToken || reply.kind !== "text" || !AUTH_REFUSED.test(reply.text)) return reply;
      token = undefined;
      return send(operation, path, call, { ...form(fields), bearer: await currentToken(call) });
    },
  };
}

function readOutcome(operation: string, outcome: HttpOutcome): Every8dReply {
  if (outcome.kind === "not_sent") throw notApplied(operation, "not_sent", outcome.reason);
  if (outcome.kind === "unknown") return { kind: "unknown", reason: `no answer (${outcome.reason})` };
  if (outcome.status === 429) throw notApplied(operation, "throttle", "HTTP 429");
  if (outcome.status !== 200) return { kind: "unknown", reason: `HTTP ${outcome.status}` };
  return { kind: "text", text: outcome.text() };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An error that says: certainly nothing was applied. */
export function notApplied(
  operation: string,
  reason: "not_sent" | "transient" | "throttle" | "account",
  message: string,
  providerCode?: string,
): ConnectorError {
  return new ConnectorError({
    provider: PROVIDER,
    operation,
    retryable: reason !== "account",
    reason,
    providerMessage: message,
    ...(providerCode !== undefined && { providerCode }),
  });
}
