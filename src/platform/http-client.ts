import type { Log } from "./log.ts";

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
  /** Refuses addresses that are not https, other than loopback. On in production. */
  httpsOnly: boolean;
}

const REPLY_BYTES_MAX = 1024 * 1024;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  return {
    send: async (request) => {
      const url = new URL(request.url);
      if (options.httpsOnly && url.protocol !== "https:" && url.hostname !== "127.0.0.1") {
        return { kind: "not_sent", reason: "host_not_allowed" };
      }
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
        const outcome = classify(error);
        // Only the host is logged: a provider's address may hold credentials in its query.
        options.log.warn("No answer from a provider", {
          host: url.host,
          error_type: outcome.reason,
          outcome: outcome.kind,
        });
        return outcome;
      }
    },
  };
}

async function readReply(response: Response, bytesMax: number): Promise<HttpOutcome> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) return { kind: "unknown", reason: "reply_too_large" };
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return { kind: "reply", status: response.status, headers: response.headers, body, text: () => body.toString("utf8") };
}

const CONNECT_CODES = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL", "FailedToOpenSocket"]);
const DNS_CODES = new Set(["ENOTFOUND", "EAI_AGAIN", "ENODATA", "ESERVFAIL"]);
const TLS_CODE = /^(EPROTO|ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;

/** A fault is "not sent" only for codes that arise before the first byte of the request; everything else is unknown. */
function classify(error: unknown): Exclude<HttpOutcome, { kind: "reply" }> {
  const name = error instanceof Error ? error.name : "";
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  if (name === "TimeoutError") return { kind: "unknown", reason: "timeout" };
  if (name === "AbortError") return { kind: "unknown", reason: "aborted" };
  if (CONNECT_CODES.has(code)) return { kind: "not_sent", reason: "connect" };
  if (DNS_CODES.has(code)) return { kind: "not_sent", reason: "dns" };
  if (TLS_CODE.test(code)) return { kind: "not_sent", reason: "tls" };
  return { kind: "unknown", reason: "reset" };
}
