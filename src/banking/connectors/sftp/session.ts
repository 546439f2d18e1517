import type ssh2 from "ssh2";
import type { SFTPWrapper } from "ssh2";
import type { RemoteEntry } from "../port.ts";
import type { SftpTimeouts } from "./config.ts";
import { givenUp, sftpStatus, TransferFault } from "./errors.ts";
import { createRequests, type Requests } from "./requests.ts";

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
  /** Answers of the server so far, refusals among them. */
  readonly answers: number;
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

/** A session over the first channel of a connection, or over a further one, which ends alone. */
export function createSession(
  client: ssh2.Client,
  sftp: SFTPWrapper,
  timeouts: SftpTimeouts,
  isSibling = false,
): SftpSession {
  let usable = true;
  const listeners: (() => void)[] = [];
  const socketClosed = Promise.withResolvers<void>();
  const requests = createRequests(timeouts.requestMs, end);

  function end(fault: TransferFault, leave: () => void = () => client.destroy()): void {
    if (!usable) return;
    usable = false;
    requests.abandon(fault);
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
  if (!isSibling) client.once("close", () => socketClosed.resolve());

  const ask: Requests["ask"] = (operation, start) =>
    usable
      ? requests.ask(operation, start)
      : Promise.reject(new TransferFault("disconnected", false, `${operation}: connection closed`));

  return {
    get usable() {
      return usable;
    },
    get answers() {
      return requests.answers();
    },
    ...fileRequests(sftp, ask),
    onEnd: (listener) => {
      if (usable) listeners.push(listener);
      else listener();
    },
    destroy: () => end(givenUp()),
    sibling: () => openSibling(client, timeouts),
    retire: () => end(givenUp(), () => client.end()),
    closed: socketClosed.promise,
  };
}

type FileRequests = Pick<
  SftpSession,
  "realpath" | "lstat" | "open" | "write" | "read" | "fsync" | "close" | "rename" | "unlink" | "list"
>;

const openFlags = { read: "r", write: "w", write_exclusive: "wx" } as const;

function fileRequests(sftp: SFTPWrapper, ask: Requests["ask"]): FileRequests {
  return {
    realpath: (path) => ask("realpath", (done) => sftp.realpath(path, done)),
    lstat: async (path) => {
      try {
        const found = await ask<{ size: number | undefined }>("lstat", (done) => sftp.lstat(path, done));
        return { sizeBytes: found.size };
      } catch (error) {
        if (error instanceof TransferFault && error.status === sftpStatus.NO_SUCH_FILE) return undefined;
        throw error;
      }
    },
    open: (path, mode) =>
      ask(`open for ${mode === "read" ? "reading" : "writing"}`, (done) => sftp.open(path, openFlags[mode], done)),
    write: (handle, bytes, offset, length) =>
      ask("write", (done) => sftp.write(handle, bytes, offset, length, offset, (error) => done(error, undefined))),
    read: (handle, target, targetOffset, length, position) =>
      ask("read", (done) => sftp.read(handle, target, targetOffset, length, position, done)),
    fsync: (handle) => flush(sftp, ask, handle),
    close: (handle) => ask("close", (done) => sftp.close(handle, (error) => done(error, undefined))),
    rename: (from, to) => ask("rename", (done) => sftp.rename(from, to, (error) => done(error, undefined))),
    unlink: (path) => ask("remove", (done) => sftp.unlink(path, (error) => done(error, undefined))),
    list: async (path) => {
      const entries = await ask<ssh2.FileEntryWithStats[]>("list", (done) => sftp.readdir(path, done));
      return entries.map(({ filename, attrs }) => remoteEntry(filename, attrs));
    },
  };
}

async function flush(sftp: SFTPWrapper, ask: Requests["ask"], handle: Buffer): Promise<boolean> {
  let offered = true;
  try {
    await ask("fsync", (done) => {
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
}

/** The server may refuse, or not answer in time; either is no fault. */
function openSibling(client: ssh2.Client, timeouts: SftpTimeouts): Promise<SftpSession | undefined> {
  return new Promise((resolve) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve(undefined);
    }, timeouts.requestMs);
    const end = (session: SftpSession | undefined) => {
      clearTimeout(timer);
      // Nobody waits for it any more: it must not stay open.
      if (isLate) session?.retire();
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
