import type { Log } from "./log.ts";
import { anyHost, type OutboundHosts } from "./outbound-hosts.ts";

/** Certainly nothing reached the provider. */
export type NotSentReason = "dns" | "connect" | "tls" | "host_not_allowed" | "aborted";
/** Bytes may have left; whether the provider acted is not known. */
export type UnknownReason = "timeout" | "reset" | "reply_too_large" | "aborted";

/** What became of a request. Closed, so that no caller can mistake "no answer" for "failed". */
export type HttpOutcome =
  | { kind: "reply"; status: number; headers: Headers; body: Uint8Array; text(): string }
  | { kind: "not_sent"; reason: NotSentReason }
  | { kind: "unknown"; reason: UnknownReason };

export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  /** From the start of connecting to the last byte of the reply. */
  timeoutMs: number;
  /** Default 1 MiB. */
  replyBytesMax?: number;
  signal?: AbortSignal;
  /** Client certificate and key, PEM, held in memory only. */
  tls?: { cert: string; key: string };
}

export interface HttpClient {
  /** Never throws for faults of the network and never follows a redirect: a 3xx is a reply like any other. */
  send(request: HttpRequest): Promise<HttpOutcome>;
}

export interface HttpClientOptions {
  log: Log;
  /** Refuses addresses that are not https. On in production. */
  httpsOnly: boolean;
  /** Refuses private addresses in production; default: every host may be reached. */
  hosts?: OutboundHosts;
}

const REPLY_BYTES_MAX = 1024 * 1024;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const hosts = options.hosts ?? anyHost;

  async function refusalOf(url: URL): Promise<NotSentReason | undefined> {
    if (options.httpsOnly && url.protocol !== "https:") return "host_not_allowed";
    const verdict = await hosts.judge(url.hostname);
    if (verdict === "allowed") return undefined;
    return verdict === "private" ? "host_not_allowed" : "dns";
  }

  /** Only the host is logged: a provider's address may hold credentials in its query. */
  function told(url: URL, outcome: NoReply): NoReply {
    const fields = { host: url.host, error_type: outcome.reason, outcome: outcome.kind };
    options.log.warn("No answer from a provider", fields);
    return outcome;
  }

  return {
    send: async (request) => {
      const url = new URL(request.url);
      const refusal = await refusalOf(url);
      if (refusal) return told(url, { kind: "not_sent", reason: refusal });
      if (request.signal?.aborted) return { kind: "not_sent", reason: "aborted" };
      const timeout = AbortSignal.timeout(request.timeoutMs);
      try {
        const response = await fetch(url, {
          method: request.method,
          headers: request.headers,
          body: request.body,
          redirect: "manual",
          signal: request.signal ? AbortSignal.any([timeout, request.signal]) : timeout,
          ...(request.tls && { tls: request.tls }),
        });
        return await readReply(response, request.replyBytesMax ?? REPLY_BYTES_MAX);
      } catch (error) {
        return told(url, classify(error));
      }
    },
  };
}

type NoReply = Exclude<HttpOutcome, { kind: "reply" }>;

async function readReply(response: Response, bytesMax: number): Promise<HttpOutcome> {
  const { status, headers } = response;
  const reply = (body: Buffer): HttpOutcome => ({
    kind: "reply",
    status,
    headers,
    body,
    text: () => body.toString("utf8"),
  });
  // The usual case, and a third of the cost: a length is declared, and nothing is unpacked to another one.
  const declared = headers.get("content-encoding") === null ? headers.get("content-length") : null;
  if (declared !== null && Number(declared) <= bytesMax) return reply(Buffer.from(await response.arrayBuffer()));
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) return { kind: "unknown", reason: "reply_too_large" };
    chunks.push(chunk);
  }
  return reply(Buffer.concat(chunks));
}

const CONNECT_CODES = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "FailedToOpenSocket"]);
const DNS_CODES = new Set(["ENOTFOUND", "EAI_AGAIN", "ENODATA", "ESERVFAIL"]);
/** The other side's certificate was not accepted, so no request was made. Other TLS faults may come after bytes have left. */
const TLS_CODE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;

/** A fault is "not sent" only for codes that arise before the first byte of the request; everything else is unknown. */
function classify(error: unknown): NoReply {
  const name = error instanceof Error ? error.name : "";
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  if (name === "TimeoutError") return { kind: "unknown", reason: "timeout" };
  if (name === "AbortError") return { kind: "unknown", reason: "aborted" };
  if (CONNECT_CODES.has(code)) return { kind: "not_sent", reason: "connect" };
  if (DNS_CODES.has(code)) return { kind: "not_sent", reason: "dns" };
  if (TLS_CODE.test(code)) return { kind: "not_sent", reason: "tls" };
  return { kind: "unknown", reason: "reset" };
}
