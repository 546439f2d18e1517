import type { getFetch } from "@trpc/client";
import { gatewayPart, isRecord, NoAnswerError } from "./errors.ts";

/** The part of `fetch` that the client uses. */
export type GatewayFetch = (url: string, init: RequestInit) => Promise<Response>;

type LinkFetch = ReturnType<typeof getFetch>;

/** JSON-RPC's number of an invalid request. tRPC drops the details of an error that has no number. */
const INVALID_REQUEST = -32_600;

/**
 * Fetches and reads an answer to its end. Throws `NoAnswerError` where the network failed, the answer broke off, or
 * what answered is not the gateway. What it throws after an abort is heard by nobody: the call has ended by then.
 */
export function createTransport(fetchFunction: GatewayFetch): LinkFetch {
  return async (url, init = {}) => {
    const { status, headers, text } = await exchange(fetchFunction, String(url), init);
    const answer = parseAnswer(text);
    const retryAfterMs = askedWaitMs(headers);
    if (answer !== undefined) return { ok: status < 400, status, headers, retryAfterMs, json: async () => answer };
    throw new NoAnswerError("unreadable", `the answer with HTTP status ${status} is not one of the gateway`, {
      httpStatus: status,
      retryAfterMs,
    });
  };
}

async function exchange(fetchFunction: GatewayFetch, url: string, init: RequestInit) {
  try {
    const response = await fetchFunction(url, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new NoAnswerError("network", `the gateway was not reached, or its answer broke off: ${detail}`, { cause });
  }
}

/** What the header `retry-after` asks for, where it is given in seconds. */
function askedWaitMs(headers: Headers): number | undefined {
  const seconds = headers.get("retry-after");
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : undefined;
}

/** The parsed answer, or `undefined` where a proxy or another server wrote it. */
export function parseAnswer(text: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  const items = Array.isArray(answer) ? answer : [answer];
  for (const item of items) {
    if (!isRecord(item)) return undefined;
    if (isRecord(item.result)) continue;
    if (!isRecord(item.error) || gatewayPart(item.error.data) === undefined) return undefined;
    // What is refused before any procedure runs, such as a body over the limit, comes in the REST form.
    item.error.code ??= INVALID_REQUEST;
  }
  return answer;
}
