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
}

export function createMitakeClient(deps: {
  credentials: Credentials;
  config: MitakeConfig;
  http: HttpClient;
}): MitakeClient {
  const { username, password, api_url: base } = deps.credentials;
  return {
    post: async (operation, path, fields, call) => {
      const outcome = await deps.http.send({
        method: "POST",
        // The character set must be declared in the query; without it the provider reads Big5.
        url: `${base}${path}?CharsetURL=${deps.config.charset}`,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ username, password, ...fields }).toString(),
        timeoutMs: call.timeoutMs,
        ...(call.signal && { signal: call.signal }),
      });
      if (outcome.kind === "not_sent") throw notApplied(operation, "not_sent", outcome.reason);
      if (outcome.kind === "unknown") return { kind: "unknown", reason: `no answer (${outcome.reason})` };
      if (outcome.status === 429) throw notApplied(operation, "throttle", "HTTP 429");
      if (outcome.status !== 200) return { kind: "unknown", reason: `HTTP ${outcome.status}` };
      return { kind: "text", text: outcome.text() };
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
