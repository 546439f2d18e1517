import { useEffect } from "react";

/** Many changes at the same moment are one reason to ask again. */
const GATHER_MS = 400;

interface Watching {
  unsubscribe(): void;
}

interface Listener {
  onData(): void;
  onError(): void;
  onConnectionStateChange(): void;
}

/**
 * Calls back when a subscription tells of changes, gathered. The client resumes it by itself after a lost connection; where
 * the gateway cannot tell, the view's own asking goes on.
 */
export function useEvents(key: string, subscribe: (listener: Listener) => Watching, onChange: () => void): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says which subscription it is
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gather = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        onChange();
      }, GATHER_MS);
    };
    // A connection that was lost is found out by asking, and one that is back has missed nothing but may tell nothing either.
    const watching = subscribe({ onData: gather, onConnectionStateChange: gather, onError: () => {} });
    return () => {
      clearTimeout(timer);
      watching.unsubscribe();
    };
  }, [key, onChange]);
}
