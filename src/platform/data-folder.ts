import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

export interface DataFolder {
  path: string;
  release(): Promise<void>;
}

export class DataFolderInUse extends Error {
  override readonly name = "DataFolderInUse";
}

interface Holder {
  pid: number;
  /** Distinguishes the process from a later one with the same number; empty where the system does not tell. */
  startMark: string;
}

/**
 * Takes a folder for this process alone. The embedded database would let two processes open it and lose committed
 * rows. A lock left by a process that died is taken over. Throws `DataFolderInUse` naming the holder.
 */
export async function lockDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true, mode: 0o700 });
  const lockFile = join(path, "lock");
  const content = JSON.stringify({ pid: process.pid, startMark: await startMark(process.pid) } satisfies Holder);
  for (let tries = 0; tries < 10; tries += 1) {
    if (await createExclusively(lockFile, content)) {
      return { path, release: () => rm(lockFile, { force: true }) };
    }
    const text = await readFile(lockFile, "utf8").catch(() => "");
    const holder = parseHolder(text);
    if (holder && (await isAlive(holder))) {
      throw new DataFolderInUse(
        `the data folder ${path} is in use by process ${holder.pid}; stop that process or set DATA_DIR to another folder`,
      );
    }
    await setAside(lockFile, text);
  }
  throw new DataFolderInUse(`the data folder ${path} is being taken by another process; start again in a moment`);
}

async function createExclusively(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Moves a dead holder's lock away. Only one of several competing processes succeeds; a lock that changed meanwhile is put back. */
async function setAside(lockFile: string, deadContent: string): Promise<void> {
  const aside = `${lockFile}.${crypto.randomUUID()}`;
  try {
    await rename(lockFile, aside);
  } catch {
    return; // another process was faster; the next round looks again
  }
  const moved = await readFile(aside, "utf8");
  if (moved !== deadContent) await createExclusively(lockFile, moved);
  await rm(aside, { force: true });
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    if (!("pid" in value) || typeof value.pid !== "number") return undefined;
    return { pid: value.pid, startMark: "startMark" in value ? String(value.startMark) : "" };
  } catch {
    return undefined;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (holder.pid === process.pid) return false; // the number was ours in an earlier life
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
  }
  return holder.startMark === "" || holder.startMark === (await startMark(holder.pid));
}

/** Start time of a process in clock ticks since boot (field 22 of Linux' /proc/<pid>/stat); empty elsewhere. */
async function startMark(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
