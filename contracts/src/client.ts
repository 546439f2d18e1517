import { createTRPCClient, httpBatchLink, type TRPCClient } from "@trpc/client";
import type { AppRouter } from "./app-router.ts";

export interface GatewayClientOptions {
  /** Address of the gateway without a path, e.g. `https://gateway.example.tw`. */
  url: string;
  /** The bearer token, or a function asked before every request (so that it can be renewed). */
  token?: string | (() => string | Promise<string>);
  /** Replaces the global `fetch`, e.g. in tests. */
  fetch?: typeof fetch;
  /** Calls sent together in one request at most. Default 20, the server's own limit. */
  batchItemsMax?: number;
}

export type GatewayClient = TRPCClient<AppRouter>;

/** A typed client: `client.einvoice.issueInvoice.mutate({...})`. Calls made in the same tick travel in one request. */
export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: `${options.url.replace(/\/+$/, "")}/trpc`,
        maxItems: options.batchItemsMax ?? 20,
        ...(options.fetch && { fetch: options.fetch }),
        headers: async () => {
          const token = typeof options.token === "function" ? await options.token() : options.token;
          return token ? { authorization: `Bearer ${token}` } : {};
        },
      }),
    ],
  });
}
