import { constants } from "node:fs";
import { type FileHandle, link, lstat, open, readdir, unlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { openFlag, status } from "./sftp-wire.ts";

/** A refusal, as an SFTP status code. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

export interface FolderEntry {
  name: string;
  size: number;
  mtimeMs: number;
  kind: "file" | "folder" | "link";
}

/** The bank's files: absolute paths of the server over a real folder, out of which nothing leads. */
export interface BankFolder {
  /** The path as the server sees it, absolute and without dots. */
  normalise(path: string): string;
  look(path: string): Promise<FolderEntry>;
  list(path: string): Promise<FolderEntry[]>;
  open(path: string, flags: number): Promise<FileHandle>;
  remove(path: string): Promise<void>;
  /** The strict rename of version 3: an existing target is refused. `half` leaves the old name standing. */
  rename(from: string, to: string, half?: boolean): Promise<void>;
}

export function createBankFolder(root: string): BankFolder {
  const normalise = (path: string) => posix.normalize(`/${path}`).replace(/(.)\/$/, "$1");
  const real = (path: string) => join(root, normalise(path));

  const look = async (path: string): Promise<FolderEntry> => {
    const found = await translate(lstat(real(path)));
    const kind = found.isSymbolicLink() ? "link" : found.isDirectory() ? "folder" : "file";
    return { name: posix.basename(path), size: found.size, mtimeMs: found.mtimeMs, kind };
  };

  return {
    normalise,
    look,
    list: async (path) => {
      const names = await translate(readdir(real(path)));
      return Promise.all(names.sort().map((name) => look(posix.join(normalise(path), name))));
    },
    open: (path, flags) => translate(open(real(path), systemFlags(flags), 0o600)),
    remove: (path) => translate(unlink(real(path))),
    rename: async (from, to, half = false) => {
      await translate(link(real(from), real(to)));
      if (!half) await translate(unlink(real(from)));
    },
  };
}

function systemFlags(flags: number): number {
  const writes = (flags & openFlag.WRITE) !== 0;
  const reads = (flags & openFlag.READ) !== 0;
  let system = writes ? (reads ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  if (flags & openFlag.CREATE) system |= constants.O_CREAT;
  if (flags & openFlag.TRUNCATE) system |= constants.O_TRUNC;
  if (flags & openFlag.EXCLUSIVE) system |= constants.O_EXCL;
  if (flags & openFlag.APPEND) system |= constants.O_APPEND;
  return system;
}

/** Version 3 has few codes: "exists", "not empty" and "quota" are all FAILURE. */
async function translate<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") throw new Refusal(status.NO_SUCH_FILE);
    if (code === "EACCES" || code === "EPERM") throw new Refusal(status.PERMISSION_DENIED);
    throw new Refusal(status.FAILURE);
  }
}
