import type { HttpClient } from "../../../platform/http-client.ts";
import type { Credentials } from "../credentials.ts";
import type { ConnectorCall } from "../port.ts";
import { createWire, notAppliedBy, type WireReply, type WireRequest } from "../wire.ts";

export const PROVIDER = "twilio";
export const notApplied = notAppliedBy(PROVIDER);

export interface TwilioClient {
  /** Throws a `ConnectorError` only when certainly nothing was applied. */
  post(operation: string, path: string, form: Record<string, string>, call: ConnectorCall): Promise<WireReply>;
  get(operation: string, path: string, query: Record<string, string>, call: ConnectorCall): Promise<WireReply>;
}

export function createTwilioClient(deps: { credentials: Credentials; http: HttpClient }): TwilioClient {
  const { username, password, api_url: base } = deps.credentials;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const wire = createWire({ provider: PROVIDER, http: deps.http, throttleCode: "20429" });

  const send = (operation: string, request: WireRequest, call: ConnectorCall) => {
    const headers = { ...request.headers, authorization, accept: "application/json" };
    return wire.send(operation, { ...request, headers }, call);
  };

  return {
    post: (operation, path, form, call) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const body = new URLSearchParams(form).toString();
      return send(operation, { method: "POST", url: base + path, headers, body }, call);
    },
    get: (operation, path, query, call) => {
      const parameters = new URLSearchParams(query).toString();
      const url = `${base}${path}${parameters === "" ? "" : `?${parameters}`}`;
      return send(operation, { method: "GET", url }, call);
    },
  };
}
