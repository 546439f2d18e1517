import type { HttpClient } from "../../../platform/http-client.ts";
import type { Credentials } from "../credentials.ts";
import type { ConnectorCall } from "../port.ts";
import { createWire, notAppliedBy, type TextReply, textOf } from "../wire.ts";
import type { MitakeConfig } from "./config.ts";

export const PROVIDER = "mitake";
export const notApplied = notAppliedBy(PROVIDER);

export interface MitakeClient {
  /** One form to one service, credentials added. Throws a `ConnectorError` only when certainly nothing was applied. */
  post(operation: string, path: string, fields: Record<string, string>, call: ConnectorCall): Promise<TextReply>;
  /** Records of a bulk send. Its credentials travel in the address, which is why no address is ever logged. */
  postRecords(operation: string, path: string, records: string, call: ConnectorCall): Promise<TextReply>;
}

export function createMitakeClient(deps: {
  credentials: Credentials;
  config: MitakeConfig;
  http: HttpClient;
}): MitakeClient {
  const { username, password, api_url: base } = deps.credentials;
  const { charset } = deps.config;
  const wire = createWire({ provider: PROVIDER, http: deps.http });

  async function send(operation: string, request: { url: string; type: string; body: string }, call: ConnectorCall) {
    const { url, type, body } = request;
    return textOf(await wire.send(operation, { method: "POST", url, headers: { "content-type": type }, body }, call));
  }

  return {
    post: (operation, path, fields, call) => {
      // The character set must be declared in the query; without it the provider reads Big5.
      const url = `${base}${path}?CharsetURL=${charset}`;
      const body = new URLSearchParams({ username, password, ...fields }).toString();
      return send(operation, { url, type: "application/x-www-form-urlencoded", body }, call);
    },
    postRecords: (operation, path, records, call) => {
      const query = new URLSearchParams({ username, password, Encoding_PostIn: charset, smsPointFlag: "1" });
      const type = "text/plain; charset=utf-8";
      return send(operation, { url: `${base}${path}?${query}`, type, body: records }, call);
    },
  };
}
