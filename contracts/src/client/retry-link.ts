import { type Operation, TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable, type Unsubscribable } from "@trpc/server/observable";
import type { AppRouter } from "../app-router.ts";
import { isGatewayError, isNoAnswer, isRecord } from "./errors.ts";

export interface RetryOptions {
  /** Tries of one call at most, the first included. 1 turns repeating off. Default 3, at most 10. */
  attemptsMax?: number;
  /** The wait before the second try is random between 0 and this; the bound doubles with every further try. Default 300. */
  delayMs?: number;
  /** No wait is longer. A gateway that asks for a longer one gets no further try: the caller gets the error. Default 5,000. */
  delayMsMax?: number;
  /** Randomness of the waits, 0 to 1. */
  random?: () => number;
}

export type RetryPolicy = Required<RetryOptions>;

export function createRetryPolicy(options: RetryOptions): RetryPolicy {
  const policy = { attemptsMax: 3, delayMs: 300, delayMsMax: 5_000, random: Math.random, ...options };
  const { attemptsMax, delayMs, delayMsMax } = policy;
  if (!Number.isInteger(attemptsMax) || attemptsMax < 1 || attemptsMax > 10) {
    throw new RangeError("retry.attemptsMax must be a whole number from 1 to 10");
  }
  if (!(delayMs >= 0 && delayMs <= delayMsMax && delayMsMax <= 60_000)) {
    throw new RangeError("retry.delayMs must be from 0 to retry.delayMsMax, and that at most 60000");
  }
  return policy;
}

/**
 * Whether a call may be sent again without knowing what became of it: it changes nothing, or the gateway knows it again
 * by its idempotency key.
 */
export function isRepeatable({ type, input }: Pick<Operation, "type" | "input">): boolean {
  if (type === "query") return true;
  return type === "mutation" && isRecord(input) && typeof input.idempotencyKey === "string";
}

/** HTTP statuses by which a proxy says that the gateway itself did not answer, or that it is too much just now. */
const passingStatuses = [429, 502, 503, 504];

/** Whether the same call may well be answered a moment later. */
export function isPassing(error: unknown): boolean {
  if (isGatewayError(error)) {
    const { code, action } = error.data.gateway;
    return (code === "rate_limited" || code === "provider_unavailable") && action === "repeat_with_same_key";
  }
  if (!isNoAnswer(error)) return false;
  const { reason, httpStatus } = error.cause;
  if (reason === "unreadable") return httpStatus !== undefined && passingStatuses.includes(httpStatus);
  return reason === "network";
}

/** The wait before the next try, or `undefined` when there is to be none. `attempt` is the one that failed, from 1. */
export function nextDelayMs(policy: RetryPolicy, attempt: number, error: unknown): number | undefined {
  if (attempt >= policy.attemptsMax || !isPassing(error)) return undefined;
  const asked = askedWaitMs(error) ?? 0;
  if (asked > policy.delayMsMax) return undefined;
  return Math.max(asked, policy.random() * boundMs(policy, attempt));
}

/** No stream is left alone for longer before it is resumed, whatever is asked for. */
const RESUME_MS_MAX = 60_000;

/** The wait before a stream is resumed that ended (`failures` 1, no error) or failed so often in a row. */
export function resumeDelayMs(policy: RetryPolicy, failures: number, error: unknown): number {
  const asked = Math.min(RESUME_MS_MAX, askedWaitMs(error) ?? 0);
  return Math.max(asked, policy.random() * boundMs(policy, failures));
}

const boundMs = ({ delayMs, delayMsMax }: RetryPolicy, attempt: number) =>
  Math.min(delayMsMax, delayMs * 2 ** (attempt - 1));

/** What the transport read from the answer that the error came with. */
function askedWaitMs(error: unknown): number | undefined {
  if (isNoAnswer(error)) return error.cause.retryAfterMs;
  const response = error instanceof TRPCClientError && isRecord(error.meta) ? error.meta.response : undefined;
  return isRecord(response) && typeof response.retryAfterMs === "number" ? response.retryAfterMs : undefined;
}

/** Repeats what is safe to repeat, with the very input of the first try, until the policy or the caller ends it. */
export function retryLink(policy: RetryPolicy): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) => {
      if (!isRepeatable(op)) return next(op);
      const sent = { ...op, input: copyOf(op.input) };
      return observable((observer) => {
        let calling: Unsubscribable | undefined;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const attempt = (number: number) => {
          calling = next(sent).subscribe({
            next: (value) => observer.next(value),
            complete: () => observer.complete(),
            error: (error) => {
              const delayMs = nextDelayMs(policy, number, error);
              if (delayMs === undefined) observer.error(error);
              else timer = setTimeout(() => attempt(number + 1), delayMs);
            },
          });
        };
        attempt(1);
        return () => {
          clearTimeout(timer);
          calling?.unsubscribe();
        };
      });
    };
}

/** What is sent again is what was sent first, also where the caller has changed the object meanwhile. Inputs are JSON. */
function copyOf(input: unknown): unknown {
  return input === undefined ? undefined : JSON.parse(JSON.stringify(input));
}
