import { createTRPCClient, httpBatchLink, type TRPCClient } from "@trpc/client";
import type { AppRouter } from "./app-router.ts";
import { CONTRACT_VERSION, CONTRACT_VERSION_HEADER } from "./client/contract-version.ts";
import { checkedDeadline, deadlineLink } from "./client/deadline-link.ts";
import { createRetryPolicy, type RetryOptions, retryLink } from "./client/retry-link.ts";
import { createTransport, type GatewayFetch } from "./client/transport.ts";

export { CONTRACT_VERSION, CONTRACT_VERSION_HEADER } from "./client/contract-version.ts";
export {
  type GatewayError,
  isGatewayError,
  isNoAnswer,
  NoAnswerError,
  type NoAnswerReason,
} from "./client/errors.ts";
export type { RetryOptions } from "./client/retry-link.ts";
export type { GatewayFetch } from "./client/transport.ts";

/** Calls that one request may carry, by the gateway's own limit. */
const BATCH_ITEMS_MAX = 20;
/** Characters of an address, beyond which proxies refuse it; queries that are longer together travel apart. */
const URL_CHARACTERS_MAX = 15_000;

export interface GatewayClientOptions {
  /** Address of the gateway without a path, e.g. `https://gateway.example.tw`. */
  url: string;
  /** The bearer token, or a function asked before every request (so that it can be renewed). */
  token?: string | (() => string | Promise<string>);
  /** Replaces the global `fetch`, e.g. in tests. */
  fetch?: GatewayFetch;
  /** Calls sent together in one request at most, 1 to 20. Default 20. */
  batchItemsMax?: number;
  /** How long a call may take, all its tries together, in ms. Default 30,000. One call: `{ context: { deadlineMs } }`. */
  deadlineMs?: number;
  /** How often and how fast a call is repeated that is safe to repeat. */
  retry?: RetryOptions;
}

export type GatewayClient = TRPCClient<AppRouter>;

/**
 * A typed client: `client.einvoice.issueInvoice.mutate({...})`. Calls made in the same tick travel in one request.
 * A call that fails rejects with an error that `isGatewayError` or `isNoAnswer` tells apart. Throws `RangeError` for an
 * option that is out of its range.
 */
export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  if (!/^https?:\/\/[^/]/.test(options.url)) throw new RangeError("url must begin with http:// or https://");
  return createTRPCClient<AppRouter>({
    links: [
      deadlineLink(checkedDeadline(options.deadlineMs ?? 30_000)),
      retryLink(createRetryPolicy(options.retry ?? {})),
      httpBatchLink({
        url: `${options.url.replace(/\/+$/, "")}/trpc`,
        maxItems: checkedBatchItemsMax(options.batchItemsMax ?? BATCH_ITEMS_MAX),
        maxURLLength: URL_CHARACTERS_MAX,
        fetch: createTransport(options.fetch ?? ((url, init) => fetch(url, init))),
        headers: () => headersOf(options.token),
      }),
    ],
  });
}

function checkedBatchItemsMax(batchItemsMax: number): number {
  if (Number.isInteger(batchItemsMax) && batchItemsMax >= 1 && batchItemsMax <= BATCH_ITEMS_MAX) return batchItemsMax;
  throw new RangeError(`batchItemsMax must be a whole number from 1 to ${BATCH_ITEMS_MAX}`);
}

async function headersOf(tokenOption: GatewayClientOptions["token"]): Promise<Record<string, string>> {
  const token = typeof tokenOption === "function" ? await tokenOption() : tokenOption;
  return {
    [CONTRACT_VERSION_HEADER]: CONTRACT_VERSION,
    ...(token && { authorization: `Bearer ${token}` }),
  };
}
