import { type Operation, type OperationResultObserver, TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import type { AppRouter } from "../app-router.ts";
import { isRecord, NoAnswerError } from "./errors.ts";
import { openEventStream, type StreamEvent, type StreamOptions } from "./event-stream.ts";
import { isPassing, type RetryPolicy, resumeDelayMs } from "./retry-link.ts";

export interface SubscriptionOptions extends StreamOptions {
  /** Address of the gateway's tRPC endpoint. */
  url: string;
  policy: RetryPolicy;
  /** The wait between two questions where answers cannot be read while they come. */
  pollMs: number;
}

type Observer = OperationResultObserver<AppRouter, unknown>;

/**
 * Carries subscriptions over server-sent events, read by `fetch`, so that the token stays in its header. A stream that
 * ends early or breaks off is resumed after the last event heard, for as long as the caller listens; what the gateway
 * refuses ends it.
 */
export function subscriptionLink(options: SubscriptionOptions): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        const listening = new AbortController();
        const stop = () => listening.abort();
        if (op.signal?.aborted) stop();
        op.signal?.addEventListener("abort", stop, { once: true });
        listen(options, op, observer, listening.signal).then(
          () => observer.complete(),
          (error) => observer.error(TRPCClientError.from(error)),
        );
        return () => {
          op.signal?.removeEventListener("abort", stop);
          stop();
        };
      });
}

async function listen(options: SubscriptionOptions, op: Operation, observer: Observer, signal: AbortSignal) {
  let lastEventId: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    let delayMs = options.streaming ? resumeDelayMs(options.policy, 1, undefined) : options.pollMs;
    try {
      for await (const event of openEventStream(options, addressOf(options, op, lastEventId), signal)) {
        failures = 0;
        if (event.id) lastEventId = event.id;
        if (event.type === "return") return;
        tell(observer, event);
      }
    } catch (cause) {
      if (signal.aborted) return;
      const error: TRPCClientError<AppRouter> = TRPCClientError.from(
        cause instanceof Error ? cause : new Error("stream"),
      );
      if (!isPassing(error)) throw error;
      observer.next({ result: { type: "state", state: "connecting", error } });
      delayMs = resumeDelayMs(options.policy, ++failures, error);
    }
    await pause(delayMs, signal);
  }
}

function addressOf({ url }: SubscriptionOptions, { path, input }: Operation, lastEventId: string | undefined): string {
  const parameters: string[] = [];
  if (input !== undefined) parameters.push(`input=${encodeURIComponent(JSON.stringify(input))}`);
  if (lastEventId !== undefined) parameters.push(`lastEventId=${encodeURIComponent(lastEventId)}`);
  return `${url}/${path}${parameters.length > 0 ? `?${parameters.join("&")}` : ""}`;
}

/** Passes on what an event says. Events of other types, such as the gateway's signs of life, say nothing to the caller. */
function tell(observer: Observer, { type, data, id }: StreamEvent): void {
  if (type === "connected") {
    observer.next({ result: { type: "started" } });
    observer.next({ result: { type: "state", state: "pending", error: null } });
  }
  if (type === "serialized-error") throw refusalOf(data);
  if (type !== "message") return;
  const content: unknown = JSON.parse(data);
  observer.next({ result: id ? { type: "data", id, data: { id, data: content } } : { type: "data", data: content } });
}

function refusalOf(data: string): Error {
  const error: unknown = JSON.parse(data);
  if (isRecord(error) && typeof error.code === "number") return TRPCClientError.from({ error });
  return new NoAnswerError("unreadable", "the stream holds an error that is not one of the gateway");
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}
