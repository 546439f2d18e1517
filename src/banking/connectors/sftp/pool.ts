import type { Lease, Leases } from "../../../platform/leases.ts";
import { endpointFingerprint, type SftpEndpoint, type SftpTimeouts } from "./config.ts";
import { TransferFault } from "./errors.ts";
import { type ConnectCall, connectSftp, type SftpSession } from "./session.ts";
import { createTurns } from "./turns.ts";

/** A place at the bank is lost after this time without renewal, e.g. when the process was killed. */
const SLOT_MS = 15_000;
const RENEW_EVERY_MS = 5_000;
const SLOT_POLL_MS = 100;

export interface PoolOptions {
  /** Name of the counted resource, the same in every process. */
  resource: string;
  leases: Leases;
  timeouts: SftpTimeouts;
  /** Asked whenever a connection is needed, so that a change of configuration takes effect. */
  endpoint(): Promise<{ endpoint: SftpEndpoint; connectionsMax: number }>;
  /** Asked right before connecting; rejects when these credentials must not be tried. */
  mayConnect(): Promise<void>;
  /** Told of every sign-in that succeeded or was refused. */
  onSignIn(accepted: boolean): Promise<void>;
  /** Told whenever the number of connections changes. */
  onCount(count: number): void;
}

export interface UseOptions {
  /** Opens a new connection instead of using one that lies idle. */
  fresh?: boolean;
  /** Tries credentials that were refused before: a person asked for it. */
  insist?: boolean;
  /** Told the stages of a new connection. */
  call?: ConnectCall;
}

/** Connections to one bank. At no moment do all processes together hold more than the bank allows. */
export interface SftpPool {
  /**
   * Runs `work` with a connection that nobody else uses. Callers wait in order, until their deadline. A connection whose
   * work failed is not used again.
   */
  use<T>(work: (session: SftpSession) => Promise<T>, options?: UseOptions): Promise<T>;
  /** Open or being opened by this process. */
  count(): number;
  /** Refuses new work, lets what runs finish for `graceMs`, then closes everything. */
  close(graceMs: number): Promise<void>;
}

interface Entry {
  session: SftpSession;
  slot: Lease;
  fingerprint: string;
  idleSince: number;
  idleTimer: ReturnType<typeof setTimeout> | undefined;
}

