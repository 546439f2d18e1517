import type { FileHandle } from "node:fs/promises";
import { posix } from "node:path";
import type { BankFault, BankFaults, BankOperation } from "./faults.ts";
import { type BankFolder, type FolderEntry, Refusal } from "./folder.ts";
import {
  attributes,
  createCursor,
  createPacketReader,
  openFlag,
  packet,
  request,
  response,
  status,
  text,
  uint32,
} from "./sftp-wire.ts";
import type { BankTraits } from "./traits.ts";

export interface SftpSessionOptions {
  folder: BankFolder;
  faults: BankFaults;
  traits: BankTraits;
  uploadPath: string;
  send(data: Buffer): void;
  /** Cuts the connection under the session, as a crash would. */
  cut(): void;
  onRequest(operation: BankOperation, path: string): void;
  /** Told whenever a request arrives: how many have no answer yet, and the bytes that they bring or ask for. */
  onLoad(requests: number, bytes: number): void;
  /** A written file was closed, or a file got its name by a rename. */
  onArrival(path: string): Promise<void>;
}

interface OpenFile {
  kind: "file";
  path: string;
  file: FileHandle;
  writes: boolean;
}
interface OpenFolder {
  kind: "folder";
  entries: FolderEntry[];
}

/** What one request asks for: its name for faults, the path it is about, and what it does. */
interface Asked {
  operation: BankOperation;
  path: string;
  act(fault: BankFault | undefined): Promise<Buffer>;
}

/**
 * Serves one SFTP channel of version 3, strictly and one request after the other: EXCL is honoured, rename refuses an
 * existing target, attributes cannot be set. Returns the receiver of the channel's bytes.
 */
