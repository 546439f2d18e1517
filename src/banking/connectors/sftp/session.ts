import { createHash } from "node:crypto";
import ssh2, { type AuthenticationType, type ConnectConfig, type SFTPWrapper } from "ssh2";
import type { RemoteEntry } from "../port.ts";
import { checkedAddress } from "./addresses.ts";
import { algorithmsOf } from "./algorithms.ts";
import type { SftpEndpoint, SftpTimeouts } from "./config.ts";
import { connectionFault, requestFault, sftpStatus, TransferFault } from "./errors.ts";

export interface RemoteFile {
  sizeBytes: number | undefined;
}

/**
 * One connection with one SFTP channel. Every request has a deadline; when it passes, the connection is destroyed. A request
 * rejects with a `TransferFault` that says whether the server answered.
 */
export interface SftpSession {
  /** False once the connection has ended or seen a fault without an answer; it must not be used again. */
  readonly usable: boolean;
  realpath(path: string): Promise<string>;
  /** `undefined`: there is no such file. */
  lstat(path: string): Promise<RemoteFile | undefined>;
  open(path: string, mode: "read" | "write" | "write_exclusive"): Promise<Buffer>;
  write(handle: Buffer, bytes: Buffer, offset: number, length: number): Promise<void>;
  /** Bytes read into `target`; 0 at the end of the file. */
  read(handle: Buffer, target: Buffer, targetOffset: number, length: number, position: number): Promise<number>;
  /** False when the server does not offer it. */
  fsync(handle: Buffer): Promise<boolean>;
  close(handle: Buffer): Promise<void>;
  /** The rename of version 3, which must refuse an existing target. */
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  list(path: string): Promise<RemoteEntry[]>;
  /** Calls back once, when the connection has ended. */
  onEnd(listener: () => void): void;
  destroy(): void;
  /** A further channel of this connection; `undefined` where the server does not open one. */
  sibling(): Promise<SftpSession | undefined>;
  /** Takes leave of the server in good order; for a connection that nobody uses. */
  retire(): void;
  /** Resolves when the socket is closed, or a second after the end at the latest. */
  readonly closed: Promise<void>;
}

const CLOSE_MS_MAX = 1_000;

/** Stages of a new connection, in their order. */
export const connectStages = ["dns", "tcp", "host_key", "auth", "channel"] as const;
export type ConnectStage = (typeof connectStages)[number];

export interface ConnectCall {
  /** Tells that a stage was reached. */
  onStage?(stage: ConnectStage): void;
}

