import type { Lease, Leases } from "../../../platform/leases.ts";
import { endpointFingerprint, type SftpEndpoint, type SftpTimeouts } from "./config.ts";
import type { ConnectCall } from "./connect.ts";
import { TransferFault } from "./errors.ts";
import { createPlaces } from "./places.ts";
import type { SftpSession } from "./session.ts";
import { createSignIn } from "./sign-in.ts";
import { createTurns } from "./turns.ts";

/** What is needed to sign in at a bank, as it is configured at this moment. */
export interface SftpAccess {
  endpoint: SftpEndpoint;
  connectionsMax: number;
  /** Rejects when these very credentials must not be tried. */
  maySignIn(): Promise<void>;
  /** Told when a sign-in with these very credentials succeeded or was refused. */
  onSignIn(accepted: boolean): Promise<void>;
}

export interface PoolOptions {
  /** Name of the counted resource, the same in every process. */
  resource: string;
  leases: Leases;
  timeouts: SftpTimeouts;
  /** Asked right before a connection is chosen or opened, so that a change of configuration takes effect. */
  access(): Promise<SftpAccess>;
  /** Told whenever the number of connections changes. */
  onCount(count: number): void;
}

export interface UseOptions {
  /** Opens a new connection instead of using one that lies idle. */
  fresh?: boolean;
  /** Tries credentials that were refused before: a person asked for it. */
  insist?: boolean;
  /** Told the stages of a new connection. */
  call?: Pick<ConnectCall, "onStage">;
}

/** Connections to one bank. At no moment do all processes together hold more than the bank allows. */
export interface SftpPool {
  /**
   * Runs `work` with a connection that nobody else uses. Callers wait in order, until their deadline. A connection whose
   * work failed is not used again. One that turns out to have died while it lay idle is replaced, and `work` runs anew.
   */
  use<T>(work: (session: SftpSession) => Promise<T>, options?: UseOptions): Promise<T>;
  /** Open or being opened by this process. */
  count(): number;
  /** Refuses new work, lets what runs finish for `graceMs`, then closes everything. */
  close(graceMs: number): Promise<void>;
}

interface Entry {
  session: SftpSession;
  place: Lease;
  fingerprint: string;
  idleSince: number;
  idleTimer: ReturnType<typeof setTimeout> | undefined;
}

/** Connections that are being opened notice within this time that they are wanted no longer. */
const GIVE_UP_MS_MAX = 500;

