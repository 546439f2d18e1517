import { TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../app-router.ts";
import { NoAnswerError } from "./errors.ts";

/** Longest time that may be asked for. */
const MS_MAX = 3_600_000;

/** A time in ms that is within its range; throws `RangeError` by the option's name. */
export function checkedMs(name: string, ms: number): number {
  if (Number.isInteger(ms) && ms >= 1 && ms <= MS_MAX) return ms;
  throw new RangeError(`${name} must be a whole number of ms from 1 to ${MS_MAX}`);
}

/**
 * Ends a call when its deadline passes or its caller aborts it, whatever the links below do. One call of a batch ends
 * alone; the request itself is aborted when every call in it has ended.
 */
export function deadlineLink(defaultMs: number): TRPCLink<AppRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const deadlineMs =
          typeof op.context.deadlineMs === "number" ? checkedMs("deadlineMs", op.context.deadlineMs) : defaultMs;
        const end = (cause: Error) => observer.error(TRPCClientError.from(cause));
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
        const calling = next(op).subscribe(observer);
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
