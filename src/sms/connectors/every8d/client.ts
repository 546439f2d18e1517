import { z } from "zod";
import type { HttpClient } from "../../../platform/http-client.ts";
import type { Credentials } from "../credentials.ts";
import type { ConnectorCall } from "../port.ts";
import { createWire, notAppliedBy, readJson, type TextReply, textOf } from "../wire.ts";
import type { Every8dConfig } from "./config.ts";
import { endpoints } from "./endpoints.ts";

export const PROVIDER = "every8d";
export const notApplied = notAppliedBy(PROVIDER);

/** The provider asks for a new token every eight hours; ours is renewed before that. */
const TOKEN_MS = 7 * 60 * 60 * 1000;
/** Refusals of the credentials, as text or as JSON: nothing was done, so the call may be repeated with a new token. */
const AUTH_REFUSED = /^\s*-(?:2|100|101|300)\s*(?:,|$)|"Status"\s*:\s*"?-(?:2|100|101|300)\b/;
const FORM = "application/x-www-form-urlencoded; charset=utf-8";
const JSON_TYPE = "application/json";

export interface Every8dClient {
  /** One form to one service. Throws a `ConnectorError` only when certainly nothing was applied. */
  post(operation: string, path: string, fields: Record<string, string>, call: ConnectorCall): Promise<TextReply>;
  /** As `post`, with JSON; such a service knows bearer tokens only, whatever the settings say. */
  postJson(operation: string, path: string, content: unknown, call: ConnectorCall): Promise<TextReply>;
}

const tokenSchema = z.discriminatedUnion("Result", [
  z.object({ Result: z.literal(true), Msg: z.string().min(1) }),
  z.object({ Result: z.literal(false), Status: z.string() }),
]);

interface Body {
  type: string;
  text: string;
}

export function createEvery8dClient(deps: {
  credentials: Credentials;
  config: Every8dConfig;
  http: HttpClient;
  now(): Date;
}): Every8dClient {
  const { username, password, api_url: base } = deps.credentials;
  const wire = createWire({ provider: PROVIDER, http: deps.http });
  let token: { text: string; until: number } | undefined;

  async function send(operation: string, path: string, call: ConnectorCall, body: Body & { bearer?: string }) {
    const headers = {
      "content-type": body.type,
      ...(body.bearer !== undefined && { authorization: `Bearer ${body.bearer}` }),
    };
    return textOf(await wire.send(operation, { method: "POST", url: base + path, headers, body: body.text }, call));
  }

  async function currentToken(call: ConnectorCall): Promise<string> {
    if (token && token.until > deps.now().getTime()) return token.text;
    const login = { HandlerType: 3, VerifyType: 1, UID: username, PWD: password };
    const body = { type: JSON_TYPE, text: JSON.stringify(login) };
    const reply = await send("ConnectionHandler", endpoints.connection, call, body);
    const parsed = tokenSchema.safeParse(reply.kind === "text" ? readJson(reply.text) : undefined);
    // Nothing effectful was asked yet, so an unreadable answer here is no unknown outcome of the message.
    if (!parsed.success) throw notApplied("ConnectionHandler", "transient", "no token was given");
    if (!parsed.data.Result) {
      throw notApplied("ConnectionHandler", "account", "credentials refused", parsed.data.Status);
    }
    token = { text: parsed.data.Msg, until: deps.now().getTime() + TOKEN_MS };
    return token.text;
  }

  async function sendWithToken(operation: string, path: string, call: ConnectorCall, body: Body): Promise<TextReply> {
    const hadToken = token !== undefined;
    const reply = await send(operation, path, call, { ...body, bearer: await currentToken(call) });
    if (!hadToken || reply.kind !== "text" || !AUTH_REFUSED.test(reply.text)) return reply;
    token = undefined;
    return send(operation, path, call, { ...body, bearer: await currentToken(call) });
  }

  const form = (fields: Record<string, string>): Body => ({ type: FORM, text: new URLSearchParams(fields).toString() });

  return {
    post: (operation, path, fields, call) =>
      deps.config.auth === "password"
        ? send(operation, path, call, form({ UID: username, PWD: password, ...fields }))
        : sendWithToken(operation, path, call, form(fields)),
    postJson: (operation, path, content, call) =>
      sendWithToken(operation, path, call, { type: JSON_TYPE, text: JSON.stringify(content) }),
  };
}
