import { z } from "zod";
import { ConnectorError } from "../../../platform/errors.ts";
import type { ConnectorMaterial, ProviderWords } from "../port.ts";
import { checkMacValue, type Message } from "./signing.ts";

const replySchema = z.looseObject({
  RtnCode: z.union([z.string(), z.int()]).transform(String),
  RtnMsg: z.string().catch(""),
});
type ReplyBody = z.output<typeof replySchema>;

/** A reply of the dialect, or no answer that can be understood. */
export type ClientResult =
  | { kind: "reply"; body: ReplyBody; words: ProviderWords }
  | { kind: "unknown"; reason: string; isTransportFault: boolean; httpStatus?: number };

const MESSAGE_CHARACTERS_MAX = 200;
const TOO_MANY_REQUESTS = 429;
const OK = 200;

/** Sends one signed message. Throws a `ConnectorError` when certainly nothing reached the provider or it asked us to wait. */
export interface PlatformJsonClient {
  send(operation: string, url: string, fields: Message): Promise<ClientResult>;
}

export function createPlatformJsonClient(
  material: ConnectorMaterial,
  options: { provider: string; timeoutMs: number },
): PlatformJsonClient {
  const { credentials, http, tls } = material;

  function signed(fields: Message): Message {
    const timeStamp = String(Math.floor(material.now().getTime() / 1000));
    const message = { MerchantID: credentials.appId, ...fields, TimeStamp: timeStamp };
    return { ...message, CheckMacValue: checkMacValue(message, credentials.apiKey) };
  }

  return {
    send: async (operation, url, fields) => {
      const outcome = await http.send({
        method: "POST",
        url,
        headers: { "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify(signed(fields)),
        timeoutMs: options.timeoutMs,
        ...(tls && { tls: { cert: tls.cert.reveal(), key: tls.key.reveal() } }),
      });
      const failure = (reason: string, httpStatus?: number) =>
        new ConnectorError({
          provider: options.provider,
          operation,
          retryable: true,
          reason,
          ...(httpStatus !== undefined && { httpStatus }),
        });
      if (outcome.kind === "not_sent") throw failure(`not_sent_${outcome.reason}`);
      if (outcome.kind === "unknown") return { kind: "unknown", reason: outcome.reason, isTransportFault: true };
      if (outcome.status === TOO_MANY_REQUESTS) throw failure("too_many_requests", outcome.status);
      return readReply(outcome.status, outcome.text());
    },
  };
}

function readReply(httpStatus: number, text: string): ClientResult {
  if (httpStatus >= 500) return { kind: "unknown", reason: "server_error", isTransportFault: true, httpStatus };
  if (httpStatus !== OK) return { kind: "unknown", reason: "unexpected_status", isTransportFault: false, httpStatus };
  const body = parseReply(text);
  if (!body) return { kind: "unknown", reason: "unreadable_reply", isTransportFault: false, httpStatus };
  const providerMessage = body.RtnMsg.slice(0, MESSAGE_CHARACTERS_MAX);
  return { kind: "reply", body, words: { providerCode: body.RtnCode, providerMessage, httpStatus } };
}

function parseReply(text: string): ReplyBody | undefined {
  try {
    return replySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
