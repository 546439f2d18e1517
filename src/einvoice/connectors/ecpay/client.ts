import { z } from "zod";
import { ConnectorError } from "../../../platform/errors.ts";
import type { HttpClient } from "../../../platform/http-client.ts";
import type { ProviderWords } from "../port.ts";
import { decryptData, type EcpayKeys, encryptData } from "./crypto.ts";

export const PROVIDER = "ecpay";

const envelopeSchema = z.looseObject({
  TransCode: z.union([z.string(), z.int()]).transform(String),
  TransMsg: z.string().catch(""),
  Data: z.string().optional(),
});
const dataSchema = z.looseObject({
  RtnCode: z.union([z.string(), z.int()]).transform(String),
  RtnMsg: z.string().catch(""),
});
export type EcpayData = z.output<typeof dataSchema>;

/** A reply whose data could be read, or no answer that can be understood. */
export type EcpayResult =
  | { kind: "reply"; data: EcpayData; words: ProviderWords }
  | { kind: "unknown"; reason: string; isTransportFault: boolean; httpStatus?: number };

/** Sends one encrypted call. Throws a `ConnectorError` when certainly nothing reached the provider or it asked us to wait. */
export interface EcpayClient {
  send(path: string, data: Record<string, unknown>): Promise<EcpayResult>;
}

interface Deps {
  http: HttpClient;
  baseUrl: string;
  merchantId: string;
  keys: EcpayKeys;
  timeoutMs: number;
  now(): Date;
}

/** 403 says that calls come too fast; the block ends after 30 minutes. */
const TOO_FAST = new Set([403, 429]);
const TRANSFERRED = "1";
const MESSAGE_CHARACTERS_MAX = 200;

export function createEcpayClient(deps: Deps): EcpayClient {
  const { http, merchantId, keys } = deps;
  return {
    send: async (path, data) => {
      const outcome = await http.send({
        method: "POST",
        url: `${deps.baseUrl}${path}`,
        headers: { "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify({
          MerchantID: merchantId,
          RqHeader: { Timestamp: Math.floor(deps.now().getTime() / 1000) },
          Data: encryptData({ MerchantID: merchantId, ...data }, keys),
        }),
        timeoutMs: deps.timeoutMs,
      });
      const failure = (reason: string, retryable: boolean, httpStatus?: number) =>
        new ConnectorError({
          provider: PROVIDER,
          operation: path,
          retryable,
          reason,
          ...(httpStatus !== undefined && { httpStatus }),
        });
      if (outcome.kind === "not_sent") throw failure(`not_sent_${outcome.reason}`, true);
      if (outcome.kind === "unknown") return { kind: "unknown", reason: outcome.reason, isTransportFault: true };
      const { status } = outcome;
      if (TOO_FAST.has(status)) throw failure("too_many_requests", true, status);
      if (status >= 500) return { kind: "unknown", reason: "server_error", isTransportFault: true, httpStatus: status };
      const envelope = envelopeSchema.safeParse(parseJson(outcome.text())).data;
      if (!envelope) return unreadable(status);
      // The call was refused before its data were looked at: keys, time stamp or form are wrong, and ours to mend.
      if (envelope.TransCode !== TRANSFERRED) throw failure("transfer_refused", false, status);
      return readData(envelope.Data, keys, status);
    },
  };
}

const unreadable = (httpStatus: number): EcpayResult => ({
  kind: "unknown",
  reason: "unreadable_reply",
  isTransportFault: false,
  httpStatus,
});

function readData(encrypted: string | undefined, keys: EcpayKeys, httpStatus: number): EcpayResult {
  try {
    const data = dataSchema.parse(decryptData(encrypted ?? "", keys));
    const providerMessage = data.RtnMsg.slice(0, MESSAGE_CHARACTERS_MAX);
    return { kind: "reply", data, words: { providerCode: data.RtnCode, providerMessage, httpStatus } };
  } catch {
    return unreadable(httpStatus);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
