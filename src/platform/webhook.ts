/** A provider's call to us, as the http layer hands it to a capability. */
export interface WebhookRequest {
  method: "GET" | "POST";
  /** Path and query as received; the host is that of `publicBaseUrl`, never of the request. */
  url: URL;
  headers: Headers;
  body: string;
  /** The secret path segment, where the route has one. Never logged. */
  token: string | undefined;
  /** Address of the peer, where known. */
  remoteAddress: string | undefined;
}

/** The exact answer that the provider wants. */
export interface WebhookReply {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export type WebhookHandler = (request: WebhookRequest) => Promise<WebhookReply>;
