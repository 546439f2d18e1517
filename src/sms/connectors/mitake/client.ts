import { ConnectorError } from "../../../platform/errors.ts";
import type { HttpClient } from "../../../platform/http-client.ts";
import type { RepeatableClass } from "../../rules/outcomes.ts";
import type { Credentials } from "../credentials.ts";
import type { ConnectorCall } from "../port.ts";
import type { MitakeConfig } from "./config.ts";

export const PROVIDER = "mitake";

export type MitakeReply = { kind: "text"; text: string } | { kind: "unknown"; reason: string };

export interface MitakeClient {
  /** One form to one service, credentials added. Throws a `ConnectorError` only when certainly nothing was applied. */
  post(operation: string, path: string, fields: Record<string, string>, call: ConnectorCall): Promise<MitakeReply>;
  /** Records of a bulk send. Its credentials travel in the address, which is why no address is ever logged. */
  postRecords(operation: string, path: string, records: string, call: ConnectorCall): Promise<MitakeReply>;
}

export function createMitakeClient(deps: {
  credentials: Credentials;
  config: MitakeConfig;
  http: HttpClient;
}): MitakeClient {
  const { username, password, api_url: base } = deps.credentials;
  async function send(
    operation: string,
    request: { url: string; type: string; body: string },
    call: ConnectorCall,
  ): Promise<MitakeReply> {
    const outcome = await deps.http.send({
      method: "POST",
      url: request.url,
      headers: { "content-type": request.type },
      body: request.body,
      timeoutMs: call.timeoutMs,
      ...(call.signal && { signal: call.signal }),
    });
    if (outcome.kind === "not_sent") throw notApplied(operation, "not_sent", outcome.reason);
    if (outcome.kind === "unknown") return { kind: "unknown", reason: `no answer (${outcome.reason})` };
    if (outcome.status === 429) throw notApplied(operation, "throttle", "HTTP 429");
    if (outcome.status !== 200) return { kind: "unknown", reason: `HTTP ${outcome.status}` };
    return { kind: "text", text: outcome.text() };
  }

  const { charset } = deps.config;
  return {
    post: (operation, path, fields, call) => {
      // The character set must be declared in the query; without it the provider reads Big5.
      const url = `${base}${path}?CharsetURL=${charset}`;
      const body = new URLSearchParams({ username, password, ...fields }).toString();
      return send(operation, { url, type: "application/x-www-form-urlencoded", body }, call);
    },
    postRecords: (operation, path, records, call) => {
      const query = new URLSearchParams({ username, password, Encoding_PostIn: charset, smsPointFlag: "1" });
      return send(
        operation,
        { url: `${base}${path}?${query}`, type: "text/plain; charset=utf-8", body: records },
        call,
      );
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