export function createSftpPool(options: PoolOptions): SftpPool {
  const { leases, timeouts } = options;
  const idle: Entry[] = [];
  const all = new Set<Entry>();
  let opening = 0;
  let connectionsMax = 1;
  let closed = false;
  const releasing = new Set<Promise<void>>();
  /** The endpoint at which a sign-in succeeded last. */
  let proven: string | undefined;
  let signingIn: Promise<unknown> = Promise.resolve();
  const turns = createTurns(() => connectionsMax);
  const changed = () => options.onCount(all.size + opening);

  const renewal = setInterval(() => {
    for (const entry of all) {
      entry.slot.renew(SLOT_MS).then(
        (kept) => kept || entry.session.destroy(),
        () => entry.session.destroy(),
      );
    }
  }, RENEW_EVERY_MS);
  renewal.unref?.();

  function forget(entry: Entry): void {
    if (!all.delete(entry)) return;
    clearTimeout(entry.idleTimer);
    const at = idle.indexOf(entry);
    if (at >= 0) idle.splice(at, 1);
    releaseSlot(entry.slot, entry.session.closed);
    changed();
  }

  /**
   * Given back once the server can have seen the end, so that it never counts one connection too many. A place that could not
   * be given back is free again when its time runs out.
   */
  function releaseSlot(slot: Lease, closed: Promise<void> = Promise.resolve()): void {
    const released: Promise<void> = closed
      .then(() => slot.release())
      .catch(() => {})
      .finally(() => releasing.delete(released));
    releasing.add(released);
  }

  function takeIdle(fingerprint: string): Entry | undefined {
    for (;;) {
      const entry = idle.pop();
      if (!entry) return undefined;
      clearTimeout(entry.idleTimer);
      if (entry.session.usable && entry.fingerprint === fingerprint) return entry;
      entry.session.destroy();
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

  async function takeSlot(deadline: number): Promise<Lease> {
    for (;;) {
      if (closed) throw closing();
      await Promise.all(releasing);
      const slot = await leases.acquireSlot(options.resource, connectionsMax, SLOT_MS);
      if (slot) return slot;
      // A connection of our own that lies idle occupies one of the places.
      idle.shift()?.session.retire();
      if (performance.now() > deadline) throw exhausted();
      await new Promise((resolve) => setTimeout(resolve, SLOT_POLL_MS));
    }
  }

  async function openEntry(endpoint: SftpEndpoint, deadline: number, options: UseOptions): Promise<Entry> {
    opening += 1;
    changed();
    let slot: Lease | undefined;
    try {
      slot = await takeSlot(deadline);
      const session = await signIn(endpoint, options);
      const fingerprint = endpointFingerprint(endpoint);
      const entry: Entry = { session, slot, fingerprint, idleSince: 0, idleTimer: undefined };
      all.add(entry);
      session.onEnd(() => forget(entry));
      return entry;
    } catch (error) {
      if (slot) releaseSlot(slot);
      throw error;
    } finally {
      opening -= 1;
      changed();
    }
  }

  /** Credentials that have not proved good are tried one connection at a time: five refusals at once can lock an account. */
  function signIn(endpoint: SftpEndpoint, options: UseOptions): Promise<SftpSession> {
    const fingerprint = endpointFingerprint(endpoint);
    if (proven === fingerprint) return connect(endpoint, fingerprint, options);
    const next = signingIn.then(() => connect(endpoint, fingerprint, options));
    signingIn = next.catch(() => {});
    return next;
  }

  async function connect(
    endpoint: SftpEndpoint,
    fingerprint: string,
    { insist, call }: UseOptions,
  ): Promise<SftpSession> {
    if (!insist) await options.mayConnect();
    try {
      const session = await connectSftp(endpoint, timeouts, call);
      if (proven !== fingerprint) await options.onSignIn(true);
      proven = fingerprint;
      return session;
    } catch (error) {
      if (error instanceof TransferFault && error.errorType === "auth") {
        proven = undefined;
        await options.onSignIn(false);
      }
      throw error;
    }
  }

  async function obtain(endpoint: SftpEndpoint, deadline: number, options: UseOptions): Promise<Entry> {
    const fingerprint = endpointFingerprint(endpoint);
    while (!options.fresh) {
      const entry = takeIdle(fingerprint);
      if (!entry) break;
      if (await isAlive(entry)) return entry;
    }
    // An idle connection counts: it makes room for the one to be opened.
    if (all.size + opening >= connectionsMax) idle.shift()?.session.retire();
    return openEntry(endpoint, deadline, options);
  }

  function giveBack(entry: Entry): void {
    if (closed || !entry.session.usable) {
      entry.session.destroy();
      return;
    }
    entry.idleSince = performance.now();
    entry.idleTimer = setTimeout(() => entry.session.retire(), timeouts.idleMs);
    entry.idleTimer.unref?.();
    idle.push(entry);
  }

  return {
    use: async (work, useOptions = {}) => {
      if (closed) throw closing();
      const deadline = performance.now() + timeouts.acquireMs;
      const resolved = await options.endpoint();
      connectionsMax = resolved.connectionsMax;
      const leave = await turns.enter(timeouts.acquireMs, exhausted);
      try {
        const entry = await obtain(resolved.endpoint, deadline, useOptions);
        try {
          const result = await work(entry.session);
          giveBack(entry);
          return result;
        } catch (error) {
          entry.session.destroy();
          throw error;
        }
      } finally {
        leave();
      }
    },
    count: () => all.size + opening,
    close: async (graceMs) => {
      closed = true;
      turns.close(closing());
      for (const entry of [...idle]) entry.session.retire();
      const deadline = performance.now() + graceMs;
      while (all.size + opening > 0 && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 20));
      for (const entry of [...all]) entry.session.destroy();
      clearInterval(renewal);
      await Promise.all(releasing);
    },
  };
}

const exhausted = () => new TransferFault("pool_exhausted", true, "no connection became free in time");
const closing = () => new TransferFault("pool_exhausted", true, "the gateway is shutting down");
