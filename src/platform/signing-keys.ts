import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Secret } from "./secret.ts";

/** The key that signs tokens, and those that are still accepted. */
export interface SigningKeys {
  /** Signs new tokens. */
  current(): Secret;
  /** Accepted keys, the current one first. */
  accepted(): readonly Secret[];
}

export interface RotatingKeysOptions {
  initial: Secret;
  /** A key that was replaced and whose tokens are still around. */
  previous?: Secret | undefined;
  /** Reads the key anew; `undefined` and errors leave everything as it is. */
  read(): Promise<Secret | undefined>;
  refreshMs: number;
  /** A replaced key is accepted for this long. */
  keepPreviousMs: number;
  clock: Clock;
  log: Log;
  onChange?(): void;
}

/**
 * Keys that change while the gateway runs: whoever asks starts a refresh in the background when the last one is older
 * than `refreshMs`. A key that is replaced stays accepted for `keepPreviousMs`, so that no valid token breaks.
 */
export function createRotatingKeys(options: RotatingKeysOptions): SigningKeys {
  const { clock } = options;
  let current = options.initial;
  let previous = options.previous;
  let previousUntilMs = Number.POSITIVE_INFINITY;
  let readAtMs = clock.now().getTime();
  let reading: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    try {
      const found = await options.read();
      if (!found || found.reveal() === current.reveal()) return;
      previous = current;
      previousUntilMs = clock.now().getTime() + options.keepPreviousMs;
      current = found;
      options.log.info("A new signing key is in use; the one before stays accepted for a while");
      options.onChange?.();
    } catch (error) {
      options.log.warn("The signing key could not be read again; the present one stays in use", { error });
    }
  }

  function refreshWhenDue(): void {
    const now = clock.now().getTime();
    // A clock that was set back must not keep the key fresh for longer.
    if (reading || (now - readAtMs < options.refreshMs && now >= readAtMs)) return;
    readAtMs = now;
    reading = refresh().finally(() => {
      reading = undefined;
    });
  }

  return {
    current: () => current,
    accepted: () => {
      refreshWhenDue();
      if (previous && clock.now().getTime() < previousUntilMs) return [current, previous];
      return [current];
    },
  };
}

/** Keys that never change. */
export function fixedKeys(current: Secret, previous?: Secret): SigningKeys {
  const accepted = previous ? [current, previous] : [current];
  return { current: () => current, accepted: () => accepted };
}
