import type { Lease, Leases } from "../../../platform/leases.ts";

/** A place at the bank is lost after this time without renewal, e.g. when the process was killed. */
const PLACE_MS = 15_000;
const RENEW_EVERY_MS = 5_000;
const POLL_MS = 100;
/** How long the wish for a place is remembered; it is renewed while somebody waits. */
const WANTED_MS = 5_000;
const LOOK_FOR_WANTED_MS = 1_000;
/** Long enough for the others to see that a place is free. */
const STEP_BACK_MS = 3 * POLL_MS;

export interface PlacesOptions {
  /** Name of the counted resource, the same in every process. */
  resource: string;
  leases: Leases;
}

/** The places for connections at one bank, counted over all processes. */
export interface Places {
  /** Waits for a place. `goOn` is asked before every look: false ends the wait without one, and it may throw. */
  take(places: number, goOn: () => boolean): Promise<Lease | undefined>;
  /** Keeps a place until it is given back; `onLost` is called when it is lost before. */
  keep(place: Lease, onLost: () => void): void;
  /** Gives a place back after `closed`, so that the server never counts one connection too many. */
  giveBack(place: Lease, closed?: Promise<void>): void;
  /** Calls back every second in which another process waits for a place, while this one holds any. */
  onWanted(listener: () => void): void;
  /** Leaves the next free place to others. */
  stepBack(): void;
  /** Ends the renewals; resolves when everything was given back. */
  close(): Promise<void>;
}

export function createPlaces({ resource, leases }: PlacesOptions): Places {
  const held = new Map<Lease, () => void>();
  const returning = new Set<Promise<void>>();
  const timers: ReturnType<typeof setInterval>[] = [];
  const wantedName = `${resource}/wanted`;
  let wanted: Lease | undefined;
  let backUntilMs = 0;

  const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));
  const every = (ms: number, work: () => void) => {
    const timer = setInterval(work, ms);
    timer.unref?.();
    timers.push(timer);
  };
  every(RENEW_EVERY_MS, () => {
    for (const [place, onLost] of held) {
      place.renew(PLACE_MS).then((kept) => kept || onLost(), onLost);
    }
  });

  /** Somebody else's wish does as well. */
  async function sayWanted(): Promise<void> {
    if (wanted && (await wanted.renew(WANTED_MS))) return;
    wanted = await leases.acquire(wantedName, WANTED_MS);
  }

  async function isWanted(): Promise<boolean> {
    const free = await leases.acquire(wantedName, WANTED_MS);
    await free?.release();
    return free === undefined;
  }

  async function takeOne(places: number, goOn: () => boolean): Promise<Lease | undefined> {
    while (goOn()) {
      while (performance.now() < backUntilMs) await pause();
      await Promise.all(returning);
      const place = await leases.acquireSlot(resource, places, PLACE_MS);
      if (place) return place;
      await sayWanted();
      await pause();
    }
    return undefined;
  }

  return {
    take: async (places, goOn) => {
      try {
        return await takeOne(places, goOn);
      } finally {
        const wish = wanted;
        wanted = undefined;
        // What was not taken back ends by itself.
        await wish?.release().catch(() => {});
      }
    },
    keep: (place, onLost) => {
      held.set(place, onLost);
    },
    giveBack: (place, closed = Promise.resolve()) => {
      held.delete(place);
      // One that could not be given back is free again when its time runs out.
      const returned: Promise<void> = closed
        .then(() => place.release())
        .catch(() => {})
        .finally(() => returning.delete(returned));
      returning.add(returned);
    },
    onWanted: (listener) => {
      every(LOOK_FOR_WANTED_MS, () => {
        // With a wish of our own nobody can tell whether others wait; they see ours and give way.
        if (held.size === 0 || wanted) return;
        isWanted().then(
          (isIt) => isIt && listener(),
          // A database that does not answer now is asked again.
          () => {},
        );
      });
    },
    stepBack: () => {
      backUntilMs = performance.now() + STEP_BACK_MS;
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(returning);
    },
  };
}
