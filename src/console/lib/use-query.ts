import { isGatewayError } from "@luckygas/gateway-client/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { endSession } from "./session.ts";

export interface Query<Data> {
  /** The latest answer; kept while a later question fails. */
  data: Data | undefined;
  error: unknown;
  /** When `data` came. */
  updatedAt: Date | undefined;
  reload(): void;
}

interface Answer<Data> {
  key: string;
  data: Data | undefined;
  error: unknown;
  updatedAt: Date | undefined;
}

/** How often a view asks again while it is looked at. */
export const POLL_MS = 4_000;
/** How often what a subscription tells of is asked for besides, should the subscription be away. */
export const WATCHED_POLL_MS = 20_000;

/**
 * Asks, and asks again every `pollMs` while the page is visible. Another `key` is another question. A session that has
 * ended ends here.
 */
export function useQuery<Data>(
  key: string,
  ask: (signal: AbortSignal) => Promise<Data>,
  pollMs = POLL_MS,
): Query<Data> {
  const [answer, setAnswer] = useState<Answer<Data>>();
  const [turn, setTurn] = useState(0);
  const latestAsk = useRef(ask);
  useEffect(() => {
    latestAsk.current = ask;
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks the same question again
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = async () => {
      const update = await askOnce(latestAsk.current, controller.signal);
      if (controller.signal.aborted) return;
      setAnswer((before) => merge(before, key, update));
      timer = setTimeout(whenVisible, pollMs);
    };
    const whenVisible = () => {
      if (document.visibilityState === "visible") next().catch(() => {});
      else document.addEventListener("visibilitychange", whenVisible, { once: true });
    };
    next().catch(() => {});
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", whenVisible);
    };
  }, [key, turn, pollMs]);

  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const current = answer?.key === key ? answer : undefined;
  return { data: current?.data, error: current?.error, updatedAt: current?.updatedAt, reload };
}

type Update<Data> = { data: Data } | { error: unknown };

async function askOnce<Data>(ask: (signal: AbortSignal) => Promise<Data>, signal: AbortSignal): Promise<Update<Data>> {
  try {
    return { data: await ask(signal) };
  } catch (error) {
    if (!signal.aborted) endIfSignedOut(error);
    return { error };
  }
}

function merge<Data>(before: Answer<Data> | undefined, key: string, update: Update<Data>): Answer<Data> {
  if ("data" in update) return { key, data: update.data, error: undefined, updatedAt: new Date() };
  const kept = before?.key === key ? before : undefined;
  return { key, data: kept?.data, error: update.error, updatedAt: kept?.updatedAt };
}

/** A token that is no longer accepted ends the session, wherever it shows. */
export function endIfSignedOut(error: unknown): void {
  if (isGatewayError(error) && error.data.gateway.code === "unauthenticated") endSession("expired");
}
