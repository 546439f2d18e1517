import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { HttpClient } from "../../../platform/http-client.ts";
import type { ProviderWords } from "../port.ts";
import { decryptData, type EcpayKeys, encryptData } from "./crypto.ts";
import { classifyCode, notApplied, type RtnClass, transReasons } from "./errors.ts";

const envelopeSchema = z.looseObject({
  TransCode: z.union([z.string(), z.int()]).transform(String),
  TransMsg: z.string().catch(""),
  /** Encrypted text; the list of invoices comes as it is. */
  Data: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
});
const dataSchema = z.looseObject({
  RtnCode: z.union([z.string(), z.int()]).transform(String),
  RtnMsg: z.string().catch(""),
});
export type EcpayData = z.output<typeof dataSchema>;

/** No answer that can be understood. */
export type EcpayUnknown = { kind: "unknown"; reason: string; isTransportFault: boolean } & ProviderWords;

/** A reply whose data could be read, with the meaning of its code. */
export interface EcpayReply {
  kind: "reply";
  class: RtnClass;
  reason: string;
  data: EcpayData;
  words: ProviderWords;
}

export type EcpayResult = EcpayReply | EcpayUnknown;

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
          RqHeader: header(path, deps.now()),
          Data: encryptData({ MerchantID: merchantId, ...data }, keys),
        }),
        timeoutMs: deps.timeoutMs,
      });
      if (outcome.kind === "not_sent") throw notApplied(path, `not_sent_${outcome.reason}`, true);
      if (outcome.kind === "unknown") return { kind: "unknown", reason: outcome.reason, isTransportFault: true };
      const { status: httpStatus } = outcome;
      if (TOO_FAST.has(httpStatus)) throw notApplied(path, "too_many_requests", true, { httpStatus });
      if (httpStatus >= 500) return { kind: "unknown", reason: "server_error", isTransportFault: true, httpStatus };
      const envelope = envelopeSchema.safeParse(parseJson(outcome.text())).data;
      if (!envelope) return unreadable({ httpStatus });
      const { TransCode, TransMsg } = envelope;
      // The call was refused before its data were looked at: keys, time stamp or form are wrong, and ours to mend.
      if (TransCode !== TRANSFERRED) {
        const reason = Object.hasOwn(transReasons, TransCode) ? transReasons[TransCode] : undefined;
        const words = {
          httpStatus,
          providerCode: TransCode,
          providerMessage: TransMsg.slice(0, MESSAGE_CHARACTERS_MAX),
        };
        throw notApplied(path, reason ?? "transfer_refused", false, words);
      }
      return readData(envelope.Data, keys, httpStatus);
    },
  };
}

/** The B2B API wants every request to have an id of its own. */
function header(path: string, now: Date): Record<string, unknown> {
  const Timestamp = Math.floor(now.getTime() / 1000);
  if (path.startsWith("/B2BInvoice/")) return { Timestamp, RqID: randomUUID(), Revision: "1.0.0" };
  return { Timestamp, Revision: "3.0.0" };
}

/** A reply in which what was asked for cannot be found. */
export const unreadable = (words: ProviderWords): EcpayUnknown => ({
  kind: "unknown",
  reason: "unreadable_reply",
  isTransportFault: false,
  ...words,
});

function readData(data: string | object | undefined, keys: EcpayKeys, httpStatus: number): EcpayResult {
  try {
    const parsed = dataSchema.parse(typeof data === "object" ? data : decryptData(data ?? "", keys));
    const { RtnCode: providerCode } = parsed;
    const providerMessage = parsed.RtnMsg.slice(0, MESSAGE_CHARACTERS_MAX);
    const meaning = classifyCode(providerCode);
    return { kind: "reply", ...meaning, data: parsed, words: { providerCode, providerMessage, httpStatus } };
  } catch {
    return unreadable({ httpStatus });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