export function createSftpPool(options: PoolOptions): SftpPool {
  const { timeouts } = options;
  const idle: Entry[] = [];
  const all = new Set<Entry>();
  let opening = 0;
  let connectionsMax = 1;
  let closed = false;
  let isYieldDue = false;
  const turns = createTurns(() => connectionsMax);
  const places = createPlaces(options);
  const closing = new AbortController();
  const signIn = createSignIn({ ...options, signal: closing.signal });
  const changed = () => options.onCount(all.size + opening);

  places.onWanted(() => {
    const entry = idle.shift();
    if (entry) yieldPlace(entry);
    else isYieldDue = all.size > 0;
  });

  function yieldPlace(entry: Entry): void {
    places.stepBack();
    entry.session.retire();
  }

  async function readAccess(): Promise<SftpAccess> {
    const access = await options.access();
    connectionsMax = access.connectionsMax;
    return access;
  }

  function forget(entry: Entry): void {
    if (!all.delete(entry)) return;
    clearTimeout(entry.idleTimer);
    const at = idle.indexOf(entry);
    if (at >= 0) idle.splice(at, 1);
    places.giveBack(entry.place, entry.session.closed);
    changed();
  }

  function takeIdle(fingerprint: string): Entry | undefined {
    for (;;) {
      const entry = idle.pop();
      if (!entry) return undefined;
      clearTimeout(entry.idleTimer);
      if (entry.session.usable && entry.fingerprint === fingerprint) return entry;
      entry.session.retire();
    }
  }

  /** A dead peer shows itself only when spoken to. */
  async function isAlive(entry: Entry): Promise<boolean> {
    if (performance.now() - entry.idleSince < timeouts.validateAfterMs) return true;
    try {
      await entry.session.realpath(".");
    } catch {
      // A refusal is an answer too, but a server that cannot even say where we are is not trusted with money.
      entry.session.destroy();
    }
    return entry.session.usable;
  }

  async function openEntry(place: Lease, use: UseOptions): Promise<Entry> {
    opening += 1;
    changed();
    try {
      const access = await readAccess();
      const session = await signIn(access, use);
      const fingerprint = endpointFingerprint(access.endpoint);
      const entry: Entry = { session, place, fingerprint, idleSince: 0, idleTimer: undefined };
      all.add(entry);
      places.keep(place, () => session.destroy());
      session.onEnd(() => forget(entry));
      return entry;
    } catch (error) {
      places.giveBack(place);
      throw error;
    } finally {
      opening -= 1;
      changed();
    }
  }

  /** Whether to look on for a place; not when a connection of our own has become free meanwhile. */
  function createWaiting(deadlineMs: number, { fresh }: UseOptions): () => boolean {
    let looks = 0;
    return () => {
      if (closed) throw shuttingDown();
      if (performance.now() > deadlineMs) throw exhausted();
      if (!fresh) return idle.length === 0;
      // Idle connections take up places as well.
      if (looks > 0) idle.shift()?.session.retire();
      looks += 1;
      return true;
    };
  }

  async function obtain(deadlineMs: number, use: UseOptions): Promise<{ entry: Entry; isReused: boolean }> {
    for (;;) {
      const fingerprint = endpointFingerprint((await readAccess()).endpoint);
      while (!use.fresh) {
        const entry = takeIdle(fingerprint);
        if (!entry) break;
        if (await isAlive(entry)) return { entry, isReused: true };
      }
      const place = await places.take(connectionsMax, createWaiting(deadlineMs, use));
      if (place) return { entry: await openEntry(place, use), isReused: false };
    }
  }

  function giveBack(entry: Entry): void {
    if (isYieldDue || all.size > connectionsMax) {
      isYieldDue = false;
      yieldPlace(entry);
      return;
    }
    if (closed || !entry.session.usable) {
      entry.session.destroy();
      return;
    }
    entry.idleSince = performance.now();
    entry.idleTimer = setTimeout(() => entry.session.retire(), timeouts.idleMs);
    entry.idleTimer.unref?.();
    idle.push(entry);
  }

  async function waitForEnd(ms: number): Promise<void> {
    const deadlineMs = performance.now() + ms;
    while (all.size + opening > 0 && performance.now() < deadlineMs) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function runOnce<T>(
    deadlineMs: number,
    work: (session: SftpSession) => Promise<T>,
    use: UseOptions,
  ): Promise<T | typeof diedIdle> {
    const { entry, isReused } = await obtain(deadlineMs, use);
    const answersBefore = entry.session.answers;
    try {
      const result = await work(entry.session);
      giveBack(entry);
      return result;
    } catch (error) {
      const isUnheard = error instanceof TransferFault && error.errorType === "disconnected" && !error.answered;
      entry.session.destroy();
      // Its first request met nobody: the connection had died before, and nothing was done over it.
      if (isReused && isUnheard && entry.session.answers === answersBefore) return diedIdle;
      throw error;
    }
  }

  return {
    use: async (work, use = {}) => {
      if (closed) throw shuttingDown();
      const deadlineMs = performance.now() + timeouts.acquireMs;
      await readAccess();
      const leave = await turns.enter(timeouts.acquireMs, exhausted);
      try {
        const result = await runOnce(deadlineMs, work, use);
        if (result !== diedIdle) return result;
        const again = await runOnce(deadlineMs, work, { ...use, fresh: true });
        if (again === diedIdle) throw new TransferFault("disconnected", false, "connection lost");
        return again;
      } finally {
        leave();
      }
    },
    count: () => all.size + opening,
    close: async (graceMs) => {
      closed = true;
      turns.close(shuttingDown());
      for (const entry of [...idle]) entry.session.retire();
      await waitForEnd(graceMs);
      closing.abort();
      for (const entry of [...all]) entry.session.destroy();
      await waitForEnd(GIVE_UP_MS_MAX);
      await places.close();
    },
  };
}

/** The work's first request met a connection that had died while it lay idle. */
const diedIdle = Symbol("died idle");
const exhausted = () => new TransferFault("pool_exhausted", true, "no connection became free in time");
const shuttingDown = () => new TransferFault("pool_exhausted", true, "the gateway is shutting down");
