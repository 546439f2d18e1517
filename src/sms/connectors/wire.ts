import { ConnectorError } from "../../platform/errors.ts";
import type { HttpClient, HttpRequest } from "../../platform/http-client.ts";
import type { RepeatableClass } from "../rules/outcomes.ts";
import type { ConnectorCall } from "./port.ts";

export type WireReply = { kind: "reply"; status: number; text: string } | { kind: "unknown"; reason: string };
export type TextReply = { kind: "text"; text: string } | { kind: "unknown"; reason: string };

/** An error that says: certainly nothing was applied. */
export type NotApplied = (
  operation: string,
  reason: RepeatableClass,
  message: string,
  providerCode?: string,
) => ConnectorError;

/** Calls one provider over HTTP and keeps "certainly nothing was applied" apart from "nobody knows". */
export interface Wire {
  /** Throws a `ConnectorError` only when certainly nothing was applied: not reached, or HTTP 429. */
  send(operation: string, request: WireRequest, call: ConnectorCall): Promise<WireReply>;
  notApplied: NotApplied;
}

export type WireRequest = Omit<HttpRequest, "timeoutMs" | "signal">;

export function createWire(options: {
  provider: string;
  http: HttpClient;
  /** The provider's own code for HTTP 429. */
  throttleCode?: string;
}): Wire {
  const notApplied = notAppliedBy(options.provider);
  return {
    notApplied,
    send: async (operation, request, { timeoutMs, signal }) => {
      const outcome = await options.http.send({ ...request, timeoutMs, ...(signal && { signal }) });
      if (outcome.kind === "not_sent") throw notApplied(operation, "not_sent", outcome.reason);
      if (outcome.kind === "unknown") return { kind: "unknown", reason: `no answer (${outcome.reason})` };
      if (outcome.status === 429) throw notApplied(operation, "throttle", "HTTP 429", options.throttleCode);
      return { kind: "reply", status: outcome.status, text: outcome.text() };
    },
  };
}

export function notAppliedBy(provider: string): NotApplied {
  return (operation, reason, message, providerCode) =>
    new ConnectorError({
      provider,
      operation,
      retryable: reason !== "account",
      reason,
      providerMessage: message,
      ...(providerCode !== undefined && { providerCode }),
    });
}

/** The text of a provider that says HTTP 200 to successes and errors alike: any other status says nothing certain. */
export function textOf(reply: WireReply): TextReply {
  if (reply.kind === "unknown") return reply;
  return reply.status === 200
    ? { kind: "text", text: reply.text }
    : { kind: "unknown", reason: `HTTP ${reply.status}` };
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** An attempt id that a provider echoed; `undefined` for anything else. */
export function attemptIdOf(text: string | undefined | null): string | undefined {
  const id = text?.trim().toLowerCase() ?? "";
  return UUID.test(id) ? id : undefined;
}
