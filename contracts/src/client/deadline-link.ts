import { TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../app-router.ts";
import { NoAnswerError } from "./errors.ts";

/** Longest deadline that may be asked for, in ms. */
export const DEADLINE_MS_MAX = 3_600_000;

export function checkedDeadline(deadlineMs: number): number {
  if (Number.isInteger(deadlineMs) && deadlineMs >= 1 && deadlineMs <= DEADLINE_MS_MAX) return deadlineMs;
  throw new RangeError(`deadlineMs must be a whole number of ms from 1 to ${DEADLINE_MS_MAX}`);
}

/**
 * Ends a call when its deadline passes or its caller aborts it, whatever the links below do, and aborts what is under
 * way. One call of a batch ends alone; the request itself is aborted when every call in it has ended.
 */
export function deadlineLink(defaultMs: number): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const deadlineMs =
          typeof op.context.deadlineMs === "number" ? checkedDeadline(op.context.deadlineMs) : defaultMs;
        const underWay = new AbortController();
        const end = (cause: Error) => {
          observer.error(TRPCClientError.from(cause));
          underWay.abort(cause);
        };
        const onAbort = () => end(abortReason(op.signal));
        if (op.signal?.aborted) {
          onAbort();
          return;
        }
        op.signal?.addEventListener("abort", onAbort, { once: true });
        const timer = setTimeout(
          () => end(new NoAnswerError("deadline", `no answer within ${deadlineMs} ms`)),
          deadlineMs,
        );
        const calling = next({ ...op, signal: underWay.signal }).subscribe(observer);
        return () => {
          clearTimeout(timer);
          op.signal?.removeEventListener("abort", onAbort);
          calling.unsubscribe();
        };
      });
}

function abortReason(signal: AbortSignal | null | undefined): Error {
  const reason: unknown = signal?.reason;
  if (reason instanceof Error) return reason;
  return Object.assign(new Error("the caller aborted the call"), { name: "AbortError", cause: reason });
}