export function createSftpSession(options: SftpSessionOptions): {
  receive(data: Buffer): void;
  close(): Promise<void>;
} {
  const { folder, traits } = options;
  const handles = new Map<string, OpenFile | OpenFolder>();
  let handleCount = 0;
  let silent = false;
  let work: Promise<void> = Promise.resolve();

  const isUpload = (path: string) => posix.dirname(path) === folder.normalise(options.uploadPath);
  const forbidLooking = (path: string) => {
    if (traits.writeOnly && (isUpload(path) || path === folder.normalise(options.uploadPath))) {
      throw new Refusal(status.PERMISSION_DENIED);
    }
  };
  const fileOf = (handle: Buffer): OpenFile => {
    const found = handles.get(handle.toString("latin1"));
    if (found?.kind !== "file") throw new Refusal(status.FAILURE);
    return found;
  };
  const newHandle = (entry: OpenFile | OpenFolder, id: number): Buffer => {
    handleCount += 1;
    handles.set(String(handleCount), entry);
    return packet(response.HANDLE, uint32(id), text(String(handleCount)));
  };
  const ok = (id: number) => statusPacket(id, status.OK);

  async function openFile(id: number, path: string, asked: number): Promise<Buffer> {
    const writes = (asked & openFlag.WRITE) !== 0;
    if (!writes) forbidLooking(path);
    if (asked & openFlag.EXCLUSIVE && traits.exclusiveOpen === "refused") throw new Refusal(status.FAILURE);
    const flags = traits.exclusiveOpen === "ignored" ? asked & ~openFlag.EXCLUSIVE : asked;
    return newHandle({ kind: "file", path, file: await folder.open(path, flags), writes }, id);
  }

  async function look(id: number, path: string): Promise<Buffer> {
    if (!traits.answersStat) throw new Refusal(status.OP_UNSUPPORTED);
    forbidLooking(path);
    return packet(response.ATTRS, uint32(id), attributes(await folder.look(path)));
  }

  async function closeHandle(id: number, handle: Buffer): Promise<Buffer> {
    const key = handle.toString("latin1");
    const found = handles.get(key);
    if (!found) throw new Refusal(status.FAILURE);
    handles.delete(key);
    if (found.kind === "file") {
      await found.file.close();
      if (found.writes) await options.onArrival(found.path);
    }
    return ok(id);
  }

  async function read(id: number, open: OpenFile, offset: number, length: number, fault?: BankFault): Promise<Buffer> {
    const buffer = Buffer.alloc(Math.min(length, 64 * 1024));
    const { bytesRead } = await open.file.read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) throw new Refusal(status.EOF);
    return packet(response.DATA, uint32(id), text(flipped(buffer.subarray(0, bytesRead), fault)));
  }

  function ask(type: number, id: number, body: Buffer): Asked | undefined {
    const cursor = createCursor(body, 5);
    switch (type) {
      case request.OPEN: {
        const path = folder.normalise(cursor.text());
        const flags = cursor.uint32();
        const operation = flags & openFlag.WRITE ? "open_write" : "open_read";
        return { operation, path, act: () => openFile(id, path, flags) };
      }
      case request.CLOSE: {
        const handle = cursor.bytes();
        const found = handles.get(handle.toString("latin1"));
        const operation = found?.kind === "file" && found.writes ? "close_write" : "close_read";
        return { operation, path: found?.kind === "file" ? found.path : "", act: () => closeHandle(id, handle) };
      }
      case request.READ: {
        const open = fileOf(cursor.bytes());
        const offset = cursor.uint64();
        const length = cursor.uint32();
        return { operation: "read", path: open.path, act: (fault) => read(id, open, offset, length, fault) };
      }
      case request.WRITE: {
        const open = fileOf(cursor.bytes());
        const offset = cursor.uint64();
        const data = Buffer.from(cursor.bytes());
        const act = async (fault?: BankFault) => {
          if (!open.writes) throw new Refusal(status.PERMISSION_DENIED);
          await open.file.write(flipped(data, fault), 0, data.length, offset);
          return ok(id);
        };
        return { operation: "write", path: open.path, act };
      }
      case request.LSTAT:
      case request.STAT: {
        const path = folder.normalise(cursor.text());
        return { operation: type === request.LSTAT ? "lstat" : "stat", path, act: () => look(id, path) };
      }
      case request.FSTAT: {
        const open = fileOf(cursor.bytes());
        return { operation: "fstat", path: open.path, act: () => look(id, open.path) };
      }
      case request.OPENDIR: {
        const path = folder.normalise(cursor.text());
        const act = async () => {
          forbidLooking(path);
          return newHandle({ kind: "folder", entries: await folder.list(path) }, id);
        };
        return { operation: "opendir", path, act };
      }
      case request.READDIR: {
        const found = handles.get(cursor.bytes().toString("latin1"));
        return { operation: "readdir", path: "", act: async () => listing(id, found, traits) };
      }
      case request.REMOVE: {
        const path = folder.normalise(cursor.text());
        return { operation: "remove", path, act: () => folder.remove(path).then(() => ok(id)) };
      }
      case request.REALPATH: {
        const path = folder.normalise(cursor.text());
        const act = async () =>
          packet(response.NAME, uint32(id), uint32(1), text(path), text(path), attributes(undefined));
        return { operation: "realpath", path, act };
      }
      case request.RENAME: {
        const from = folder.normalise(cursor.text());
        const to = folder.normalise(cursor.text());
        const act = async (fault?: BankFault) => {
          await folder.rename(from, to, fault?.kind === "half");
          await options.onArrival(to);
          return ok(id);
        };
        return { operation: "rename", path: to, act };
      }
      case request.EXTENDED: {
        if (cursor.text() !== "fsync@openssh.com" || !traits.offersFsync) return undefined;
        const open = fileOf(cursor.bytes());
        return { operation: "fsync", path: open.path, act: () => open.file.sync().then(() => ok(id)) };
      }
      default:
        return undefined;
    }
  }

  function greeting(): Asked {
    const extensions = traits.offersFsync ? [text("fsync@openssh.com"), text("1")] : [];
    const act = async () => packet(response.VERSION, uint32(3), ...extensions);
    return { operation: "init", path: "", act };
  }

  async function serve(body: Buffer): Promise<void> {
    if (silent) return;
    const type = body[0] ?? 0;
    const id = body.readUInt32BE(1);
    let fault: BankFault | undefined;
    try {
      const asked = type === request.INIT ? greeting() : ask(type, id, body);
      if (!asked) return options.send(statusPacket(id, status.OP_UNSUPPORTED));
      options.onRequest(asked.operation, asked.path);
      fault = options.faults.take(asked.operation);
      if (fault?.kind === "halt_before") await fault.halt?.();
      if (fault?.kind === "drop_before" || fault?.kind === "halt_before") return fall();
      if (fault?.kind === "hang") return fallSilent();
      if (fault?.kind === "status") return options.send(statusPacket(id, fault.status ?? status.FAILURE));
      const reply = await asked.act(fault);
      if (fault?.kind === "halt_after") await fault.halt?.();
      if (fault?.kind === "drop_after" || fault?.kind === "half" || fault?.kind === "halt_after") return fall();
      if (fault?.kind === "hang_after") return fallSilent();
      if (fault?.kind === "delay") await (fault.halt?.() ?? pause(fault.delayMs ?? 1000));
      options.send(fault?.kind === "status_after" ? statusPacket(id, fault.status ?? status.FAILURE) : reply);
    } catch (error) {
      if (fault?.kind === "halt_after") await fault.halt?.();
      if (fault?.kind === "drop_after" || fault?.kind === "halt_after") return fall();
      if (fault?.kind === "hang_after") return fallSilent();
      options.send(statusPacket(id, error instanceof Refusal ? error.status : status.FAILURE));
    }
  }

  function fallSilent(): void {
    silent = true;
  }
  function fall(): void {
    silent = true;
    options.cut();
  }

  const unanswered = { requests: 0, bytes: 0 };
  const reader = createPacketReader((body) => {
    const copy = Buffer.from(body);
    const bytes = bytesOf(copy);
    unanswered.requests += 1;
    unanswered.bytes += bytes;
    options.onLoad(unanswered.requests, unanswered.bytes);
    work = work
      .then(() => serve(copy))
      .catch(() => fall())
      .finally(() => {
        unanswered.requests -= 1;
        unanswered.bytes -= bytes;
      });
  });
  return {
    receive: (data) => {
      try {
        reader(data);
      } catch {
        fall();
      }
    },
    close: async () => {
      silent = true;
      await work;
      for (const handle of handles.values()) if (handle.kind === "file") await handle.file.close().catch(() => {});
      handles.clear();
    },
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Content that a request brings or asks for. */
function bytesOf(body: Buffer): number {
  if (body[0] === request.WRITE) return body.length;
  return body[0] === request.READ ? body.readUInt32BE(body.length - 4) : 0;
}

/** One answer holds the whole folder; the next one says EOF. */
function listing(id: number, open: OpenFile | OpenFolder | undefined, traits: BankTraits): Buffer {
  if (open?.kind !== "folder") throw new Refusal(status.FAILURE);
  if (open.entries.length === 0) throw new Refusal(status.EOF);
  const entries = open.entries.splice(0, open.entries.length);
  const names = entries.flatMap((entry) => [
    text(entry.name),
    text(entry.name),
    attributes(traits.answersStat ? entry : undefined),
  ]);
  return packet(response.NAME, uint32(id), uint32(entries.length), ...names);
}

const statusPacket = (id: number, code: number): Buffer =>
  packet(response.STATUS, uint32(id), uint32(code), text(code === status.OK ? "Success" : "Failure"), text(""));

function flipped(data: Buffer, fault: BankFault | undefined): Buffer {
  if (fault?.kind !== "flip" || data.length === 0) return data;
  const changed = Buffer.from(data);
  const middle = changed.length >> 1;
  changed[middle] = (changed[middle] ?? 0) ^ 0x01;
  return changed;
}