/** The pin of a host key as it came over the wire. */
export const hostKeyPin = (key: Buffer): string =>
  `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;

/**
 * Opens a connection to an address that was checked against the allow-list. The host key is checked during key exchange,
 * before any credential is sent.
 */
export async function connectSftp(
  endpoint: SftpEndpoint,
  timeouts: SftpTimeouts,
  call: ConnectCall = {},
): Promise<SftpSession> {
  if (endpoint.hostKeyPins.length === 0 && !endpoint.allowUnpinned) {
    throw new TransferFault("host_key", true, "no host key is pinned for this bank");
  }
  const address = await checkedAddress(endpoint.host, endpoint.addressAllowList ?? []);
  call.onStage?.("dns");
  return openSession({ ...endpoint, host: address }, timeouts, call);
}

function openSession(endpoint: SftpEndpoint, timeouts: SftpTimeouts, call: ConnectCall): Promise<SftpSession> {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let stage: "none" | "tcp" | "host_key" | "auth" = "none";
    let refusedKey = false;
    const fail = (fault: TransferFault) => {
      clearTimeout(watchdog);
      reject(fault);
      client.destroy();
    };
    // The library's own timer covers the handshake; this one also covers a channel request that is never answered.
    const watchdog = setTimeout(
      () => fail(new TransferFault("timeout", false, "connection timed out")),
      timeouts.connectMs + 1000,
    );
    client.on("connect", () => {
      stage = "tcp";
      call.onStage?.("tcp");
    });
    client.on("handshake", () => {
      stage = "host_key";
      call.onStage?.("host_key");
    });
    client.on("error", (error) => {
      if (refusedKey) fail(new TransferFault("host_key", true, "the host key is none of those pinned"));
      else fail(connectionFault(error, stage !== "none"));
    });
    client.on("close", () =>
      fail(new TransferFault(stage === "none" ? "connect" : "disconnected", false, "connection closed")),
    );
    client.on("ready", () => {
      stage = "auth";
      call.onStage?.("auth");
      try {
        client.sftp((error, sftp) => {
          if (error) return fail(new TransferFault("channel", false, "the SFTP channel was not opened"));
          call.onStage?.("channel");
          clearTimeout(watchdog);
          resolve(createSession(client, sftp, timeouts));
        });
      } catch {
        // The library throws when the socket closed between two of its events.
        fail(new TransferFault("disconnected", false, "connection closed"));
      }
    });
    const verify = (key: Buffer) => {
      refusedKey = endpoint.hostKeyPins.length > 0 && !endpoint.hostKeyPins.includes(hostKeyPin(key));
      return !refusedKey;
    };
    try {
      client.connect(connectConfig(endpoint, timeouts, verify));
    } catch {
      // The library throws for a key that it cannot parse.
      fail(new TransferFault("auth", true, "the private key or its passphrase cannot be used"));
    }
  });
}

function connectConfig(
  endpoint: SftpEndpoint,
  timeouts: SftpTimeouts,
  verify: (key: Buffer) => boolean,
): ConnectConfig {
  const methods: AuthenticationType[] = [];
  if (endpoint.privateKey) methods.push("publickey");
  if (endpoint.password) methods.push("password");
  return {
    host: endpoint.host,
    port: endpoint.port,
    username: endpoint.username,
    ...(endpoint.password && { password: endpoint.password.reveal() }),
    ...(endpoint.privateKey && { privateKey: endpoint.privateKey.reveal() }),
    ...(endpoint.passphrase && { passphrase: endpoint.passphrase.reveal() }),
    authHandler: methods,
    hostVerifier: verify,
    readyTimeout: timeouts.connectMs,
    keepaliveInterval: timeouts.keepaliveMs,
    keepaliveCountMax: 3,
    algorithms: algorithmsOf(endpoint.legacyAlgorithms ?? {}),
  };
}

function createSession(client: ssh2.Client, sftp: SFTPWrapper, timeouts: SftpTimeouts, isSibling = false): SftpSession {
  let usable = true;
  const waiting = new Set<(fault: TransferFault) => void>();
  const listeners: (() => void)[] = [];
  const socketClosed = Promise.withResolvers<void>();
  client.once("close", () => socketClosed.resolve());

  function end(fault: TransferFault, leave: () => void = () => client.destroy()): void {
    if (!usable) return;
    usable = false;
    for (const reject of waiting) reject(fault);
    waiting.clear();
    // A further channel ends alone; the connection belongs to the first.
    if (isSibling) sftp.end();
    else leaveServer(leave);
    for (const listener of listeners) listener();
  }

  function leaveServer(leave: () => void): void {
    leave();
    const late = setTimeout(() => {
      client.destroy();
      socketClosed.resolve();
    }, CLOSE_MS_MAX);
    socketClosed.promise.then(
      () => clearTimeout(late),
      () => {},
    );
  }
  // Only `close` is certain to come; the other events may come in any order, or not at all.
  for (const source of isSibling ? [sftp] : [client, sftp]) {
    source.on("error", () => end(new TransferFault("disconnected", false, "connection failed")));
    source.on("end", () => end(new TransferFault("disconnected", false, "connection ended")));
    source.on("close", () => end(new TransferFault("disconnected", false, "connection closed")));
  }

  /** One request under its deadline. `start` gets a callback of Node's kind. */
  function request<T>(
    operation: string,
    start: (done: (error: Error | null | undefined, value: T) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (!usable) return reject(new TransferFault("disconnected", false, `${operation}: connection closed`));
      const settle = () => {
        clearTimeout(timer);
        waiting.delete(abandon);
      };
      const abandon = (fault: TransferFault) => {
        settle();
        reject(fault);
      };
      const timer = setTimeout(() => {
        abandon(new TransferFault("timeout", false, `${operation}: no answer within ${timeouts.requestMs} ms`));
        end(new TransferFault("disconnected", false, "connection given up after a request without an answer"));
      }, timeouts.requestMs);
      waiting.add(abandon);
      const done = (error: Error | null | undefined, value: T) => {
        settle();
        if (!error) return resolve(value);
        const fault = requestFault(operation, error);
        reject(fault);
        if (!fault.answered) end(fault);
      };
      try {
        start(done);
      } catch (error) {
        settle();
        reject(error);
        end(new TransferFault("disconnected", false, `${operation}: connection unusable`));
      }
    });
  }

  return {
    get usable() {
      return usable;
    },
    realpath: (path) => request("realpath", (done) => sftp.realpath(path, done)),
    lstat: async (path) => {
      try {
        const found = await request<{ size: number | undefined }>("lstat", (done) => sftp.lstat(path, done));
        return { sizeBytes: found.size };
      } catch (error) {
        if (error instanceof TransferFault && error.status === sftpStatus.NO_SUCH_FILE) return undefined;
        throw error;
      }
    },
    open: (path, mode) => {
      const flags = { read: "r", write: "w", write_exclusive: "wx" } as const;
      return request(`open for ${mode === "read" ? "reading" : "writing"}`, (done) =>
        sftp.open(path, flags[mode], done),
      );
    },
    write: (handle, bytes, offset, length) =>
      request("write", (done) => sftp.write(handle, bytes, offset, length, offset, (error) => done(error, undefined))),
    read: (handle, target, targetOffset, length, position) =>
      request("read", (done) => sftp.read(handle, target, targetOffset, length, position, done)),
    fsync: async (handle) => {
      let offered = true;
      try {
        await request("fsync", (done) => {
          try {
            sftp.ext_openssh_fsync(handle, (error) => done(error, undefined));
          } catch {
            // The library throws when the server did not announce the extension.
            offered = false;
            done(undefined, undefined);
          }
        });
      } catch (error) {
        if (!(error instanceof TransferFault) || error.status !== sftpStatus.OP_UNSUPPORTED) throw error;
        offered = false;
      }
      return offered;
    },
    close: (handle) => request("close", (done) => sftp.close(handle, (error) => done(error, undefined))),
    rename: (from, to) => request("rename", (done) => sftp.rename(from, to, (error) => done(error, undefined))),
    unlink: (path) => request("remove", (done) => sftp.unlink(path, (error) => done(error, undefined))),
    list: async (path) => {
      const entries = await request<ssh2.FileEntryWithStats[]>("list", (done) => sftp.readdir(path, done));
      return entries.map(({ filename, attrs }) => remoteEntry(filename, attrs));
    },
    onEnd: (listener) => {
      if (usable) listeners.push(listener);
      else listener();
    },
    destroy: () => end(new TransferFault("disconnected", false, "connection closed by the gateway")),
    sibling: () => openSibling(client, timeouts),
    retire: () => end(new TransferFault("disconnected", false, "connection closed by the gateway"), () => client.end()),
    closed: socketClosed.promise,
  };
}

/** The server may refuse, or not answer in time; either is no fault. */
function openSibling(client: ssh2.Client, timeouts: SftpTimeouts): Promise<SftpSession | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), timeouts.requestMs);
    const end = (session: SftpSession | undefined) => {
      clearTimeout(timer);
      resolve(session);
    };
    try {
      client.sftp((error, sftp) => end(error ? undefined : createSession(client, sftp, timeouts, true)));
    } catch {
      end(undefined);
    }
  });
}

const FILE_TYPE = 0o170000;
const REGULAR_FILE = 0o100000;

/** Servers may leave out any attribute; what has no mode is taken for a file. */
function remoteEntry(name: string, attrs: { size?: number; mtime?: number; mode?: number }): RemoteEntry {
  return {
    name,
    sizeBytes: attrs.size,
    modifiedAt: attrs.mtime === undefined ? undefined : new Date(attrs.mtime * 1000),
    isFile: attrs.mode === undefined || (attrs.mode & FILE_TYPE) === REGULAR_FILE,
  };
}
