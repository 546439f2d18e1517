import { type Lease, type Leases, workUnder } from "../../../platform/leases.ts";
import { endpointFingerprint, type SftpTimeouts } from "./config.ts";
import { connectSftp } from "./connect.ts";
import { givenUp, TransferFault } from "./errors.ts";
import type { SftpAccess, UseOptions } from "./pool.ts";
import type { SftpSession } from "./session.ts";
import { createTurns } from "./turns.ts";

const POLL_MS = 50;
/** Renewed while the sign-in goes on: a process that was killed holds up the others no longer. */
const LEASE_MS = 5_000;

interface SignInOptions {
  resource: string;
  leases: Leases;
  timeouts: SftpTimeouts;
  /** Aborts when nothing new may begin. */
  signal: AbortSignal;
}

export type SignIn = (access: SftpAccess, use: UseOptions) => Promise<SftpSession>;

/**
 * Opens connections so that wrong credentials are tried once: five refusals at once can lock an account. Those that have not
 * proved good in this process are tried by one process and one connection at a time; those that have are sent by one
 * connection at a time, since the bank may have changed them meanwhile.
 */
export function createSignIn({ resource, leases, timeouts, signal }: SignInOptions): SignIn {
  /** The access with which a sign-in succeeded last. */
  let proven: string | undefined;
  const firstTry = createTurns(() => 1);
  const sending = createTurns(() => 1);
  const isProven = ({ endpoint }: SftpAccess) => proven === endpointFingerprint(endpoint);
  const late = () => new TransferFault("timeout", false, "another sign-in to this bank took too long");

  async function connect({ endpoint, maySignIn, onSignIn }: SftpAccess, use: UseOptions): Promise<SftpSession> {
    const fingerprint = endpointFingerprint(endpoint);
    let leave: (() => void) | undefined;
    let isOver = false;
    const beforeCredentials = async () => {
      const left = await sending.enter(timeouts.connectMs, late);
      if (isOver) left();
      else leave = left;
      if (!use.insist) await maySignIn();
    };
    if (!use.insist) await maySignIn();
    try {
      const session = await connectSftp(endpoint, timeouts, { ...use.call, beforeCredentials, signal });
      if (proven !== fingerprint) await orDestroy(session, onSignIn(true));
      proven = fingerprint;
      return session;
    } catch (error) {
      if (error instanceof TransferFault && error.errorType === "auth") {
        proven = undefined;
        await onSignIn(false);
      }
      throw error;
    } finally {
      isOver = true;
      leave?.();
    }
  }

  /** Waits for others that try at this moment, in this process and elsewhere. */
  async function alone(access: SftpAccess, use: UseOptions): Promise<SftpSession> {
    const waitMs = timeouts.connectMs + LEASE_MS;
    const leave = await firstTry.enter(waitMs, late);
    try {
      const deadline = performance.now() + waitMs;
      while (!isProven(access)) {
        if (signal.aborted) throw givenUp();
        const lease = await leases.acquire(`${resource}/sign-in`, LEASE_MS);
        if (lease) return await underLease(lease, () => connect(access, use));
        if (performance.now() > deadline) throw late();
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    } finally {
      leave();
    }
    return connect(access, use);
  }

  return (access, use) => (isProven(access) ? connect(access, use) : alone(access, use));
}

async function underLease(lease: Lease, connect: () => Promise<SftpSession>): Promise<SftpSession> {
  let session: SftpSession | undefined;
  const opened = workUnder(lease, LEASE_MS, async () => {
    session = await connect();
    return session;
  });
  return opened.catch((error: unknown) => {
    session?.destroy();
    throw error;
  });
}

/** A connection that cannot be handed over must not stay open. */
async function orDestroy(session: SftpSession, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    session.destroy();
    throw error;
  }
}
