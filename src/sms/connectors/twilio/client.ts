import { ConnectorError } from "../../../platform/errors.ts";
import type { HttpClient, HttpRequest } from "../../../platform/http-client.ts";
import type { RepeatableClass } from "../../rules/outcomes.ts";
import type { Credentials } from "../credentials.ts";
import type { ConnectorCall } from "../port.ts";

export const PROVIDER = "twilio";

export type TwilioReply = { kind: "reply"; status: number; text: string } | { kind: "unknown"; reason: string };

export interface TwilioClient {
  /** Throws a `ConnectorError` only when certainly nothing was applied. */
  post(operation: string, path: string, form: Record<string, string>, call: ConnectorCall): Promise<TwilioReply>;
  get(operation: string, path: string, query: Record<string, string>, call: ConnectorCall): Promise<TwilioReply>;
}

export function createTwilioClient(deps: { credentials: Credentials; http: HttpClient }): TwilioClient {
  const { username, password, api_url: base } = deps.credentials;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

  async function call(
    operation: string,
    request: Pick<HttpRequest, "method" | "url" | "body" | "headers">,
    { timeoutMs, signal }: ConnectorCall,
  ): Promise<TwilioReply> {
    const outcome = await deps.http.send({
      ...request,
      headers: { ...request.headers, authorization, accept: "application/json" },
      timeoutMs,
      ...(signal && { signal }),
    });
    if (outcome.kind === "not_sent") throw notApplied(operation, "not_sent", outcome.reason);
    if (outcome.kind === "unknown") return { kind: "unknown", reason: `no answer (${outcome.reason})` };
    if (outcome.status === 429) throw notApplied(operation, "throttle", "HTTP 429", "20429");
    return { kind: "reply", status: outcome.status, text: outcome.text() };
  }

  return {
    post: (operation, path, form, options) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const body = new URLSearchParams(form).toString();
      return call(operation, { method: "POST", url: base + path, headers, body }, options);
    },
    get: (operation, path, query, options) => {
      const parameters = new URLSearchParams(query).toString();
      const url = `${base}${path}${parameters === "" ? "" : `?${parameters}`}`;
      return call(operation, { method: "GET", url, headers: {} }, options);
    },
  };
}

/** An error that says: certainly nothing was applied. */
export function notApplied(
  operation: string,
  reason: RepeatableClass,
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
