import { createTRPCClient, httpBatchLink, splitLink, type TRPCClient } from "@trpc/client";
import type { AppRouter } from "./app-router.ts";
import { CONTRACT_VERSION, CONTRACT_VERSION_HEADER } from "./client/contract-version.ts";
import { checkedMs, deadlineLink } from "./client/deadline-link.ts";
import { createRetryPolicy, type RetryOptions, retryLink } from "./client/retry-link.ts";
import { subscriptionLink } from "./client/subscription-link.ts";
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

/** A stream of events that says nothing for so long is resumed. */
const SILENCE_MS_MAX = 45_000;

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
  /**
   * Sends queries by POST, so that what they ask for (a telephone number, a text) stands in no address and in no proxy's
   * log. Default true; false sends them by GET.
   */
  queriesByPost?: boolean;
  /**
   * Whether the answers of `fetch` can be read while they come, as subscriptions do. Default: whether the platform's can.
   * Where not (React Native), subscriptions ask for new events every `pollMs`.
   */
  streaming?: boolean;
  /** The wait between two questions for new events where answers cannot be read while they come, in ms. Default 3,000. */
  pollMs?: number;
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
  const url = `${options.url.replace(/\/+$/, "")}/trpc`;
  const policy = createRetryPolicy(options.retry ?? {});
  const fetchFunction: GatewayFetch = options.fetch ?? ((address, init) => fetch(address, init));
  const headers = () => headersOf(options.token);
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: subscriptionLink({
          url,
          fetch: fetchFunction,
          headers,
          policy,
          streaming: options.streaming ?? platformStreams(),
          silenceMsMax: SILENCE_MS_MAX,
          pollMs: checkedMs("pollMs", options.pollMs ?? 3_000),
        }),
        false: [
          deadlineLink(checkedMs("deadlineMs", options.deadlineMs ?? 30_000)),
          retryLink(policy),
          httpBatchLink({
            url,
            maxItems: checkedBatchItemsMax(options.batchItemsMax ?? BATCH_ITEMS_MAX),
            maxURLLength: URL_CHARACTERS_MAX,
            ...((options.queriesByPost ?? true) && { methodOverride: "POST" }),
            fetch: createTransport(fetchFunction),
            headers,
          }),
        ],
      }),
    ],
  });
}

/** React Native's answers have no `body`. */
function platformStreams(): boolean {
  return typeof Response === "function" && "body" in Response.prototype && typeof TextDecoder === "function";
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
