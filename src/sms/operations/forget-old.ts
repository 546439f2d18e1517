import type { SmsDependencies } from "../dependencies.ts";
import { type Forgotten, forgetMessages, forgetReceipts } from "../store/retention.ts";

const ITEMS_MAX = 500;
const LEASE_MS = 60_000;
/** Of the time that a removal took, what is left to others afterwards. */
const PAUSE_SHARE = 3;
const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/**
 * A job's round that forgets messages after `keepDays`, and receipts of no message. Some hundreds at a time, then a pause
 * three times as long, by one process at a time: serving does not notice, and no lock is held for long.
 */
export function createForgetOld(deps: SmsDependencies, keepDays: number) {
  const { database, leases, clock } = deps.platform;
  const kinds = [
    { forget: forgetMessages, afterId: LOWEST_ID },
    // Those of messages are gone with them by then.
    { forget: forgetReceipts, afterId: LOWEST_ID },
  ];

  /** The first kind of which anything is left. */
  async function forgetSome(): Promise<Forgotten | undefined> {
    for (const kind of kinds) {
      const forgotten = await kind.forget(database.hot, { keepDays, afterId: kind.afterId, itemsMax: ITEMS_MAX });
      // The next search need not walk over what has just been removed.
      kind.afterId = forgotten.upTo ?? LOWEST_ID;
      if (forgotten.upTo !== undefined) return forgotten;
    }
    return undefined;
  }

  return async (signal: AbortSignal): Promise<{ more: boolean }> => {
    const lease = await leases.acquire("sms-forget", LEASE_MS);
    if (!lease) return { more: false };
    try {
      const begunMs = performance.now();
      const forgotten = await forgetSome();
      if (!forgotten) return { more: false };
      await clock.sleep(PAUSE_SHARE * (performance.now() - begunMs), signal);
      return { more: true };
    } finally {
      await lease.release();
    }
  };
}
