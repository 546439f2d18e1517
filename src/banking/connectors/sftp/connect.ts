import { createHash } from "node:crypto";
import ssh2, { type ConnectConfig } from "ssh2";
import { checkedAddress } from "./addresses.ts";
import { algorithmsOf } from "./algorithms.ts";
import type { SftpEndpoint, SftpTimeouts } from "./config.ts";
import { connectionFault, givenUp, TransferFault } from "./errors.ts";
import { createSession, type SftpSession } from "./session.ts";

/** Stages of a new connection, in their order. */
export const connectStages = ["dns", "tcp", "host_key", "auth", "channel"] as const;
export type ConnectStage = (typeof connectStages)[number];

export interface ConnectCall {
  /** Tells that a stage was reached, and what was found there. */
  onStage?(stage: ConnectStage, detail?: string): void;
  /** Called when the host key is accepted and nothing secret was sent yet; when it rejects, nothing is. */
  beforeCredentials?(): Promise<void>;
  /** Gives up when it aborts. */
  signal?: AbortSignal;
}

/** The pin of a host key as it came over the wire. */
export const hostKeyPin = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

/**
 * Opens a connection to an address that was checked against the allow-list. The host key is checked during key exchange,
 * before any credential is sent. Rejects with a `TransferFault`.
 */
export async function connectSftp(
  endpoint: SftpEndpoint,
  timeouts: SftpTimeouts,
  call: ConnectCall = {},
): Promise<SftpSession> {
  if (endpoint.hostKeyPins.length === 0 && !endpoint.allowUnpinned) {
    throw new TransferFault("host_key", true, "no host key is pinned for this bank");
  }
  const address = await checkedAddress(endpoint.host, endpoint.addressAllowList ?? [], endpoint.outbound);
  if (call.signal?.aborted) throw givenUp();
  call.onStage?.("dns", address);
  return openConnection({ ...endpoint, host: address }, timeouts, call);
}

function openConnection(endpoint: SftpEndpoint, timeouts: SftpTimeouts, call: ConnectCall): Promise<SftpSession> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const keys = createKeyCheck(endpoint);
    let isReached = false;
    const finish = () => {
      clearTimeout(watchdog);
      call.signal?.removeEventListener("abort", onAbort);
    };
    const fail = (fault: TransferFault) => {
      finish();
      reject(fault);
      client.destroy();
    };
    // The library's own timer covers the handshake; this one also covers a channel request that is never answered.
    const onAbort = () => fail(givenUp());
    call.signal?.addEventListener("abort", onAbort);
    const watchdog = setTimeout(
      () => fail(new TransferFault("timeout", false, "connection timed out")),
      timeouts.connectMs + 1000,
    );
    client.on("connect", () => {
      isReached = true;
      call.onStage?.("tcp");
    });
    client.on("handshake", ({ kex, serverHostKey, cs }) =>
      call.onStage?.("host_key", `${keys.seen()} (${serverHostKey}, ${kex}, ${cs.cipher})`),
    );
    client.on("error", (error) => fail(keys.fault() ?? connectionFault(error, isReached)));
    client.on("close", () =>
      fail(new TransferFault(isReached ? "disconnected" : "connect", false, "connection closed")),
    );
    client.on("ready", () => {
      call.onStage?.("auth");
      try {
        client.sftp((error, sftp) => {
          if (error) return fail(new TransferFault("channel", false, "the SFTP channel was not opened"));
          call.onStage?.("channel");
          finish();
          resolve(createSession(client, sftp, timeouts));
        });
      } catch {
        // The library throws when the socket closed between two of its events.
        fail(new TransferFault("disconnected", false, "connection closed"));
      }
    });
    try {
      client.connect({
        ...connectConfig(endpoint, timeouts),
        hostVerifier: keys.verify,
        authHandler: createAuthHandler(endpoint, call, fail),
      });
    } catch (error) {
      fail(unusableSetting(error));
    }
  });
}

/** The library throws for a key that it cannot parse, and for an algorithm that it does not have. */
function unusableSetting(error: unknown): TransferFault {
  const isAlgorithm = error instanceof Error && error.message.startsWith("Unsupported algorithm");
  return isAlgorithm
    ? new TransferFault("not_configured", true, "legacyAlgorithms names an algorithm that does not exist here")
    : new TransferFault("auth", true, "the private key or its passphrase cannot be used");
}

/** Compares the server's key with the pins; several are valid while the bank changes it. */
function createKeyCheck({ hostKeyPins }: SftpEndpoint) {
  let seen = "";
  const isRefused = () => hostKeyPins.length > 0 && seen !== "" && !hostKeyPins.includes(seen);
  return {
    verify: (key: Buffer) => {
      seen = hostKeyPin(key);
      return !isRefused();
    },
    seen: () => seen,
    fault: () =>
      isRefused()
        ? new TransferFault("host_key", true, `the server's host key ${seen} is none of those pinned`)
        : undefined,
  };
}

/** The methods for which there are credentials, the key first, each tried once and not before they may be sent. */
function createAuthHandler(endpoint: SftpEndpoint, call: ConnectCall, fail: (fault: TransferFault) => void) {
  const methods: ("publickey" | "password")[] = [];
  if (endpoint.privateKey) methods.push("publickey");
  if (endpoint.password) methods.push("password");
  const leave = call.beforeCredentials;
  let mayBeSent: Promise<void> | undefined;
  return (_left: unknown, _partial: unknown, next: (method: "publickey" | "password") => void): void => {
    mayBeSent ??= leave ? leave() : Promise.resolve();
    mayBeSent.then(
      () => {
        const method = methods.shift();
        if (method) next(method);
        else fail(new TransferFault("auth", true, "credentials refused"));
      },
      (error: unknown) =>
        fail(error instanceof TransferFault ? error : new TransferFault("other", false, "credentials were not sent")),
    );
  };
}

const connectConfig = (endpoint: SftpEndpoint, timeouts: SftpTimeouts): ConnectConfig => ({
  host: endpoint.host,
  port: endpoint.port,
  username: endpoint.username,
  ...(endpoint.password && { password: endpoint.password.reveal() }),
  ...(endpoint.privateKey && { privateKey: endpoint.privateKey.reveal() }),
  ...(endpoint.passphrase && { passphrase: endpoint.passphrase.reveal() }),
  readyTimeout: timeouts.connectMs,
  keepaliveInterval: timeouts.keepaliveMs,
  keepaliveCountMax: 3,
  algorithms: algorithmsOf(endpoint.legacyAlgorithms ?? {}),
});
